"""Verifies a signed badge of Open Badges 1 and 2: a JWS with the assertion as payload.

The assertion names the key that signed it (`verification.creator`). The key names its owner, and
the owner has to be the issuer of the badge class and to name the key in return. Revoked badges are
in the issuer's `revocationList`. Source: Open Badges 2.0, sections 4.1.3, 4.4 and "Implementation
of signed verification".
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from issuing import addresses
from openbadges import dids, multikeys, parsing, vc_jwt
from openbadges.multikeys import NotAKey, PublicKey
from openbadges.vc_jwt import InvalidToken
from verification import descriptions, hosted_forms, moved_addresses, signatures
from verification.key_ownership import CannotCheck
from verification.record_comparison import conclude, report_revoked
from verification.remote_badges import check_dates, fetch_linked, issuer_detail
from verification.remote_documents import NotAnswered, WebSession, not_found_message
from verification.report import Check, Report, Verdict, host_of, printable
from verification.signatures import Changed, NotSigned
from verification.well_formed import as_list


def verify_signed_v2(
    report: Report, token: str, email: str, now: datetime, web: WebSession
) -> None:
    """Add each check to the report. Raises VerdictReached."""
    try:
        header, assertion = vc_jwt.read(token)
    except InvalidToken:
        report.add_failed(
            _("Signature"), _("The signed text is damaged."), means=Verdict.UNREADABLE
        )
        report.stop()
    report.version = hosted_forms.version_of(assertion)
    report.document = assertion
    report.add_passed(
        _("What it is"),
        _("A signed badge of Open Badges %(version)s.") % {"version": report.version},
    )
    _check_not_ours(report, assertion)
    _check_form(report, assertion)
    key, key_document = _check_signature(report, token, header, assertion, web)
    badge_class, _address = fetch_linked(
        report, web, assertion.get("badge"), _("What was earned"), hosted_forms.is_badge_class
    )
    descriptions.describe_badge_class(report, badge_class)
    report.add_passed(_("What was earned"), report.badge_name)
    issuer, issuer_address = fetch_linked(
        report, web, badge_class.get("issuer"), _("Issuer"), hosted_forms.is_issuer
    )
    descriptions.describe_issuer(report, issuer)
    _check_owner(report, _creator(assertion), key, key_document, issuer, issuer_address)
    _check_revoked(report, assertion, issuer, web)
    expires = check_dates(report, assertion, now)
    conclude(report, expires, now, email)


def _check_not_ours(report: Report, assertion: dict) -> None:
    """Badges of this site are never signed in this way."""
    places = (parsing.reference(assertion), parsing.reference(assertion.get("badge")))
    if not any(addresses.is_ours(place) for place in places):
        host = printable(host_of(places[1]) or host_of(places[0]))
        report.add_open(_("Issued here"), _("No: the badge names %(host)s.") % {"host": host})
        return
    report.stop_as_not_issued()


def _check_form(report: Report, assertion: dict) -> None:
    title = _("Follows the standard")
    needed = ("recipient", "badge", "issuedOn")
    if missing := [name for name in needed if name not in assertion]:
        words = _("Missing, unclear, or out of place: %(names)s.") % {"names": ", ".join(missing)}
        report.add_failed(title, words, Check.FORM, means=Verdict.INVALID)
    else:
        words = _("Open Badges %(version)s.") % {"version": report.version}
        report.add_passed(title, words, Check.FORM)


def _check_signature(
    report: Report, token: str, header: dict, assertion: dict, web: WebSession
) -> tuple[PublicKey, dict]:
    """The key that the assertion names, and the document it is in."""
    title = _("Signature")
    try:
        signatures.check_algorithm(header)
        key, document = _named_key(web, _creator(assertion))
        signatures.verify_token(token, key)
    except NotSigned as error:
        report.add_failed(title, str(error), Check.UNCHANGED, means=Verdict.INVALID)
        report.stop(_("This badge is not signed, so it proves nothing."))
    except Changed as error:
        report.add_failed(title, str(error), Check.UNCHANGED, means=Verdict.CHANGED)
        report.stop()
    except CannotCheck as error:
        report.add_open(title, str(error), Check.UNCHANGED)
        report.stop()
    words = _("Unchanged since it was signed (%(form)s).") % {"form": printable(header["alg"])}
    report.add_passed(title, words, Check.UNCHANGED)
    return key, document


def _creator(assertion: dict) -> str:
    """The address of the key; Open Badges 1 calls it `verify.url`."""
    how = hosted_forms.verification_of(assertion)
    return parsing.reference(how.get("creator")) or parsing.reference(how.get("url"))


def _named_key(web: WebSession, address: str) -> tuple[PublicKey, dict]:
    """The key at an address: a CryptographicKey or, in Open Badges 1, its PEM alone."""
    if not address:
        raise CannotCheck(_("The signature does not say which key was used."))
    try:
        answer = web.get(address)
        if answer.status != 200:
            raise NotAnswered(not_found_message(address, answer.status))
        if answer.body.lstrip().startswith(b"-----BEGIN"):
            pem = answer.body.decode("ascii", "replace")
            return multikeys.public_key_from_pem(pem), {}
        document = moved_addresses.follow(web, address, parsing.reference).document
        return dids.public_key_of(document), document
    except (NotAnswered, moved_addresses.Gone) as error:
        raise CannotCheck(str(error) or not_found_message(address, 410)) from None
    except NotAKey:
        raise CannotCheck(_("This page does not support this kind of key.")) from None


def _check_owner(
    report: Report, creator: str, key: PublicKey, document: dict, issuer: dict, address: str
) -> None:
    """The key and the issuer name each other."""
    title = _("Whose key it is")
    owner = parsing.reference(document.get("owner", document.get("controller")))
    named = {_place(parsing.reference(issuer)), _place(address)}
    listed = as_list(issuer.get("publicKey"))
    is_listed = _place(creator) in {_place(parsing.reference(entry)) for entry in listed} or any(
        _has_key(entry, key) for entry in listed
    )
    if _place(owner) in named and is_listed:
        report.add_passed(title, issuer_detail(report, address), Check.ISSUER)
    elif owner and _place(owner) not in named:
        words = _("It was signed with a key of %(other)s, not of the issuer.")
        report.add_failed(
            title, words % {"other": printable(owner)}, Check.ISSUER, means=Verdict.WRONG_KEY
        )
    elif listed and not is_listed:
        words = _("The issuer does not list this key as one of its own.")
        report.add_failed(title, words, Check.ISSUER, means=Verdict.WRONG_KEY)
    elif host_of(creator) == host_of(address):
        # Many issuers leave out one half of it. Then their site has to vouch for both.
        words = _("The issuer and its key do not name each other, but are on the same site.")
        report.add_passed(title, f"{words} {issuer_detail(report, address)}", Check.ISSUER)
    else:
        words = _("The issuer does not say which keys it uses.")
        report.add_open(title, words, Check.ISSUER)


def _place(address: str) -> str:
    """An address without its scheme: many sites moved to https and kept the old names of keys."""
    return address.removeprefix("https://").removeprefix("http://").removesuffix("/")


def _has_key(entry: object, key: PublicKey) -> bool:
    try:
        return isinstance(entry, dict) and dids.public_key_of(entry) == key
    except NotAKey:
        return False


def _check_revoked(report: Report, assertion: dict, issuer: dict, web: WebSession) -> None:
    title = _("Revoked?")
    address = parsing.reference(issuer.get("revocationList"))
    if not address:
        words = _("The issuer names no list of revoked badges.")
        report.add_passed(title, words, Check.STATUS)
        return
    try:
        revoked = web.document(address)
    except NotAnswered as error:
        report.add_open(title, str(error), Check.STATUS)
        return
    ids = {parsing.reference(assertion), assertion.get("uid")} - {"", None}
    entries = revoked.get("revokedAssertions")
    if entries is None and not hosted_forms.has_types(revoked):
        # Open Badges 1: the ids themselves, with the reason.
        entries = [{"id": id, "revocationReason": reason} for id, reason in revoked.items()]
    if not isinstance(entries, list):
        words = _("The list it names is a different one, or another issuer’s.")
        report.add_open(title, words, Check.STATUS)
        return
    for entry in entries:
        named = entry.get("uid") if isinstance(entry, dict) else None
        if parsing.reference(entry) in ids or (isinstance(named, str) and named in ids):
            reason = entry.get("revocationReason") if isinstance(entry, dict) else ""
            report_revoked(report, printable(reason), None)
            report.stop()
    report.add_passed(title, _("No, says the issuer’s list."), Check.STATUS)
