"""The JSON-LD contexts that define the terms of signed badges.

They are read from installed packages, never fetched. A signature covers the meaning of the terms,
so a changed context would change what was signed.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import distribution
from pathlib import Path

from openbadges import first_edition

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"  # of older badges: read, never written
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_3_0_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
FIRST_EDITION = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"  # read, never written
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DID_V1 = "https://www.w3.org/ns/did/v1"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"
JWK_V1 = "https://w3id.org/security/jwk/v1"  # named in DID documents; nothing here reads it
JWS_2020 = "https://w3id.org/security/suites/jws-2020/v1"

# (distribution, file). Only the files are read: the product runs no code of openbadgeslib.
_OPENBADGESLIB = ("openbadgeslib", "openbadgeslib/ob3/contexts/")
_PYLD = ("PyLD", "pyld/documentloader/frozen/bundled/")
_SHIPPED = {
    CREDENTIALS_V2: (*_OPENBADGESLIB, "credentials-v2.json"),
    CREDENTIALS_V1: (*_PYLD, "credentials-v1.jsonld"),
    OPEN_BADGES_3: (*_OPENBADGESLIB, "ob-v3p0-context-3.0.3.json"),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        *_OPENBADGESLIB,
        "ob-v3p0-context-3.0.2.json",
    ),
    OPEN_BADGES_3_0_1: (
        *_OPENBADGESLIB,
        "ob-v3p0-context-3.0.1.json",
    ),
    EXTENSIONS: (*_OPENBADGESLIB, "ob-v3p0-extensions.json"),
    "https://w3id.org/security/data-integrity/v2": (
        *_OPENBADGESLIB,
        "security-data-integrity-v2.json",
    ),
    MULTIKEY_V1: (*_OPENBADGESLIB, "security-multikey-v1.json"),
    DID_V1: (*_PYLD, "did-v1.jsonld"),
    JWS_2020: (*_PYLD, "security-jws-2020-v1.jsonld"),
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        *_PYLD,
        "security-ed25519-2020-v1.jsonld",
    ),
}
# Digests of the shipped files: a package that ships another text is refused before it signs.
SHA256 = {
    CREDENTIALS_V2: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    CREDENTIALS_V1: "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
    OPEN_BADGES_3: "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53"
    ),
    OPEN_BADGES_3_0_1: "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    # Of what `first_edition` builds.
    FIRST_EDITION: "97e7d6f1629323a71193385a0944aafc5447d00128409669cf8096d7014f8617",
    EXTENSIONS: "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    "https://w3id.org/security/data-integrity/v2": (
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    ),
    MULTIKEY_V1: "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    DID_V1: "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    JWS_2020: "00ee65bb7307f9a01c3170b823083b0d4de68223520834b2c5eb7a09bae5dea6",
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588"
    ),
}


class UnknownContext(LookupError):
    """A document names a context that is not shipped here, or defines terms inline."""

    def __init__(self, url: object) -> None:
        self.url = url if isinstance(url, str) else ""
        super().__init__(self.url or "definitions inside the document")


class ChangedContext(RuntimeError):
    """An installed package ships a context that differs from the recorded digest."""


def shipped(url: str) -> bytes:
    """The bytes of a context from the installed packages. Raises UnknownContext."""
    if url == FIRST_EDITION:
        edition = first_edition.of_3_0_1(load(OPEN_BADGES_3_0_1)["document"])
        return json.dumps(edition, sort_keys=True).encode()
    try:
        name, folder, file = _SHIPPED[url]
    except (KeyError, TypeError):
        raise UnknownContext(url) from None
    return Path(str(distribution(name).locate_file(folder + file))).read_bytes()


def load(url: str, options: object = None) -> dict:
    """A document loader with PyLD's interface."""
    text = shipped(url)
    if hashlib.sha256(text).hexdigest() != SHA256[url]:
        raise ChangedContext(url)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(text),
        "tag": "static",  # lets PyLD cache the processed context
    }
