"""Data Integrity proofs with `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from openbadges.canonical import canonicalize
from openbadges.multikeys import NotAKey, base58btc_decode, base58btc_encode

TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
# The same signature under its name from before Data Integrity. Read, never written.
LEGACY_TYPE = "Ed25519Signature2020"


class InvalidProof(ValueError):
    """The document was changed, or another key signed it."""


def sign(document: dict, *, key: Ed25519PrivateKey, method: str, created: datetime) -> dict:
    """The document with one more proof. Any later change to the document invalidates it.

    `method` is the id of the verification method. Raises NotSignable or UnknownContext.
    """
    options = proof_options(method, created)
    signature = key.sign(hash_data(document, options))
    proof = options | {"proofValue": "z" + base58btc_encode(signature)}
    return document | {"proof": [*proofs(document), proof]}


def proof_options(method: str, created: datetime) -> dict:
    return {
        "type": TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }


def hash_data(document: dict, options: dict) -> bytes:
    """The 64 bytes that are signed: the hash of the options, then that of the document."""
    return options_hash(document, options) + document_hash(document)


def options_hash(document: dict, options: dict) -> bytes:
    options = {name: value for name, value in options.items() if name != "proofValue"}
    return _hash(canonicalize({"@context": document.get("@context"), **options}))


def document_hash(document: dict) -> bytes:
    return _hash(canonicalize({name: value for name, value in document.items() if name != "proof"}))


def verify(document: dict, proof: dict, public_key: Ed25519PublicKey) -> None:
    """Raise InvalidProof unless this key signed this document. Does not check whose key it is."""
    if not is_supported(proof):
        raise InvalidProof("another kind of proof")
    if proof.get("proofPurpose") != PURPOSE:
        raise InvalidProof("made for another purpose")
    value = proof.get("proofValue")
    try:
        signature = (
            base58btc_decode(value[1:]) if isinstance(value, str) and value[:1] == "z" else b""
        )
    except NotAKey:
        signature = b""
    if len(signature) != 64:
        raise InvalidProof("not a signature")
    # A proof's own contexts would be hashed instead of the document's, so they must be equal.
    options = dict(proof)
    if options.pop("@context", document.get("@context")) != document.get("@context"):
        raise InvalidProof("made with other contexts")
    try:
        public_key.verify(signature, hash_data(document, options))
    except InvalidSignature:
        raise InvalidProof("the signature is of another document or by another key") from None


def is_supported(proof: dict) -> bool:
    if proof.get("type") == LEGACY_TYPE:
        return "cryptosuite" not in proof
    return proof.get("type") == TYPE and proof.get("cryptosuite") == CRYPTOSUITE


def proofs(document: dict) -> list:
    """The proofs as a list; some software writes a single proof without one."""
    found = document.get("proof", [])
    return found if isinstance(found, list) else [found]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
