"""Reads the input of the verify page: a file, JSON, a VC-JWT or a URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from openbadges import baking, parsing, svg_carriers, vc_jwt
from verification.remote_documents import NotAnswered, WebSession, not_found_message
from verification.report import Report, Verdict, VerdictReached, host_of

LONGEST_ADDRESS = 2_000
LARGEST_PAGE = 300_000  # bytes of a web page that are searched for a link to a badge
_LINK_TAG = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_TAG_ATTRIBUTE = re.compile(
    r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_BADGE_MEDIA_TYPES = {
    "application/ld+json",
    "application/json",
    "application/vc",
    "application/vc+ld+json",
}


@dataclass(frozen=True)
class UploadedBadge:
    """One badge to verify: a URL, or a document and the image it was in."""

    address: str = ""
    document: dict | None = None  # Open Badges 2.0
    signed: dict | str | None = None  # Open Badges 3.0: JSON with its proof, or a VC-JWT
    picture: bytes = b""  # the PNG without its badges


def read_file(report: Report, file: bytes) -> list[UploadedBadge]:
    """One badge, or two if an image carries it as 2.0 and as 3.0. Raises VerdictReached."""
    start = file[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"eyJ")):
        try:
            return [read_text(report, file.decode("utf-8-sig"))]
        except UnicodeDecodeError:
            _unreadable(report, _("The file is not text that can be read as a badge."))
    try:
        baked = baking.unbake(file)
    except baking.CannotUnbake as error:
        _unreadable(report, _explain(error.problem))
    both = baked.v2 and baked.v3
    if both:
        report.add_passed(
            _("Badge data found"),
            _("The image contains the badge twice: as Open Badges 2.0 and as 3.0."),
        )
    return [
        _read(report, text, picture=baked.picture, is_baked=True, reports_source=not both)
        for text in (baked.v2, baked.v3)
        if text
    ]


def read_text(report: Report, text: str) -> UploadedBadge:
    return _read(report, text)


def fetch_address(report: Report, badge: UploadedBadge, web: WebSession) -> list[UploadedBadge]:
    """The badges at a URL of another site: a badge, its image, or a page that links to it."""
    title = _("What is at the address")
    try:
        answer = web.get(badge.address)
        link = _alternate_link(answer.body, answer.url) if answer.status == 200 else ""
        if link:
            answer = web.get(link)
    except NotAnswered as error:
        report.add_open(title, str(error))
        report.set_verdict(
            Verdict.NOT_CHECKED, _("It could not be checked, so this page makes no claim about it.")
        )
        raise VerdictReached from None
    if answer.status == 410:
        return [badge]
    if answer.status != 200:
        report.add_open(title, not_found_message(badge.address, answer.status))
        report.set_verdict(
            Verdict.NOT_CHECKED, _("It could not be checked, so this page makes no claim about it.")
        )
        raise VerdictReached
    body = answer.body
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            document = parsing.parse(text)
        except parsing.Unreadable:
            document = {}
        # A hosted badge is verified at its own URL.
        if not _is_credential(document):
            return [UploadedBadge(address=link or badge.address)]
        return [UploadedBadge(signed=document)]
    if vc_jwt.looks_like_jwt(text):
        return [UploadedBadge(signed=text)]
    if body.startswith(baking.SIGNATURE) or svg_carriers.looks_like_xml(body):
        return read_file(report, body)
    _unreadable(
        report,
        _(
            "This link leads to neither a badge nor its image. Download the badge and upload the "
            "file."
        ),
    )
    raise VerdictReached


def _read(
    report: Report,
    text: str,
    *,
    picture: bytes = b"",
    is_baked: bool = False,
    reports_source: bool = True,
) -> UploadedBadge:
    text = text.strip()
    if not text:
        _unreadable(report, _("Choose a file, or paste the badge’s link or its JSON."))
    if text.startswith("{"):
        return _read_document(
            report, text, picture, is_baked=is_baked, reports_source=reports_source
        )
    if vc_jwt.looks_like_jwt(text) and text.startswith("eyJ"):
        if reports_source:
            where = _("It was inside the image.") if is_baked else _("It is a signed text.")
            report.add_passed(_("Badge data found"), where)
        return UploadedBadge(signed=text, picture=picture)
    looks_like_url = "://" in text or "." in text or text.startswith("localhost")
    if len(text) > LONGEST_ADDRESS or len(text.split()) > 1 or not looks_like_url:
        _unreadable(report, _("This is neither a link nor the JSON of a badge."))
    address = text if "://" in text else f"https://{text}"
    if not host_of(address):
        _unreadable(report, _("This is neither a link nor the JSON of a badge."))
    if is_baked and reports_source:
        report.add_passed(
            _("Badge data found"), _("An older kind of badge: the image contains a link.")
        )
    return UploadedBadge(address=address, picture=picture)


def _read_document(
    report: Report, text: str, picture: bytes, *, is_baked: bool, reports_source: bool
) -> UploadedBadge:
    try:
        document = parsing.parse(text)
    except parsing.Unreadable:
        _unreadable(report, _("The badge data is damaged: it can’t be read as JSON."))
    where = _("It was inside the image.") if is_baked else _("It is a badge in JSON.")
    if _is_credential(document):
        if reports_source:
            report.add_passed(_("Badge data found"), where)
        return UploadedBadge(signed=document, picture=picture)
    address = parsing.reference(document)
    if not address.startswith(("http://", "https://")) or not host_of(address):
        _unreadable(
            report,
            _(
                "It can be read but is not a badge: it says neither who signed it nor where it "
                "can be checked."
            ),
        )
    if reports_source:
        report.add_passed(_("Badge data found"), where)
    return UploadedBadge(address=address, document=document, picture=picture)


def _is_credential(document: dict) -> bool:
    return "credentialSubject" in document


def _alternate_link(body: bytes, url: str) -> str:
    """The URL of a badge that a web page names with `<link rel="alternate">`, or ""."""
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith((b"<!doctype html", b"<html", b"<head")):
        return ""
    page = body[:LARGEST_PAGE].decode("utf-8", "replace")
    for tag in _LINK_TAG.findall(page):
        attributes = {
            name.lower(): one or other or bare
            for name, one, other, bare in _TAG_ATTRIBUTE.findall(tag)
        }
        is_alternate = "alternate" in attributes.get("rel", "").lower().split()
        if is_alternate and attributes.get("type") in _BADGE_MEDIA_TYPES and attributes.get("href"):
            try:
                return urljoin(url, unescape(attributes["href"]))
            except ValueError:
                return ""
    return ""


def _unreadable(report: Report, why: str) -> None:
    report.add_failed(_("No badge data found"), why)
    report.set_verdict(Verdict.UNREADABLE, _("There is no badge here that can be checked."))
    raise VerdictReached


def _explain(problem: baking.UnbakeProblem) -> str:
    return {
        baking.UnbakeProblem.TOO_LARGE: _(
            "The file is larger than a badge can be. The limit is 10 MB."
        ),
        baking.UnbakeProblem.NOT_AN_IMAGE: _(
            "The file is not a PNG or SVG image. Many apps save images as JPEG, which removes "
            "the badge data: use the file as it was first downloaded."
        ),
        baking.UnbakeProblem.TOO_MANY_PARTS: _(
            "The image is made of too many parts to be read. Download it again from where the "
            "badge was issued."
        ),
        baking.UnbakeProblem.BROKEN: _(
            "The image is damaged or incomplete. Download it again and try once more."
        ),
        baking.UnbakeProblem.NOTHING_BAKED: _(
            "It is an ordinary image. Phones, messaging apps, and social networks often remove "
            "the badge data: use the file as it was first downloaded, or paste the link."
        ),
        baking.UnbakeProblem.NOT_TEXT: _("The badge data in the image is damaged."),
    }[problem]
