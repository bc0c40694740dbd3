"""Finds the badges behind an address of another site."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openbadges import baking, svg_carriers, vc_jwt
from verification import recognized, web_pages, wrappers
from verification.remote_documents import NotAnswered, WebSession, not_found_message
from verification.report import Report
from verification.uploaded import (
    UploadedBadge,
    read_file,
    read_value,
    stop_something_else,
    stop_unreadable,
)


def fetch_address(report: Report, badge: UploadedBadge, web: WebSession) -> list[UploadedBadge]:
    """The badges at a URL: a badge, its image, or a page that links to it."""
    title, address = _("What is at the address"), badge.address
    try:
        answer = web.get(address)
        if answer.status == 200 and web_pages.is_page(answer.body):
            link = web_pages.badge_link(answer.body, answer.url)
            if not link:
                stop_unreadable(
                    report,
                    web_pages.hint(answer.url),
                    _("At this address is a page, not a badge."),
                )
            address, answer = link, web.get(link)
    except NotAnswered as error:
        report.add_open(title, str(error))
        report.stop()
    if answer.status == 410:
        return [badge]
    if answer.status != 200:
        report.add_open(title, not_found_message(badge.address, answer.status))
        report.stop()
    body = answer.body
    if body.startswith(baking.SIGNATURE) or (
        svg_carriers.looks_like_xml(body) and not web_pages.is_page(body)
    ):
        return read_file(report, body)
    text = body[: vc_jwt.LONGEST].decode("utf-8", "replace").strip()
    try:
        found = wrappers.unwrap_text(text)
    except wrappers.NotReadable:
        found = None
    if found:
        return _read_found(report, found, address)
    words = _(
        "This link leads to neither a badge nor its image. Download the badge and upload the file."
    )
    is_page = web_pages.is_page(body)
    return stop_unreadable(
        report,
        web_pages.hint(answer.url) if is_page else words,
        _("At this address is a page, not a badge.") if is_page else "",
    )


def _read_found(report: Report, found: list[wrappers.Wrapped], address: str) -> list[UploadedBadge]:
    only = found[0]
    if len(found) == 1 and isinstance(only, dict) and "credentialSubject" not in only:
        if what := recognized.recognize(only):
            stop_something_else(report, what)
        return [UploadedBadge(address=address)]  # verified as it is hosted
    return read_value(report, found, "")
