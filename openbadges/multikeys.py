"""Public keys as Multikey (base58btc) and as JSON Web Key (RFC 7517)."""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PublicKey = Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_BASE_58_TO_10 = 58**10
_DIGIT_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_ED25519 = b"\xed\x01"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
LONGEST = 2_000  # characters; decoding base58 takes quadratic time
RSA_BITS = range(2048, 8193)


class NotAKey(ValueError):
    """Not a public key, or not of a supported kind."""


def base58btc_encode(data: bytes) -> str:
    number, digits = int.from_bytes(data), []
    while number:
        # Ten digits at a time, because dividing a large number is slow.
        number, ten = divmod(number, _BASE_58_TO_10)
        for _ in range(5):
            ten, pair = divmod(ten, 58 * 58)
            digits.append(_DIGIT_PAIRS[pair])
    text = "".join(reversed(digits)).lstrip("1")
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def base58btc_decode(text: str) -> bytes:
    if len(text) > LONGEST:
        raise NotAKey("too long")
    number = 0
    try:
        for character in text:
            number = number * 58 + _VALUES[character]
    except KeyError:
        raise NotAKey("not base58btc") from None
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def ed25519_multibase(public_key: Ed25519PublicKey) -> str:
    return "z" + base58btc_encode(_ED25519 + public_key.public_bytes_raw())


def ed25519_from_multibase(text: object) -> Ed25519PublicKey:
    raw = base58btc_decode(text[1:]) if isinstance(text, str) and text[:1] == "z" else b""
    if raw[:2] != _ED25519 or len(raw) != 34:
        raise NotAKey("not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(raw[2:])


def jwk_of(public_key: PublicKey, kid: str) -> dict:
    if isinstance(public_key, Ed25519PublicKey):
        x = base64url(public_key.public_bytes_raw())
        return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}
    if isinstance(public_key, rsa.RSAPublicKey):
        numbers = public_key.public_numbers()
        return {
            "kty": "RSA",
            "n": _encode_integer(numbers.n),
            "e": _encode_integer(numbers.e),
            "kid": kid,
            "use": "sig",
            "alg": "RS256",
        }
    if isinstance(public_key, ec.EllipticCurvePublicKey) and _is_p256(public_key):
        point = public_key.public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(point.x.to_bytes(32)),
            "y": base64url(point.y.to_bytes(32)),
            "kid": kid,
            "use": "sig",
            "alg": "ES256",
        }
    raise NotAKey("unsupported kind of key")


def public_key_of_jwk(jwk: object) -> PublicKey:
    """The public key of an RSA, P-256 or Ed25519 JWK. Private members are ignored."""
    if not isinstance(jwk, dict):
        raise NotAKey("not a JWK")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    try:
        if (kind, curve) == ("OKP", "Ed25519"):
            return Ed25519PublicKey.from_public_bytes(_decode_member(jwk, "x"))
        if (kind, curve) == ("EC", "P-256"):
            x, y = (int.from_bytes(_decode_member(jwk, name)) for name in "xy")
            return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        if kind == "RSA":
            n, e = (int.from_bytes(_decode_member(jwk, name)) for name in "ne")
            if n.bit_length() not in RSA_BITS or e.bit_length() > 64:
                raise NotAKey("an RSA key too small or too large")
            return rsa.RSAPublicNumbers(e, n).public_key()
    except ValueError as error:
        raise NotAKey(str(error)) from None
    raise NotAKey("unsupported kind of key")


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: object) -> bytes:
    """Decode strictly: no padding, no other alphabet, one encoding per value. Raises ValueError."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("not base64url") from None
    if base64url(data) != text:
        raise ValueError("not base64url")
    return data


def _decode_member(jwk: dict, name: str) -> bytes:
    return from_base64url(jwk.get(name))


def _encode_integer(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))


def _is_p256(public_key: ec.EllipticCurvePublicKey) -> bool:
    return isinstance(public_key.curve, ec.SECP256R1)
