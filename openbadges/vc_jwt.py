"""A signed badge as one line of text: VC-JWT, a compact JWS whose payload is the credential."""

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

ALGORITHM = "RS256"  # the one that every verifier must take
# What is taken when reading, by the kind of key. Never "none", never a shared secret.
_KEYS = {
    "RS256": rsa.RSAPublicKey,
    "ES256": ec.EllipticCurvePublicKey,
    "EdDSA": Ed25519PublicKey,
    "Ed25519": Ed25519PublicKey,
}
ALGORITHMS = frozenset(_KEYS)
LONGEST = 2_000_000  # characters
# A header that asks the reader to treat the rest otherwise is not understood here, so refused.
_MEANINGFUL = {"crit", "b64", "zip", "enc"}

_THREE_PARTS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_JWS = PyJWS(algorithms=[ALGORITHM])


class TokenDoesNotHold(ValueError):
    """Not signed, changed after signing, or not by this key."""


class NoSubject(ValueError):
    """The form demands `sub`, so the credential must name its subject by an id."""


def claims(credential: dict) -> dict:
    """The credential itself, and what JWT says with words of its own. The two must agree."""
    subject = parsing.reference(credential.get("credentialSubject"))
    if not subject:
        raise NoSubject("credentialSubject.id")
    until = credential.get("validUntil")
    return {
        **credential,
        "iss": parsing.reference(credential["issuer"]),
        "jti": credential["id"],
        "sub": subject,
        "nbf": seconds(credential["validFrom"]),
        **({"exp": seconds(until)} if until else {}),
    }


def sign(credential: dict, *, key: rsa.RSAPrivateKey, kid: str) -> str:
    payload = json.dumps(claims(credential), ensure_ascii=False, separators=(",", ":"))
    return _JWS.encode(payload.encode(), key, algorithm=ALGORITHM, headers={"kid": kid})


def looks_like_one(text: str) -> bool:
    return len(text) <= LONGEST and bool(_THREE_PARTS.fullmatch(text))


def read(token: str) -> tuple[dict, dict]:
    """Header and payload as they stand, in one spelling only. Nothing is proven by reading."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        raise TokenDoesNotHold("not a signed text")
    try:
        header, payload = (parsing.parse(from_base64url(part).decode()) for part in parts[:2])
        from_base64url(parts[2])
    except ValueError as error:
        raise TokenDoesNotHold(str(error)) from None
    return header, payload


def verify(token: str, public_key: PublicKey) -> dict:
    """The payload, if this key signed it. Whose key it is, others must ask; `jwk` is not read."""
    header, payload = read(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or not isinstance(public_key, _KEYS.get(algorithm, ())):
        raise TokenDoesNotHold("signed in a way that is not taken")
    if _MEANINGFUL & header.keys():
        raise TokenDoesNotHold("signed in a way that is not taken")
    signed, _dot, signature = token.rpartition(".")
    try:
        _CHECKS[algorithm](public_key, from_base64url(signature), signed.encode())
    except (InvalidSignature, ValueError):
        raise TokenDoesNotHold("changed after signing, or signed by another key") from None
    return payload


def seconds(moment: str | datetime) -> int:
    """Whole seconds, as the claims of a JWT count them."""
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
