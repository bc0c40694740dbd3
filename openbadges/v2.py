"""Open Badges 2.0: Assertion, BadgeClass and Issuer, each a separate document at its own `id`.

Section numbers are those of the Open Badges 2.0 specification (1EdTech, April 2018). Empty
properties are omitted. Datetimes are in UTC, to the second.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from openbadges.text import clean, to_uri

CONTEXT = "https://w3id.org/openbadges/v2"


@dataclass(frozen=True)
class Evidence:
    """Section 4.3. Text evidence has a narrative and no `url`."""

    name: str = ""
    url: str = ""
    narrative: str = ""
    genre: str = ""

    def document(self) -> dict:
        return without_empty(
            id=to_uri(self.url),
            type="Evidence",
            name=clean(self.name),
            narrative=clean(self.narrative),
            genre=clean(self.genre),
        )


@dataclass(frozen=True)
class Assertion:
    """Section 4.1: a badge given to someone. All URLs are absolute."""

    id: str
    badge_id: str
    image_url: str  # the baked picture
    email: str
    salt: str
    issued_on: datetime
    expires: datetime | None = None
    narrative: str = ""
    evidence: tuple[Evidence, ...] = ()
    urn: str = ""  # identifies a recipient who has no email address

    def document(self) -> dict:
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Assertion",
            "recipient": {
                "type": "id" if self.urn else "email",
                "hashed": True,
                "salt": self.salt,
                "identity": hashed_identity(self.urn or self.email, self.salt),
            },
            "badge": self.badge_id,
            "verification": {"type": "HostedBadge"},
            "issuedOn": format_datetime(self.issued_on),
            **without_empty(
                expires=self.expires and format_datetime(self.expires),
                image=self.image_url,
                narrative=clean(self.narrative),
                evidence=[item.document() for item in self.evidence],
            ),
        }


def revoked_assertion(id: str, reason: str, replaced_by: str = "") -> dict:
    """Section 4.1 with `revoked`: a revoked assertion, without personal data.

    If another one replaces it, that one is `related` (section 4.7).
    """
    related = {"type": "Assertion", "id": replaced_by} if replaced_by else {}
    return {
        "@context": CONTEXT,
        "id": id,
        "type": "Assertion",
        "revoked": True,
        **without_empty(revocationReason=clean(reason), related=related),
    }


@dataclass(frozen=True)
class Alignment:
    """Section 4.5."""

    name: str
    url: str
    description: str = ""
    framework: str = ""
    code: str = ""

    def document(self) -> dict:
        return without_empty(
            type="AlignmentObject",
            targetName=clean(self.name),
            targetUrl=to_uri(self.url),
            targetDescription=clean(self.description),
            targetFramework=clean(self.framework),
            targetCode=clean(self.code),
        )


@dataclass(frozen=True)
class BadgeClass:
    """Section 4.2: one version of a badge. `related` lists the other versions."""

    id: str
    name: str
    description: str
    image_url: str
    image_caption: str
    criteria_url: str
    criteria_narrative: str  # Markdown
    issuer_id: str
    language: str = ""
    version: str = ""
    alignments: tuple[Alignment, ...] = ()
    tags: tuple[str, ...] = ()
    related: tuple[tuple[str, str], ...] = ()  # (id, version)

    def document(self) -> dict:
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "BadgeClass",
            "name": clean(self.name),
            "description": clean(self.description),
            "image": without_empty(id=self.image_url, caption=clean(self.image_caption)),
            "criteria": without_empty(
                id=self.criteria_url, narrative=clean(self.criteria_narrative)
            ),
            "issuer": self.issuer_id,
            **without_empty(
                **{"@language": self.language},
                version=self.version,
                alignment=[alignment.document() for alignment in self.alignments],
                tags=[tag for tag in map(clean, self.tags) if tag],
                related=[{"id": id, "version": version} for id, version in self.related],
            ),
        }


@dataclass(frozen=True)
class Issuer:
    """Section 4.4, Profile. Without `verification`, its scope is the authority of `id`."""

    id: str
    name: str
    url: str
    email: str
    description: str = ""
    image_url: str = ""
    image_caption: str = ""

    def document(self) -> dict:
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Issuer",
            "name": clean(self.name),
            "url": to_uri(self.url),
            "email": self.email,
            **without_empty(
                description=clean(self.description),
                image=without_empty(id=self.image_url, caption=clean(self.image_caption)),
            ),
        }


def hashed_identity(identity: str, salt: str) -> str:
    """Section 4.2.1. Trimmed and lowercased, because verifiers hash the address as typed."""
    identifier = identity.strip().lower() + salt
    return "sha256$" + hashlib.sha256(identifier.encode()).hexdigest()


def is_recipient(recipient: object, email: str) -> bool | None:
    """Does this recipient object mean this email address? None if it cannot be determined."""
    if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
        return None
    identity, salt = recipient["identity"].strip(), recipient.get("salt") or ""
    if recipient.get("type") not in ("email", ["email"]) or not isinstance(salt, str):
        return None
    # Other issuers may have hashed the address as typed.
    spellings = {email, email.strip(), email.strip().lower()}
    algorithm, dollar, digest = identity.partition("$")
    if not dollar:
        return identity.lower() in spellings
    if algorithm not in {"sha256", "md5"}:
        return None
    hexdigest = _sha256 if algorithm == "sha256" else _md5
    return digest.lower() in {hexdigest((text + salt).encode()) for text in spellings}


@lru_cache(maxsize=256)  # a batch has one datetime
def format_datetime(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(document: dict | list) -> str:
    """The same JSON for the hosted document and the baked image."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _md5(data: bytes) -> str:
    # Old badges of other issuers use MD5. It is read, never written.
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def without_empty(**properties: object) -> dict:
    """The properties that are not empty."""
    return {name: value for name, value in properties.items() if value}
