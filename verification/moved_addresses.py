"""Documents that have moved: to https, to another host, to an address with or without a slash.

An address counts as moved only if the site at the old one says so, by a redirect or by a
document that gives the new address as its own. Only then do two addresses mean one document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from fetching.safe_fetch import Fetched
from openbadges import parsing
from verification.remote_documents import NotAnswered, WebSession, not_found_message
from verification.report import printable


@dataclass
class Found:
    """A document at its own address. `moved_from` is the address it was asked for at."""

    address: str
    document: dict
    moved_from: str = ""
    remarks: list[str] = field(default_factory=list)


class Gone(Exception):
    """The site answers 410: the badge was revoked. `document` is what came with it, or {}."""

    def __init__(self, document: dict) -> None:
        super().__init__()
        self.document = document


def follow(web: WebSession, address: str, address_of: Callable[[dict], str]) -> Found:
    """The document at an address or, if that one says that it has moved, at its new address.

    Raises NotAnswered or Gone.
    """
    answer, document = _get(web, address)
    own = address_of(document)
    if own in {address, ""}:
        return Found(address, document)
    if not own.startswith(("http://", "https://")):
        return Found(address, document)
    moved = document
    if answer.url != own.partition("#")[0]:
        try:
            _answer, moved = _get(web, own)
        except NotAnswered:
            if own == _secure(address):
                raise
            return Found(address, document)
    if address_of(moved) != own:
        return Found(address, document)
    remark = _("It has moved to %(address)s: its old address says so.")
    return Found(own, moved, address, [remark % {"address": printable(own)}])


def is_moved(web: WebSession, record: Found, old: object, new: object) -> bool:
    """Does the old address in a file mean the new address in the record?"""
    if not (isinstance(old, str) and isinstance(new, str) and record.moved_from):
        return False
    if old == record.moved_from and new == record.address:
        return True
    # The site itself has moved to https, so its other documents have, too.
    is_upgrade = old.startswith("http://") and new == _secure(old)
    site_moved = record.address == _secure(record.moved_from)
    return is_upgrade and site_moved and _host(old) == _host(record.moved_from)


def _get(web: WebSession, address: str) -> tuple[Fetched, dict]:
    try:
        answer = web.get(address)
    except NotAnswered:
        # Many sites no longer answer without encryption.
        if not address.startswith("http://"):
            raise
        answer = web.get(_secure(address))
    if answer.status == 410:
        raise Gone(_document_or_none(answer.body) or {})
    if answer.status != 200:
        raise NotAnswered(not_found_message(address, answer.status))
    return answer, web.read_document(answer, address)


def _document_or_none(body: bytes) -> dict | None:
    try:
        return parsing.parse(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, parsing.Unreadable):
        return None


def _secure(address: str) -> str:
    return "https://" + address.removeprefix("http://")


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].lower()
