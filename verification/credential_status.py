"""Revocation and suspension, from the status lists that a credential names.

Sources: Bitstring Status List 1.0 (W3C); Open Badges 3.0, 1EdTech Revocation List.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from django.utils.translation import gettext as _

from openbadges import bitstrings, parsing
from openbadges.bitstrings import NotABitstring
from verification import signatures
from verification.key_ownership import CannotCheck, NotIssuersKey
from verification.remote_documents import NotAnswered, WebSession
from verification.report import printable
from verification.signatures import Changed, Contradictory, NotSigned
from verification.well_formed import as_list, valid_from, valid_until

MOST_STATUSES = 5


class CredentialStatus(Enum):
    IN_FORCE = "in force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


_BY_PURPOSE = {"revocation": CredentialStatus.REVOKED, "suspension": CredentialStatus.SUSPENDED}


class StatusNotKnown(Exception):
    """The list cannot be fetched, read or trusted. The message tells the user why."""


def check_status(web: WebSession, credential: dict, now: datetime) -> tuple[CredentialStatus, str]:
    """The most severe status of all lists, and the reason if one is given, else "".

    Raises StatusNotKnown.
    """
    entries = as_list(credential.get("credentialStatus"))
    if len(entries) > MOST_STATUSES or not all(isinstance(entry, dict) for entry in entries):
        raise StatusNotKnown(_("It names more lists than this page checks."))
    found = [_check_entry(web, credential, entry, now) for entry in entries]
    order = list(CredentialStatus)
    return max(
        found, key=lambda result: order.index(result[0]), default=(CredentialStatus.IN_FORCE, "")
    )


def _check_entry(
    web: WebSession, credential: dict, entry: dict, now: datetime
) -> tuple[CredentialStatus, str]:
    if parsing.has_type(entry, "BitstringStatusListEntry"):
        return _check_bitstring_list(web, credential, entry, now), ""
    if parsing.has_type(entry, "1EdTechRevocationList"):
        return _check_revocation_list(web, credential, entry)
    kinds = ", ".join(map(printable, as_list(entry.get("type")))) or "?"
    raise StatusNotKnown(
        _("It uses a kind of list this page does not know: %(names)s.") % {"names": kinds}
    )


def _check_bitstring_list(
    web: WebSession, credential: dict, entry: dict, now: datetime
) -> CredentialStatus:
    purpose, address = entry.get("statusPurpose"), entry.get("statusListCredential")
    index = _index(entry.get("statusListIndex"))
    if not isinstance(purpose, str) or not isinstance(address, str) or index is None:
        raise StatusNotKnown(_("The badge does not say where it appears in the list."))
    status = _BY_PURPOSE.get(purpose)
    if status is None:
        return CredentialStatus.IN_FORCE  # a list about something else, such as messages
    issuer = parsing.reference(credential.get("issuer"))
    try:
        status_list = signatures.check(web, web.signed_document(address)).credential
    except NotAnswered as error:
        raise StatusNotKnown(str(error)) from None
    except (Changed, NotSigned, CannotCheck, NotIssuersKey, Contradictory) as error:
        raise StatusNotKnown(_("The list can’t be trusted: %(why)s") % {"why": error}) from None
    subject = status_list.get("credentialSubject")
    if (
        parsing.reference(status_list.get("issuer")) != issuer
        or not parsing.has_type(status_list, "BitstringStatusListCredential")
        or not isinstance(subject, dict)
        or purpose not in as_list(subject.get("statusPurpose"))
    ):
        raise StatusNotKnown(_("The list it names is a different one, or another issuer’s."))
    begins, ends = parsing.parse_datetime(valid_from(status_list)), valid_until(status_list)
    ends = parsing.parse_datetime(ends) if ends is not None else parsing.LATEST
    if begins is None or ends is None or not begins <= now <= ends:
        raise StatusNotKnown(_("The list has expired, so it says nothing about today."))
    try:
        is_set = bitstrings.is_set(subject.get("encodedList"), index)
    except NotABitstring:
        raise StatusNotKnown(_("The list can’t be read or has no such place.")) from None
    if is_set:
        return status
    # The issuer signed it, so what it says against a badge counts. That a badge is not in it counts
    # only if it is the very list: an older or another one could have been put in its place.
    if parsing.reference(status_list) != address.partition("#")[0]:
        raise StatusNotKnown(_("The list it names is a different one, or another issuer’s."))
    return CredentialStatus.IN_FORCE


def _index(value: object) -> int | None:
    # The standard requires a string, but some issuers write a number.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    return int(value) if is_number and len(value) < 12 else None


def _check_revocation_list(
    web: WebSession, credential: dict, entry: dict
) -> tuple[CredentialStatus, str]:
    address = parsing.reference(entry)
    if not address.startswith("https://"):
        raise StatusNotKnown(_("The list it names is a different one, or another issuer’s."))
    try:
        revocations = web.document(address)
    except NotAnswered as error:
        raise StatusNotKnown(str(error)) from None
    issuer = parsing.reference(credential.get("issuer"))
    entries = revocations.get("revokedCredential")
    if parsing.reference(revocations.get("issuer")) != issuer or not isinstance(entries, list):
        raise StatusNotKnown(_("The list it names is a different one, or another issuer’s."))
    for revoked in entries:
        if parsing.reference(revoked) != parsing.reference(credential):
            continue
        details = revoked if isinstance(revoked, dict) else {}
        if details.get("revoked", True) is not False:
            return CredentialStatus.REVOKED, printable(details.get("revocationReason"))
    return CredentialStatus.IN_FORCE, ""
