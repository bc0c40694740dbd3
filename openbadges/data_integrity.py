"""A proof inside the document: Data Integrity with `eddsa-rdfc-2022` (Ed25519)."""

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
# Before there was Data Integrity: the same signature under another name. Read, never written.
OLDER_TYPE = "Ed25519Signature2020"


class ProofDoesNotHold(ValueError):
    """Not the document that was signed, or not the key that signed it."""


def sign(document: dict, *, key: Ed25519PrivateKey, method: str, created: datetime) -> dict:
    """The document with one more proof. Whatever is added to it afterwards breaks the proof."""
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
    """The 64 bytes that are signed: the options come first, then the document."""
    return options_hash(document, options) + document_hash(document)


def options_hash(document: dict, options: dict) -> bytes:
    options = {name: value for name, value in options.items() if name != "proofValue"}
    return _hash(canonicalize({"@context": document.get("@context"), **options}))


def document_hash(document: dict) -> bytes:
    return _hash(canonicalize({name: value for name, value in document.items() if name != "proof"}))


def verify(document: dict, proof: dict, public_key: Ed25519PublicKey) -> None:
    """That the proof is of this document and by this key. Whose key it is, others must ask."""
    if not is_read(proof):
        raise ProofDoesNotHold("another kind of proof")
    if proof.get("proofPurpose") != PURPOSE:
        raise ProofDoesNotHold("made for another purpose")
    value = proof.get("proofValue")
    try:
        signature = (
            base58btc_decode(value[1:]) if isinstance(value, str) and value[:1] == "z" else b""
        )
    except NotAKey:
        signature = b""
    if len(signature) != 64:
        raise ProofDoesNotHold("not a signature")
    # Contexts of its own are hashed instead of the document's, so they have to be the same.
    options = dict(proof)
    if options.pop("@context", document.get("@context")) != document.get("@context"):
        raise ProofDoesNotHold("made in other words")
    try:
        public_key.verify(signature, hash_data(document, options))
    except InvalidSignature:
        raise ProofDoesNotHold("the signature is of another document or by another key") from None


def is_read(proof: dict) -> bool:
    if proof.get("type") == OLDER_TYPE:
        return "cryptosuite" not in proof
    return proof.get("type") == TYPE and proof.get("cryptosuite") == CRYPTOSUITE


def proofs(document: dict) -> list:
    """What stands in `proof`: others write a single one without a list."""
    found = document.get("proof", [])
    return found if isinstance(found, list) else [found]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
