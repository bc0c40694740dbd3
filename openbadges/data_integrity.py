"""Data Integrity proofs with `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0).

`ecdsa-rdfc-2019` is read, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from openbadges.canonical import canonicalize
from openbadges.multikeys import NotAKey, PublicKey, base58btc_decode, base58btc_encode

TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
# The same signature under its name from before Data Integrity. Read, never written.
LEGACY_TYPE = "Ed25519Signature2020"


# Of other software. Read, never written.
ECDSA_CRYPTOSUITE = "ecdsa-rdfc-2019"
_ECDSA_HASHES: dict[type[ec.EllipticCurve], HashAlgorithm] = {
    ec.SECP256R1: SHA256(),
    ec.SECP384R1: SHA384(),
}


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


class InvalidProof(ValueError):
    """The document was changed, or another key signed it."""


class NotSupported(InvalidProof):
    """The proof is of another kind or for another purpose, so nothing can be said."""


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


def hash_data(
    document: dict,
    options: dict,
    *,
    lenient: bool = False,
    hashed: Callable[[str], bytes] = _sha256,
) -> bytes:
    """The bytes that are signed: the hash of the options, then that of the document."""
    options = {name: value for name, value in options.items() if name != "proofValue"}
    options = {"@context": document.get("@context"), **options}
    document = {name: value for name, value in document.items() if name != "proof"}
    return b"".join(hashed(canonicalize(part, lenient=lenient)) for part in (options, document))


def options_hash(document: dict, options: dict) -> bytes:
    options = {name: value for name, value in options.items() if name != "proofValue"}
    return _sha256(canonicalize({"@context": document.get("@context"), **options}))


def verify(document: dict, proof: dict, public_key: PublicKey, *, lenient: bool = False) -> None:
    """Raise InvalidProof unless this key signed this document. Does not check whose key it is.

    Raises NotSupported for a proof that cannot be checked. See `canonicalize` for `lenient`.
    """
    if not is_supported(proof) or not fits(proof, public_key):
        raise NotSupported("another kind of proof or key")
    if proof.get("proofPurpose") != PURPOSE:
        raise NotSupported("made for another purpose")
    value = proof.get("proofValue")
    try:
        signature = (
            base58btc_decode(value[1:]) if isinstance(value, str) and value[:1] == "z" else b""
        )
    except NotAKey:
        signature = b""
    # A proof's own contexts would be hashed instead of the document's, so they must be equal.
    options = dict(proof)
    if options.pop("@context", document.get("@context")) != document.get("@context"):
        raise NotSupported("made with other contexts")
    try:
        if isinstance(public_key, Ed25519PublicKey):
            public_key.verify(signature, hash_data(document, options, lenient=lenient))
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            _verify_ecdsa(public_key, signature, document, options, lenient=lenient)
    except InvalidSignature:
        raise InvalidProof("the signature is of another document or by another key") from None


def fits(proof: dict, key: PublicKey) -> bool:
    """Can a key of this kind make a proof of this kind?"""
    if proof.get("cryptosuite") == ECDSA_CRYPTOSUITE:
        return isinstance(key, ec.EllipticCurvePublicKey) and type(key.curve) in _ECDSA_HASHES
    return isinstance(key, Ed25519PublicKey)


def _verify_ecdsa(
    key: ec.EllipticCurvePublicKey,
    signature: bytes,
    document: dict,
    options: dict,
    *,
    lenient: bool,
) -> None:
    """W3C Data Integrity ECDSA Cryptosuites 1.0: SHA-256 with P-256, SHA-384 with P-384."""
    digest = _ECDSA_HASHES[type(key.curve)]
    size = key.key_size // 8
    if len(signature) != 2 * size:
        raise InvalidSignature

    def hashed(text: str) -> bytes:
        return hashlib.new(digest.name, text.encode()).digest()

    data = hash_data(document, options, lenient=lenient, hashed=hashed)
    r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(digest))


def is_supported(proof: dict) -> bool:
    if proof.get("type") == LEGACY_TYPE:
        return "cryptosuite" not in proof
    suites = (CRYPTOSUITE, ECDSA_CRYPTOSUITE)
    return proof.get("type") == TYPE and proof.get("cryptosuite") in suites


def proofs(document: dict) -> list:
    """The proofs as a list; some software writes a single proof without one."""
    found = document.get("proof", [])
    return found if isinstance(found, list) else [found]
