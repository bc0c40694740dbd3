"""Is a badge this person's? Answered without ever saying whose it is."""

from __future__ import annotations

from openbadges import v2
from verification.well_formed import listed

MOST_IDENTIFIERS = 50
_MAIL = "mailto:"


def is_recipient(subject: dict, email: str) -> bool | None:
    """Any one match is enough; None if the subject is not named by an e-mail address."""
    identifiers = listed(subject.get("identifier"))[:MOST_IDENTIFIERS]
    answers = [_matches(entry, email) for entry in identifiers if isinstance(entry, dict)]
    id = subject.get("id")
    if isinstance(id, str) and id.lower().startswith(_MAIL):
        answers.append(id[len(_MAIL) :].strip().lower() == email.strip().lower())
    told = [answer for answer in answers if answer is not None]
    return any(told) if told else None


def _matches(entry: dict, email: str) -> bool | None:
    if entry.get("identityType") not in ("emailAddress", "email"):
        return None
    identity, salt = entry.get("identityHash"), entry.get("salt")
    if entry.get("hashed") is True:
        return v2.is_recipient({"type": "email", "identity": identity, "salt": salt}, email)
    if not isinstance(identity, str):
        return None
    return identity.strip().lower() == email.strip().lower()
