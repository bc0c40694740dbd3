"""Was it taken back? Asked of the list that the badge names, as the issuer signed it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from django.utils.translation import gettext as _

from openbadges import bitstrings, parsing
from openbadges.bitstrings import NotABitstring
from verification import signatures
from verification.key_ownership import NotKnown, NotTheIssuers
from verification.remote_documents import NotAnswered, Web
from verification.report import printable
from verification.signatures import Changed, NotSigned, Unclear
from verification.well_formed import listed, valid_from, valid_until

MOST_STATUSES = 5


class Standing(Enum):
    IN_FORCE = "in force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


_MEANS = {"revocation": Standing.REVOKED, "suspension": Standing.SUSPENDED}


class CannotSay(Exception):
    """The list cannot be had or trusted. The words say why."""


def of(web: Web, credential: dict, now: datetime) -> tuple[Standing, str]:
    """How the credential stands with its issuer, and the reason if the issuer gives one."""
    entries = listed(credential.get("credentialStatus"))
    if len(entries) > MOST_STATUSES:
        raise CannotSay(_("It names more lists than this page asks."))
    found = [_of_entry(web, credential, entry, now) for entry in entries]
    order = list(Standing)
    return max(found, key=lambda each: order.index(each[0]), default=(Standing.IN_FORCE, ""))


def _of_entry(web: Web, credential: dict, entry: dict, now: datetime) -> tuple[Standing, str]:
    if parsing.has_type(entry, "BitstringStatusListEntry"):
        return _in_bitstring(web, credential, entry, now), ""
    if parsing.has_type(entry, "1EdTechRevocationList"):
        return _in_revocation_list(web, credential, entry)
    raise CannotSay(_("It names a kind of list that this page does not know."))


def _in_bitstring(web: Web, credential: dict, entry: dict, now: datetime) -> Standing:
    purpose, address = entry.get("statusPurpose"), entry.get("statusListCredential")
    index = _index(entry.get("statusListIndex"))
    if not isinstance(purpose, str) or not isinstance(address, str) or index is None:
        raise CannotSay(_("The badge does not say where in the list it stands."))
    standing = _MEANS.get(purpose)
    if standing is None:
        return Standing.IN_FORCE  # a list about something else, such as messages
    issuer = parsing.reference(credential.get("issuer"))
    try:
        status_list = signatures.check(web, web.signed(address)).credential
    except NotAnswered as error:
        raise CannotSay(str(error)) from None
    except (Changed, NotSigned, NotKnown, NotTheIssuers, Unclear) as error:
        raise CannotSay(_("The list is not to be trusted: %(why)s") % {"why": error}) from None
    subject = status_list.get("credentialSubject")
    if (
        parsing.reference(status_list.get("issuer")) != issuer
        or parsing.reference(status_list) != address.partition("#")[0]
        or not parsing.has_type(status_list, "BitstringStatusListCredential")
        or not isinstance(subject, dict)
        or purpose not in listed(subject.get("statusPurpose"))
    ):
        raise CannotSay(_("The list that it names is another one, or another issuer’s."))
    begins, ends = parsing.parse_datetime(valid_from(status_list)), valid_until(status_list)
    ends = parsing.parse_datetime(ends) if ends is not None else parsing.LATEST
    if begins is None or ends is None or not begins <= now <= ends:
        raise CannotSay(_("The list has run out, so it says nothing of today."))
    try:
        is_set = bitstrings.is_set(subject.get("encodedList"), index)
    except NotABitstring:
        raise CannotSay(_("The list cannot be read, or has no such place.")) from None
    return standing if is_set else Standing.IN_FORCE


def _index(value: object) -> int | None:
    # The standard wants a text; numbers are found, too.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    return int(value) if is_number and len(value) < 12 else None


def _in_revocation_list(web: Web, credential: dict, entry: dict) -> tuple[Standing, str]:
    address = parsing.reference(entry)
    if not address.startswith("https://"):
        raise CannotSay(_("The list that it names is another one, or another issuer’s."))
    try:
        revocations = web.document(address)
    except NotAnswered as error:
        raise CannotSay(str(error)) from None
    issuer = parsing.reference(credential.get("issuer"))
    entries = revocations.get("revokedCredential")
    if parsing.reference(revocations.get("issuer")) != issuer or not isinstance(entries, list):
        raise CannotSay(_("The list that it names is another one, or another issuer’s."))
    for revoked in entries:
        if parsing.reference(revoked) != parsing.reference(credential):
            continue
        details = revoked if isinstance(revoked, dict) else {}
        if details.get("revoked", True) is not False:
            return Standing.REVOKED, printable(details.get("revocationReason"))
    return Standing.IN_FORCE, ""
