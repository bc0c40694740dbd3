"""Checks the properties of an Open Badge 3.0 that verification relies on, and only those.

A signature covers the meaning of a document, not the position of its properties. So dates, status
and subject must be in their proper places and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openbadges import contexts, parsing

_OPEN_BADGES = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(?:-3\.\d+\.\d+)?\.json"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
# (data model 2.0, data model 1.1). The older one is read, never written.
VALID_FROM, VALID_UNTIL = ("validFrom", "issuanceDate"), ("validUntil", "expirationDate")
_CREDENTIAL_PROPERTIES = {
    *VALID_FROM,
    *VALID_UNTIL,
    "credentialStatus",
    "credentialSubject",
    "refreshService",
    "credentialSchema",
}


def uses_data_model_1(credential: dict) -> bool:
    """Does it use the W3C Verifiable Credentials Data Model 1.1, from before 2024?"""
    return first_context(credential) == contexts.CREDENTIALS_V1


def first_context(credential: dict) -> str:
    named = credential.get("@context")
    first = named[0] if isinstance(named, list) and named else None
    return first if isinstance(first, str) else ""


def valid_from(credential: dict) -> object:
    return credential.get(VALID_FROM[uses_data_model_1(credential)])


def valid_until(credential: dict) -> object:
    return credential.get(VALID_UNTIL[uses_data_model_1(credential)])


def as_list(value: object) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def problems(credential: dict) -> list[str]:
    """The paths of properties that are missing, malformed or misplaced."""
    return list(dict.fromkeys(_problems(credential)))


def _problems(credential: dict) -> Iterator[str]:
    yield from _contexts(credential)
    if not _is_uri(credential.get("id")):
        yield "id"
    if not parsing.has_type(credential, "VerifiableCredential") or not parsing.has_type(
        credential, "OpenBadgeCredential", "AchievementCredential"
    ):
        yield "type"
    yield from _issuer(credential.get("issuer"))
    yield from _dates(credential)
    yield from _subject(credential.get("credentialSubject"))
    for name in ("name", "description"):
        if not isinstance(credential.get(name, ""), str):
            yield name
    for name in ("proof", "credentialStatus", "evidence", "endorsement", "credentialSchema"):
        if not all(isinstance(entry, dict) for entry in as_list(credential.get(name))):
            yield name
    yield from _misplaced(credential)


def unknown_contexts(credential: dict) -> list[str]:
    """The contexts that this software does not have, so that it cannot judge the form."""
    named = as_list(credential.get("@context"))
    return [url for url in named if isinstance(url, str) and url not in contexts.SHA256][:5]


def endorsement_problems(credential: dict) -> list[str]:
    """The names of properties that are missing or wrong."""
    found = []
    if not parsing.has_type(credential, "EndorsementCredential"):
        found.append("type")
    found += [*_issuer(credential.get("issuer")), *_dates(credential)]
    subject = credential.get("credentialSubject")
    if not isinstance(subject, dict) or not _is_uri(subject.get("id")):
        found.append("credentialSubject")
    return [*found, *_misplaced(credential)]


def _contexts(credential: dict) -> Iterator[str]:
    named = credential.get("@context")
    rest = named[1:] if isinstance(named, list) else []
    names_open_badges = any(isinstance(url, str) and _OPEN_BADGES.fullmatch(url) for url in rest)
    # A context that is not known here may be a newer or an older one of Open Badges.
    if first_context(credential) not in {contexts.CREDENTIALS_V1, contexts.CREDENTIALS_V2} or not (
        names_open_badges or unknown_contexts(credential)
    ):
        yield "@context"


def _issuer(issuer: object) -> Iterator[str]:
    if not _is_uri(parsing.reference(issuer)):
        yield "issuer"
    elif isinstance(issuer, dict) and not isinstance(issuer.get("name", ""), str):
        yield "issuer.name"


def _dates(credential: dict) -> Iterator[str]:
    own, other = (0, 1) if not uses_data_model_1(credential) else (1, 0)
    begins, ends = credential.get(VALID_FROM[own]), credential.get(VALID_UNTIL[own])
    begun, ended = parsing.parse_datetime(begins), parsing.parse_datetime(ends)
    if begun is None:
        yield VALID_FROM[own]
    if ends is not None and (ended is None or (begun and ended < begun)):
        yield VALID_UNTIL[own]
    # The other data model's names would give a second, possibly different date.
    for name in (VALID_FROM[other], VALID_UNTIL[other]):
        if name in credential:
            yield name


def _subject(subject: object) -> Iterator[str]:
    if not isinstance(subject, dict):
        yield "credentialSubject"
        return
    if not parsing.has_type(subject, "AchievementSubject"):
        yield "credentialSubject.type"
    identifiers = as_list(subject.get("identifier"))
    if not _is_uri(subject.get("id")) and not identifiers:
        yield "credentialSubject.id"
    if not all(_is_identity(entry) for entry in identifiers):
        yield "credentialSubject.identifier"
    yield from _achievement(subject.get("achievement"))


def _is_identity(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and parsing.has_type(entry, "IdentityObject")
        and isinstance(entry.get("hashed"), bool)
        and isinstance(entry.get("identityHash"), str)
        and isinstance(entry.get("identityType"), str)
        and isinstance(entry.get("salt", ""), str)
    )


def _achievement(achievement: object) -> Iterator[str]:
    at = "credentialSubject.achievement"
    if not isinstance(achievement, dict):
        yield at
        return
    if not parsing.has_type(achievement, "Achievement"):
        yield f"{at}.type"
    for name in ("id", "name", "description"):
        if not isinstance(achievement.get(name), str) or not achievement[name].strip():
            yield f"{at}.{name}"
    if not isinstance(achievement.get("criteria"), dict):
        yield f"{at}.criteria"


def _misplaced(credential: dict) -> Iterator[str]:
    """Credential properties that are not at the top level of the badge or of an endorsement."""
    waiting: list[tuple[str, object]] = [
        (name, value) for name, value in credential.items() if name != "@context"
    ]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, list):
            waiting.extend((place, inner) for inner in value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name in _CREDENTIAL_PROPERTIES and place != "endorsement":
                    yield f"{place[:100]}.{name}"
                waiting.append((name, inner))


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and bool(_URI.fullmatch(value))
