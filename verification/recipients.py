"""Checks whether a badge was issued to an email address, without revealing the recipient."""

from __future__ import annotations

from openbadges import v2
from verification.well_formed import as_list

MOST_IDENTIFIERS = 50
_MAILTO = "mailto:"


def is_recipient(subject: object, email: str) -> bool | None:
    """One matching identifier is enough. None if the subject has no email identifier."""
    if not isinstance(subject, dict):
        return None
    identifiers = as_list(subject.get("identifier"))[:MOST_IDENTIFIERS]
    answers = [_matches(entry, email) for entry in identifiers if isinstance(entry, dict)]
    id = subject.get("id")
    if isinstance(id, str) and id.lower().startswith(_MAILTO):
        answers.append(id[len(_MAILTO) :].strip().lower() == email.strip().lower())
    known = [answer for answer in answers if answer is not None]
    return any(known) if known else None


def _matches(entry: dict, email: str) -> bool | None:
    if entry.get("identityType") not in ("emailAddress", "email"):
        return None
    identity, salt = entry.get("identityHash"), entry.get("salt")
    if entry.get("hashed") is True:
        return v2.is_recipient({"type": "email", "identity": identity, "salt": salt}, email)
    if not isinstance(identity, str):
        return None
    return identity.strip().lower() == email.strip().lower()
