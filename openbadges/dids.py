"""Decentralized identifiers of issuers: did:web, did:key and did:jwk (W3C DID Core 1.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openbadges import contexts, parsing
from openbadges.multikeys import (
    PublicKey,
    base58btc_decode,
    ed25519_from_raw,
    ed25519_multibase,
    from_base64url,
    jwk_of,
    public_key_from_multibase,
    public_key_from_pem,
    public_key_of_jwk,
)

WEB = "did:web:"
KEY = "did:key:"
JWK = "did:jwk:"
_HOST = re.compile(r"[A-Za-z0-9.-]+(?:%3[Aa][0-9]{1,5})?")
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+")
MOST_METHODS = 100
LONGEST_JWK = 4000  # characters; an RSA key of 16,384 bits is shorter


class NotADid(ValueError):
    """Not a valid did:web, did:key or did:jwk."""


def did_web(origin: str, *path: str) -> str:
    """The did:web of a path at `origin`, as did:web:host%3Aport:segment:segment."""
    parts = urlsplit(origin)
    if not parts.hostname or parts.path.strip("/"):
        raise NotADid(origin)
    host = parts.hostname + (f"%3A{parts.port}" if parts.port else "")
    return WEB + ":".join([host, *(quote(segment, safe="") for segment in path)])


def document_url(did: str) -> str:
    """The URL of a did:web's document, always https. Raises NotADid."""
    host, *path = did.removeprefix(WEB).split(":")
    if not did.startswith(WEB) or not _HOST.fullmatch(host):
        raise NotADid(did)
    if not all(_SEGMENT.fullmatch(part) and unquote(part) not in {".", ".."} for part in path):
        raise NotADid(did)
    return f"https://{unquote(host)}/{'/'.join(path) or '.well-known'}/did.json"


def did_key(public_key: Ed25519PublicKey) -> str:
    return KEY + ed25519_multibase(public_key)


def key_of_did_key(did: str) -> PublicKey:
    """The key in a did:key, or in the id of its verification method.

    Raises NotADid, or NotAKey for an unsupported kind of key.
    """
    multibase, hash_sign, fragment = did.removeprefix(KEY).partition("#")
    if not did.startswith(KEY) or (hash_sign and fragment != multibase):
        raise NotADid(did)
    return public_key_from_multibase(multibase)


def embeds_key(did: str) -> bool:
    """Does the DID itself contain the key, so that no document has to be fetched?"""
    return did.startswith((KEY, JWK))


def embedded_key(did: str) -> PublicKey:
    """The key in a did:key or did:jwk, or in the id of its verification method.

    Raises NotADid, or NotAKey for an unsupported kind of key.
    """
    if not did.startswith(JWK):
        return key_of_did_key(did)
    encoded, hash_sign, fragment = did.removeprefix(JWK).partition("#")
    if (hash_sign and fragment != "0") or len(encoded) > LONGEST_JWK:
        raise NotADid(did)
    try:
        jwk = json.loads(from_base64url(encoded))
    except (ValueError, RecursionError):
        raise NotADid(did) from None
    return public_key_of_jwk(jwk)


def multikey_method(controller: str, public_key: Ed25519PublicKey) -> dict:
    """A verification method whose fragment is the key itself."""
    multibase = ed25519_multibase(public_key)
    return {
        "id": f"{controller}#{multibase}",
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": multibase,
    }


def jwk_method(controller: str, method_id: str, public_key: PublicKey) -> dict:
    return {
        "id": method_id,
        "type": "JsonWebKey",
        "controller": controller,
        "publicKeyJwk": jwk_of(public_key, method_id.partition("#")[2] or method_id),
    }


def document(
    did: str,
    verification_methods: Iterable[dict],
    *,
    also_known_as: Iterable[str] = (),
    active: Iterable[str] | None = None,
) -> dict:
    """The DID document. `active` are the ids of methods that sign; None means all of them."""
    listed = list(verification_methods)
    known_as = list(also_known_as)
    ids = [method["id"] for method in listed]
    signing = ids if active is None else [id for id in ids if id in set(active)]
    used = [contexts.DID_V1, contexts.MULTIKEY_V1]
    if any("publicKeyJwk" in method for method in listed):
        used.append(contexts.JWK_V1)  # the other contexts do not define publicKeyJwk
    return {
        "@context": used,
        "id": did,
        **({"alsoKnownAs": known_as} if known_as else {}),
        "verificationMethod": listed,
        "assertionMethod": signing,
    }


def find_method(document: dict, method_id: str) -> dict | None:
    """The method with this id, if it is an assertion method of the document's subject."""
    subject = parsing.reference(document)
    signing = _listed(document.get("assertionMethod"))
    if method_id not in {_absolute(subject, parsing.reference(entry)) for entry in signing}:
        return None
    for method in methods(document):
        if _absolute(subject, parsing.reference(method)) == method_id:
            return method
    return None


def methods(document: dict) -> list[dict]:
    """The methods that are embedded in the document, whether they sign or not."""
    entries = _listed(document.get("verificationMethod"))
    entries = [*entries, *_listed(document.get("assertionMethod"))]
    return [entry for entry in entries if isinstance(entry, dict)]


def lists_keys(document: dict) -> bool:
    """Does the document say which keys its subject has? A profile without keys does not."""
    named = ("verificationMethod", "assertionMethod")
    return parsing.reference(document).startswith("did:") or any(n in document for n in named)


def public_key_of(method: dict) -> PublicKey:
    """The key of a method, in any of the properties that name one. Raises NotAKey."""
    if "publicKeyMultibase" in method:
        return public_key_from_multibase(method["publicKeyMultibase"])
    if "publicKeyPem" in method:
        return public_key_from_pem(method["publicKeyPem"])
    if "publicKeyBase58" in method and parsing.has_type(method, "Ed25519VerificationKey2018"):
        text = method["publicKeyBase58"]
        return ed25519_from_raw(base58btc_decode(text if isinstance(text, str) else ""))
    return public_key_of_jwk(method.get("publicKeyJwk"))


def _listed(value: object) -> list:
    value = value if isinstance(value, list) else [value]
    return value[:MOST_METHODS]


def _absolute(subject: str, id: str) -> str:
    return subject + id if id.startswith("#") else id
