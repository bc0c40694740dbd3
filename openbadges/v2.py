"""Open Badges 2.0: Assertion, BadgeClass and Issuer, each a document of its own at its own `id`.

Section numbers are those of the Open Badges 2.0 specification (1EdTech, April 2018). Empty
properties are left out. Dates are written in UTC to the second.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from openbadges.text import address, clean

CONTEXT = "https://w3id.org/openbadges/v2"


@dataclass(frozen=True)
class Evidence:
    """Section 4.3. `url` is where it can be read; a text has only a narrative."""

    name: str = ""
    url: str = ""
    narrative: str = ""
    genre: str = ""

    def document(self) -> dict:
        return filled(
            id=address(self.url),
            type="Evidence",
            name=clean(self.name),
            narrative=clean(self.narrative),
            genre=clean(self.genre),
        )


@dataclass(frozen=True)
class Assertion:
    """Section 4.1: a badge given to someone. All four addresses are absolute."""

    id: str
    badge_id: str
    image_url: str  # the baked picture
    email: str
    salt: str
    issued_on: datetime
    expires: datetime | None = None
    narrative: str = ""
    evidence: tuple[Evidence, ...] = ()

    def document(self) -> dict:
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Assertion",
            "recipient": {
                "type": "email",
                "hashed": True,
                "salt": self.salt,
                "identity": hashed_identity(self.email, self.salt),
            },
            "badge": self.badge_id,
            "verification": {"type": "HostedBadge"},
            "issuedOn": date(self.issued_on),
            **filled(
                expires=self.expires and date(self.expires),
                image=self.image_url,
                narrative=clean(self.narrative),
                evidence=[item.document() for item in self.evidence],
            ),
        }


def revoked_assertion(id: str, reason: str) -> dict:
    """Section 4.1 with `revoked`: what is left of an assertion, with nothing about the person."""
    return {
        "@context": CONTEXT,
        "id": id,
        "type": "Assertion",
        "revoked": True,
        **filled(revocationReason=clean(reason)),
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
        return filled(
            type="AlignmentObject",
            targetName=clean(self.name),
            targetUrl=address(self.url),
            targetDescription=clean(self.description),
            targetFramework=clean(self.framework),
            targetCode=clean(self.code),
        )


@dataclass(frozen=True)
class BadgeClass:
    """Section 4.2: what was earned, in one version. `related` maps the other versions' ids."""

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
            "image": filled(id=self.image_url, caption=clean(self.image_caption)),
            "criteria": filled(id=self.criteria_url, narrative=clean(self.criteria_narrative)),
            "issuer": self.issuer_id,
            **filled(
                **{"@language": self.language},
                version=self.version,
                alignment=[alignment.document() for alignment in self.alignments],
                tags=[tag for tag in map(clean, self.tags) if tag],
                related=[{"id": id, "version": version} for id, version in self.related],
            ),
        }


@dataclass(frozen=True)
class Issuer:
    """Section 4.4, Profile. No `verification`: the scope is then the authority of `id`."""

    id: str
    name: str
    url: str
    email: str
    description: str = ""

    def document(self) -> dict:
        return {
            "@context": CONTEXT,
            "id": self.id,
            "type": "Issuer",
            "name": clean(self.name),
            "url": address(self.url),
            "email": self.email,
            **filled(description=clean(self.description)),
        }


def hashed_identity(email: str, salt: str) -> str:
    """Section 4.2.1. Trimmed and in lower case, because verifiers hash just what they are given."""
    identifier = email.strip().lower() + salt
    return "sha256$" + hashlib.sha256(identifier.encode()).hexdigest()


def is_recipient(recipient: object, email: str) -> bool | None:
    """Is this the address that a recipient object means? None if it can't be told."""
    if not isinstance(recipient, dict) or not isinstance(recipient.get("identity"), str):
        return None
    identity, salt = recipient["identity"].strip(), recipient.get("salt") or ""
    if recipient.get("type") not in ("email", ["email"]) or not isinstance(salt, str):
        return None
    # Other issuers may have hashed an address as it was typed.
    spellings = {email, email.strip(), email.strip().lower()}
    algorithm, dollar, digest = identity.partition("$")
    if not dollar:
        return identity.lower() in spellings
    if algorithm not in {"sha256", "md5"}:
        return None
    make = _sha256 if algorithm == "sha256" else _md5
    return digest.lower() in {make((text + salt).encode()) for text in spellings}


@lru_cache(maxsize=256)  # a batch has one moment
def date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(document: dict | list) -> str:
    """One spelling for the hosted document and for the one in the baked image."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _md5(data: bytes) -> str:
    # Old badges of other issuers have it; it is read here, never written.
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def filled(**properties: object) -> dict:
    """The properties that have something to say."""
    return {name: value for name, value in properties.items() if value}
