"""Reading what somebody brought: a file, a document, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from issuing import baking
from issuing.openbadges import reading
from issuing.verifying.report import Report, Stop, Verdict, host_of

JWS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+")


@dataclass(frozen=True)
class Given:
    """What somebody brought: an address, a document, or both in one, and the picture it was in."""

    address: str = ""
    document: dict | None = None
    picture: bytes = b""


def read_file(report: Report, file: bytes) -> Given:
    if file[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        try:
            return read_text(report, file.decode("utf-8-sig"))
        except UnicodeDecodeError:
            _unreadable(report, _("The file is not text that can be read as a badge."))
    try:
        baked = baking.unbake(file)
    except baking.CannotUnbake as error:
        _unreadable(report, _explain(error.trouble))
    return read_text(report, baked.v2, picture=baked.picture)


def read_text(report: Report, text: str, picture: bytes = b"") -> Given:
    text = text.strip()
    if not text:
        _unreadable(report, _("Choose a file, or paste the badge’s address or its JSON."))
    if text.startswith("{"):
        return _read_document(report, text, picture)
    if JWS.fullmatch(text):
        report.open(_("This badge is signed, not hosted"))
        report.ends(
            Verdict.NOT_CHECKED,
            _("This is a signed badge. This page checks hosted badges only, so nothing is said."),
        )
        raise Stop
    looks_like_an_address = "://" in text or "." in text or text.startswith("localhost")
    if len(text) > 2000 or len(text.split()) > 1 or not looks_like_an_address:
        _unreadable(report, _("This is neither an address nor the JSON of a badge."))
    address = text if "://" in text else f"https://{text}"
    if not host_of(address):
        _unreadable(report, _("This is neither an address nor the JSON of a badge."))
    if picture:
        report.holds(
            _("Badge data found"), _("An older kind of badge: the picture holds an address.")
        )
    return Given(address=address, picture=picture)


def _read_document(report: Report, text: str, picture: bytes) -> Given:
    try:
        document = reading.parse(text)
    except reading.Unreadable:
        _unreadable(report, _("The badge data is damaged: it cannot be read as JSON."))
    if "credentialSubject" in document:
        report.open(_("This is an Open Badges 3.0 credential"))
        report.ends(
            Verdict.NOT_CHECKED,
            _("This page checks Open Badges 2.0. This is a 3.0 credential, so nothing is said."),
        )
        raise Stop
    address = reading.reference(document)
    if not address.startswith(("http://", "https://")) or not host_of(address):
        _unreadable(report, _("The badge data does not say at which address it can be checked."))
    where = _("It was inside the picture.") if picture else _("It is a badge in JSON.")
    report.holds(_("Badge data found"), where)
    return Given(address=address, document=document, picture=picture)


def _unreadable(report: Report, why: str) -> None:
    report.fails(_("No badge data found"), why)
    report.ends(Verdict.UNREADABLE, _("There is no badge here that can be checked."))
    raise Stop


def _explain(trouble: baking.Trouble) -> str:
    return {
        baking.Trouble.TOO_LARGE: _("The file is larger than a badge can be. The limit is 10 MB."),
        baking.Trouble.NOT_AN_IMAGE: _(
            "The file is not a PNG or SVG picture. Many apps save pictures as JPEG and so remove "
            "the badge data: use the file as it was first downloaded."
        ),
        baking.Trouble.BROKEN: _(
            "The picture is damaged or breaks off. Download it once more and try again."
        ),
        baking.Trouble.NOTHING_BAKED: _(
            "It is a picture like any other. Phones, messengers and social networks often remove "
            "the badge data: use the file as it was first downloaded, or paste the address."
        ),
        baking.Trouble.NOT_TEXT: _("The badge data in the picture is damaged."),
    }[trouble]
