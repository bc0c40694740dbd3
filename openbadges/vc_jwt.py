"""VC-JWT: a compact JWS with the credential as payload (Open Badges 3.0, JWT Proof Format)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from jwt import PyJWS

from openbadges import parsing
from openbadges.multikeys import PublicKey, from_base64url

ALGORITHM = "RS256"  # every verifier must support it
# Algorithms accepted when verifying, by type of key. Never "none", never a shared secret.
_KEY_TYPES = {
    "RS256": rsa.RSAPublicKey,
    "ES256": ec.EllipticCurvePublicKey,
    "EdDSA": Ed25519PublicKey,
    "Ed25519": Ed25519PublicKey,
}
ALGORITHMS = frozenset(_KEY_TYPES)
LONGEST = 2_000_000  # characters
# Headers that change how the token must be processed. They are not supported, so refused.
_UNSUPPORTED_HEADERS = {"crit", "b64", "zip", "enc"}

_THREE_PARTS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_JWS = PyJWS(algorithms=[ALGORITHM])


class InvalidToken(ValueError):
    """The token is malformed, was changed after signing, or was signed by another key."""


class MissingSubjectId(ValueError):
    """A VC-JWT requires `sub`, so the credential needs a credentialSubject.id."""


def claims(credential: dict) -> dict:
    """The payload: the credential, plus the registered claims that repeat parts of it.

    Raises MissingSubjectId.
    """
    subject = parsing.reference(credential.get("credentialSubject"))
    if not subject:
        raise MissingSubjectId("credentialSubject.id")
    until = credential.get("validUntil")
    return {
        **credential,
        "iss": parsing.reference(credential["issuer"]),
        "jti": credential["id"],
        "sub": subject,
        "nbf": numeric_date(credential["validFrom"]),
        **({"exp": numeric_date(until)} if until else {}),
    }


def sign(credential: dict, *, key: rsa.RSAPrivateKey, kid: str) -> str:
    payload = json.dumps(claims(credential), ensure_ascii=False, separators=(",", ":"))
    return _JWS.encode(payload.encode(), key, algorithm=ALGORITHM, headers={"kid": kid})


def looks_like_jwt(text: str) -> bool:
    return len(text) <= LONGEST and bool(_THREE_PARTS.fullmatch(text))


def read(token: str) -> tuple[dict, dict]:
    """Header and payload, strictly decoded but NOT verified. Raises InvalidToken."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        raise InvalidToken("not a compact JWS")
    try:
        header, payload = (parsing.parse(from_base64url(part).decode()) for part in parts[:2])
        from_base64url(parts[2])
    except ValueError as error:
        raise InvalidToken(str(error)) from None
    return header, payload


def verify(token: str, public_key: PublicKey) -> dict:
    """The payload, if this key signed it; otherwise InvalidToken.

    Does not check whose key it is, and ignores a `jwk` in the header.
    """
    header, payload = read(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or not isinstance(public_key, _KEY_TYPES.get(algorithm, ())):
        raise InvalidToken("unsupported algorithm for this key")
    if _UNSUPPORTED_HEADERS & header.keys():
        raise InvalidToken("unsupported header")
    signed, _dot, signature = token.rpartition(".")
    try:
        _CHECKS[algorithm](public_key, from_base64url(signature), signed.encode())
    except (InvalidSignature, ValueError):
        raise InvalidToken("changed after signing, or signed by another key") from None
    return payload


def numeric_date(moment: str | datetime) -> int:
    """Whole seconds since 1970, as in JWT claims (RFC 7519, NumericDate)."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return int(moment.timestamp())


def _check_rsa(key: rsa.RSAPublicKey, signature: bytes, signed: bytes) -> None:
    key.verify(signature, signed, padding.PKCS1v15(), SHA256())


def _check_p256(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> None:
    if len(signature) != 64 or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidSignature
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))


def _check_ed25519(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> None:
    key.verify(signature, signed)


_CHECKS: dict[str, Callable[..., None]] = {  # each takes the key that `_KEYS` names
    "RS256": _check_rsa,
    "ES256": _check_p256,
    "EdDSA": _check_ed25519,
    "Ed25519": _check_ed25519,
}
