"""Reading what somebody brought: a file, a document, a signed text, an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from openbadges import baking, parsing, svg_carriers, vc_jwt
from verification.remote_documents import NotAnswered, Web, nothing_there
from verification.report import Report, Stop, Verdict, host_of

LONGEST_ADDRESS = 2_000
LARGEST_PAGE = 300_000  # bytes of a web page that are searched for a badge
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_PAIR = re.compile(r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_KINDS = {"application/ld+json", "application/json", "application/vc", "application/vc+ld+json"}


@dataclass(frozen=True)
class Given:
    """What somebody brought of one badge: an address, or a document and the picture it was in."""

    address: str = ""
    document: dict | None = None  # Open Badges 2.0
    signed: dict | str | None = None  # Open Badges 3.0: with its proof, or a signed text
    picture: bytes = b""


def read_file(report: Report, file: bytes) -> list[Given]:
    """One badge, or the same in the words of 2.0 and of 3.0."""
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
        report.holds(
            _("Badge data found"),
            _("The picture carries the badge twice: as Open Badges 2.0 and as 3.0."),
        )
    return [
        _read(report, text, picture=baked.picture, is_baked=True, says_where=not both)
        for text in (baked.v2, baked.v3)
        if text
    ]


def read_text(report: Report, text: str) -> Given:
    return _read(report, text)


def open_address(report: Report, given: Given, web: Web) -> list[Given]:
    """What stands at an address of another site: a badge, its picture, or a page that names it."""
    title = _("What stands at the address")
    try:
        answer = web.get(given.address)
        link = _link_in_page(answer.body, answer.url) if answer.status == 200 else ""
        if link:
            answer = web.get(link)
    except NotAnswered as error:
        report.open(title, str(error))
        report.ends(Verdict.NOT_CHECKED, _("It could not be checked, so nothing is said about it."))
        raise Stop from None
    if answer.status == 410:
        return [given]
    if answer.status != 200:
        report.open(title, nothing_there(given.address, answer.status))
        report.ends(Verdict.NOT_CHECKED, _("It could not be checked, so nothing is said about it."))
        raise Stop
    body = answer.body
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            document = parsing.parse(text)
        except parsing.Unreadable:
            document = {}
        # A hosted badge is judged by what stands at its address, so the address is what counts.
        if not _is_signed_kind(document):
            return [Given(address=link or given.address)]
        return [Given(signed=document)]
    if vc_jwt.looks_like_jwt(text):
        return [Given(signed=text)]
    if body.startswith(baking.SIGNATURE) or svg_carriers.looks_like_xml(body):
        return read_file(report, body)
    _unreadable(
        report,
        _(
            "At this address is neither a badge nor its picture. Download the badge, and give us "
            "the file."
        ),
    )
    raise Stop


def _read(
    report: Report,
    text: str,
    *,
    picture: bytes = b"",
    is_baked: bool = False,
    says_where: bool = True,
) -> Given:
    text = text.strip()
    if not text:
        _unreadable(report, _("Choose a file, or paste the badge’s address or its JSON."))
    if text.startswith("{"):
        return _read_document(report, text, picture, is_baked=is_baked, says_where=says_where)
    if vc_jwt.looks_like_jwt(text) and text.startswith("eyJ"):
        if says_where:
            where = _("It was inside the picture.") if is_baked else _("It is a signed text.")
            report.holds(_("Badge data found"), where)
        return Given(signed=text, picture=picture)
    looks_like_an_address = "://" in text or "." in text or text.startswith("localhost")
    if len(text) > LONGEST_ADDRESS or len(text.split()) > 1 or not looks_like_an_address:
        _unreadable(report, _("This is neither an address nor the JSON of a badge."))
    address = text if "://" in text else f"https://{text}"
    if not host_of(address):
        _unreadable(report, _("This is neither an address nor the JSON of a badge."))
    if is_baked and says_where:
        report.holds(
            _("Badge data found"), _("An older kind of badge: the picture holds an address.")
        )
    return Given(address=address, picture=picture)


def _read_document(
    report: Report, text: str, picture: bytes, *, is_baked: bool, says_where: bool
) -> Given:
    try:
        document = parsing.parse(text)
    except parsing.Unreadable:
        _unreadable(report, _("The badge data is damaged: it cannot be read as JSON."))
    where = _("It was inside the picture.") if is_baked else _("It is a badge in JSON.")
    if _is_signed_kind(document):
        if says_where:
            report.holds(_("Badge data found"), where)
        return Given(signed=document, picture=picture)
    address = parsing.reference(document)
    if not address.startswith(("http://", "https://")) or not host_of(address):
        _unreadable(
            report,
            _(
                "It can be read, but is no badge: "
                "it says neither who signed it nor where it can be checked."
            ),
        )
    if says_where:
        report.holds(_("Badge data found"), where)
    return Given(address=address, document=document, picture=picture)


def _is_signed_kind(document: dict) -> bool:
    return "credentialSubject" in document


def _link_in_page(body: bytes, url: str) -> str:
    """The badge that a web page says it is about, in another form."""
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith((b"<!doctype html", b"<html", b"<head")):
        return ""
    page = body[:LARGEST_PAGE].decode("utf-8", "replace")
    for tag in _LINK.findall(page):
        named = {
            name.lower(): one or other or bare for name, one, other, bare in _PAIR.findall(tag)
        }
        is_alternate = "alternate" in named.get("rel", "").lower().split()
        if is_alternate and named.get("type") in _KINDS and named.get("href"):
            try:
                return urljoin(url, unescape(named["href"]))
            except ValueError:
                return ""
    return ""


def _unreadable(report: Report, why: str) -> None:
    report.fails(_("No badge data found"), why)
    report.ends(Verdict.UNREADABLE, _("There is no badge here that can be checked."))
    raise Stop


def _explain(problem: baking.UnbakeProblem) -> str:
    return {
        baking.UnbakeProblem.TOO_LARGE: _(
            "The file is larger than a badge can be. The limit is 10 MB."
        ),
        baking.UnbakeProblem.NOT_AN_IMAGE: _(
            "The file is not a PNG or SVG picture. Many apps save pictures as JPEG and so remove "
            "the badge data: use the file as it was first downloaded."
        ),
        baking.UnbakeProblem.BROKEN: _(
            "The picture is damaged or breaks off. Download it once more and try again."
        ),
        baking.UnbakeProblem.NOTHING_BAKED: _(
            "It is a picture like any other. Phones, messengers and social networks often remove "
            "the badge data: use the file as it was first downloaded, or paste the address."
        ),
        baking.UnbakeProblem.NOT_TEXT: _("The badge data in the picture is damaged."),
    }[problem]
