"""VC-JWT: a compact JWS with the credential as payload (Open Badges 3.0, JWT Proof Format)."""

from __future__ import annotations

import json
import re
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from jwt import PyJWS

from openbadges import parsing
from openbadges.multikeys import PublicKey, from_base64url

ALGORITHM = "RS256"  # every verifier must support it
_HASHES = {"256": SHA256(), "384": SHA384(), "512": SHA512()}
# The curve of each ECDSA algorithm, and the bytes of its two numbers.
_CURVES: dict[str, tuple[type[ec.EllipticCurve], HashAlgorithm, int]] = {
    "ES256": (ec.SECP256R1, SHA256(), 32),
    "ES384": (ec.SECP384R1, SHA384(), 48),
    "ES512": (ec.SECP521R1, SHA512(), 66),
    "ES256K": (ec.SECP256K1, SHA256(), 32),
}
_RSA = frozenset(f"{name}{bits}" for name in ("RS", "PS") for bits in _HASHES)
_EDDSA = frozenset({"EdDSA", "Ed25519"})
ALGORITHMS = _RSA | _EDDSA | _CURVES.keys()
# Everybody can make these: without a key, or with a secret that the verifier would have to know.
WITHOUT_PROOF = frozenset({"none", "HS256", "HS384", "HS512"})
LONGEST = 2_000_000  # characters
# Headers that change how the token must be processed. They are not supported, so refused.
_UNSUPPORTED_HEADERS = {"crit", "b64", "zip", "enc"}

_THREE_PARTS = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_JWS = PyJWS(algorithms=[ALGORITHM])


class InvalidToken(ValueError):
    """The token is malformed, was changed after signing, or was signed by another key."""


class NotSupported(InvalidToken):
    """The token uses an algorithm or a header that is not supported, so nothing can be said."""


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


def read_header(token: str) -> dict:
    """The header, NOT verified. Raises InvalidToken."""
    try:
        return parsing.parse(from_base64url(token.partition(".")[0]).decode())
    except ValueError as error:
        raise InvalidToken(str(error)) from None


def verify(token: str, public_key: PublicKey) -> dict:
    """The payload, if this key signed it; otherwise InvalidToken.

    Does not check whose key it is, and ignores a `jwk` in the header.
    """
    header, payload = read(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or not fits(algorithm, public_key):
        raise NotSupported("the algorithm is unknown, or not one of this key")
    if _UNSUPPORTED_HEADERS & header.keys():
        raise NotSupported("unsupported header")
    signed, _dot, signature = token.rpartition(".")
    try:
        _check(algorithm, public_key, from_base64url(signature), signed.encode())
    except (InvalidSignature, ValueError):
        raise InvalidToken("changed after signing, or signed by another key") from None
    return payload


def fits(algorithm: str, key: PublicKey) -> bool:
    """Can a key of this kind sign with this algorithm?"""
    if isinstance(key, rsa.RSAPublicKey):
        return algorithm in _RSA
    if isinstance(key, ec.EllipticCurvePublicKey):
        return algorithm in _CURVES and isinstance(key.curve, _CURVES[algorithm][0])
    return algorithm in _EDDSA


def numeric_date(moment: str | datetime) -> int:
    """Whole seconds since 1970, as in JWT claims (RFC 7519, NumericDate)."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return int(moment.timestamp())


def _check(algorithm: str, key: PublicKey, signature: bytes, signed: bytes) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        digest = _HASHES[algorithm[2:]]
        if algorithm.startswith("PS"):
            salted = padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.AUTO)
            key.verify(signature, signed, salted, digest)
        else:
            key.verify(signature, signed, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        _curve, digest, size = _CURVES[algorithm]
        if len(signature) != 2 * size:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(digest))
    else:
        key.verify(signature, signed)
