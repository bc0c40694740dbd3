"""Reads the input of the verify page: a file, JSON, a signed text or a URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

from django.utils.translation import gettext as _

from openbadges import baking, parsing, svg_carriers, vc_jwt
from openbadges.vc_jwt import InvalidToken
from verification import hosted_forms, jwt_claims, recognized, web_pages, wrappers
from verification.report import Choice, Report, Verdict, host_of, printable

LONGEST_ADDRESS = 2_000


@dataclass(frozen=True)
class UploadedBadge:
    """One badge to verify: a URL, or a document and the image it was in."""

    address: str = ""
    document: dict | None = None  # hosted: Open Badges 1 or 2
    signed: dict | str | None = None  # Open Badges 3.0: JSON with its proof, or a VC-JWT
    signed_v2: str = ""  # Open Badges 1 or 2 as a JWS
    picture: bytes = b""  # the PNG without its badges, or the SVG


def read_file(report: Report, file: bytes) -> list[UploadedBadge]:
    """One badge, or two if an image carries it as 2.0 and as 3.0. Raises VerdictReached."""
    text = _text_in(file)
    if text is not None:
        return read_text(report, text)
    if web_pages.is_page(file):
        stop_unreadable(report, web_pages.hint(""), _("This is a page, not a badge."))
    try:
        baked = baking.unbake(file)
    except baking.CannotUnbake as error:
        stop_unreadable(report, _explain(error.problem))
    both = baked.v2 and baked.v3
    if both:
        report.add_passed(
            _("Badge data found"),
            _("The image contains the badge twice: as Open Badges 2.0 and as 3.0."),
        )
    if baked.repeated:
        report.add_open(
            _("More badge data in the image"),
            _(
                "The image was baked more than once. The first entry of each kind was read, as the "
                "standard says; the others were not."
            ),
        )
    found: list[UploadedBadge] = []
    picture = baked.picture or (file if svg_carriers.looks_like_xml(file) else b"")
    for inside in filter(None, (baked.v2, baked.v3)):
        read = _read(report, inside, is_baked=True, reports_source=not both)
        found += [replace(badge, picture=picture) for badge in read]
    return found


def read_text(report: Report, text: str) -> list[UploadedBadge]:
    return _read(report, text)


def read_value(report: Report, found: list[wrappers.Wrapped], source: str) -> list[UploadedBadge]:
    """The badge among what was unwrapped. Raises VerdictReached if there is none, or several."""
    if len(found) == 1 and isinstance(found[0], bytes):
        return read_file(report, found[0])
    documents = []
    for badge in found:
        if not isinstance(badge, bytes) and badge not in documents:
            documents.append(badge)
    if not documents:
        stop_unreadable(report, _("This is neither a link nor the JSON of a badge."))
    if len(documents) > 1:
        _offer(report, documents)
        words = _choices_message(report)
        report.add_open(_("Badge data found"), words, means=Verdict.SEVERAL)
        report.stop(_several_headline(len(documents)))
    badge = _one(report, documents[0])
    if source:
        report.add_passed(_("Badge data found"), source)
    return [badge]


def stop_unreadable(report: Report, why: str, headline: str = "") -> NoReturn:
    report.add_failed(_("No badge data found"), why, means=Verdict.UNREADABLE)
    report.stop(headline)


def stop_something_else(report: Report, what: recognized.SomethingElse) -> NoReturn:
    report.add_open(_("What it is"), what.advice, means=Verdict.SOMETHING_ELSE)
    report.stop(_("This is not somebody’s badge but %(what)s.") % {"what": what.name})


def _text_in(file: bytes) -> str | None:
    """The text of a file that is neither a PNG nor an SVG; None for an image."""
    if file.startswith(baking.SIGNATURE):
        return None
    encoding = "utf-16" if file[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = file[: baking.LARGEST_IMAGE].decode(encoding).strip()
    except UnicodeDecodeError:
        return None
    is_text = text and not text.startswith("<") and "\0" not in text
    return text if is_text else None


def _read(
    report: Report, text: str, *, is_baked: bool = False, reports_source: bool = True
) -> list[UploadedBadge]:
    text = text.strip()
    if not text:
        stop_unreadable(report, _("Choose a file, or paste the badge’s link or its JSON."))
    try:
        found = wrappers.unwrap_text(text)
    except wrappers.NotReadable:
        stop_unreadable(report, _("The badge data is damaged: it can’t be read as JSON."))
    if found is not None:
        return read_value(report, found, _source(text, is_baked) if reports_source else "")
    if text.startswith("<") and not is_baked and len(text) > LONGEST_ADDRESS // 10:
        return read_file(report, text.encode("utf-8", "replace"))
    address = _address(report, text)
    if is_baked and reports_source:
        report.add_passed(
            _("Badge data found"), _("An older kind of badge: the image contains a link.")
        )
    return [UploadedBadge(address=address)]


def _source(text: str, is_baked: bool) -> str:
    if is_baked:
        return _("It was inside the image.")
    if text.startswith("{"):
        return _("It is a badge in JSON.")
    return _("It is a signed text.") if wrappers.is_jwt(text) else _("It was inside other data.")


def _address(report: Report, text: str) -> str:
    if "~" in text and wrappers.is_jwt(text.partition("~")[0]):
        report.add_open(_("Badge data found"), _("It is a signed text with hidden parts (SD-JWT)."))
        report.stop(
            _("It is signed in a way this page can’t check, so it makes no claim about it.")
        )
    if len(text.split(".")) == 5 and text.startswith("eyJ"):
        report.add_open(_("Badge data found"), _("It is encrypted, so only its owner can read it."))
        report.stop()
    looks_like_url = "://" in text or "." in text or text.startswith("localhost")
    if len(text) > LONGEST_ADDRESS or len(text.split()) > 1 or not looks_like_url:
        stop_unreadable(report, _("This is neither a link nor the JSON of a badge."))
    address = text if "://" in text else f"https://{text}"
    if not host_of(address):
        stop_unreadable(report, _("This is neither a link nor the JSON of a badge."))
    return address


def _one(report: Report, badge: dict | str) -> UploadedBadge:
    if isinstance(badge, str):
        return _signed_text(report, badge)
    if what := recognized.recognize(badge):
        if recognized.is_learner_record(badge):
            _offer_inner(report, badge)
        stop_something_else(report, what)
    if "credentialSubject" in badge:
        return UploadedBadge(signed=badge)
    address = hosted_forms.address_of(badge)
    if address.startswith(("http://", "https://")) and host_of(address):
        return UploadedBadge(address=address, document=badge)
    if wrappers.is_award(badge):
        report.version = hosted_forms.version_of(badge)
        report.add_open(
            _("Badge data found"),
            _("It is a badge of an older kind (Open Badges %(version)s).")
            % {"version": report.version},
        )
        report.stop(_("The badge does not say where its record is, so it could not be checked."))
    stop_unreadable(
        report,
        _(
            "It can be read but is not a badge: it says neither who signed it nor where it "
            "can be checked."
        ),
    )


def _signed_text(report: Report, token: str) -> UploadedBadge:
    try:
        _header, payload = vc_jwt.read(token)
    except InvalidToken:
        return UploadedBadge(signed=token)  # the report says that it is damaged
    credential = jwt_claims.credential_of(payload)
    if "credentialSubject" in credential:
        if what := recognized.recognize(credential):
            if recognized.is_learner_record(credential):
                _offer_inner(report, credential)
            stop_something_else(report, what)
        return UploadedBadge(signed=token)
    if wrappers.is_award(payload) or parsing.has_type(payload, "Assertion"):
        return UploadedBadge(signed_v2=token)
    stop_something_else(report, recognized.recognize(payload) or recognized.signed_text())


def _offer_inner(report: Report, record: dict) -> None:
    """Offer the badges that a learner record contains."""
    subject = record.get("credentialSubject")
    inner = subject.get("verifiableCredential") if isinstance(subject, dict) else None
    found = [badge for badge in wrappers.unwrap(inner) if not isinstance(badge, bytes)]
    if found:
        _offer(report, found)
        report.add_open(_("Badges inside"), _choices_message(report))


def _offer(report: Report, badges: list[dict | str]) -> None:
    for badge in badges[: wrappers.MOST_BADGES]:
        document = badge
        if isinstance(badge, str):
            try:
                document = jwt_claims.credential_of(vc_jwt.read(badge)[1])
            except InvalidToken:
                document = {}
        name, issuer_name = _names(document)
        report.choices.append(Choice(name, issuer_name, wrappers.as_text(badge)))


def _names(document: dict) -> tuple[str, str]:
    subject, issuer = document.get("credentialSubject"), document.get("issuer")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    badge = achievement if isinstance(achievement, dict) else document.get("badge")
    name = badge.get("name") if isinstance(badge, dict) else ""
    name = name or document.get("name") or parsing.reference(badge) or parsing.reference(document)
    issuer_name = issuer.get("name") if isinstance(issuer, dict) else ""
    return printable(name) or _("No name"), printable(issuer_name or parsing.reference(issuer))


def _choices_message(report: Report) -> str:
    names = ", ".join(f"“{choice.name}”" for choice in report.choices)
    return _("It contains these badges: %(names)s. Each can be verified on its own.") % {
        "names": names
    }


def _several_headline(count: int) -> str:
    return _("There are %(count)s badges here. Choose the one to verify.") % {"count": count}


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
