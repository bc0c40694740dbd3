"""Public keys as Multikey (base58btc) and as JSON Web Key (RFC 7517)."""

from __future__ import annotations

import base64
import binascii
import json
import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

PublicKey = Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_BASE_58_TO_10 = 58**10
_DIGIT_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_ED25519 = b"\xed\x01"
# The curve of a compressed point, by its prefix in the table of multicodecs.
_CURVE_PREFIXES: dict[bytes, ec.EllipticCurve] = {
    b"\x80\x24": ec.SECP256R1(),
    b"\x81\x24": ec.SECP384R1(),
    b"\x82\x24": ec.SECP521R1(),
    b"\xe7\x01": ec.SECP256K1(),
}
_RSA = b"\x85\x24"
_JWK_JCS = b"\xd1\xd6\x03"
_JWK_CURVES: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "secp256k1": ec.SECP256K1(),
}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
LONGEST = 2_000  # characters; decoding base58 takes quadratic time
LONGEST_PEM = 20_000  # characters
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


def public_key_from_multibase(text: object) -> PublicKey:
    """A key of any supported kind, as Multikey and did:key write it. Raises NotAKey."""
    raw = _multibase(text)
    if raw.startswith(_ED25519):
        return ed25519_from_raw(raw[2:])
    for prefix, curve in _CURVE_PREFIXES.items():
        if raw.startswith(prefix):
            return _point(curve, raw[2:])
    if raw.startswith(_RSA):
        return _rsa_from_der(raw[2:])
    if raw.startswith(_JWK_JCS):
        try:
            return public_key_of_jwk(json.loads(raw[3:]))
        except (ValueError, RecursionError) as error:
            raise NotAKey(str(error)) from None
    raise NotAKey("unsupported kind of key")


def ed25519_from_raw(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise NotAKey(str(error)) from None


def public_key_from_pem(text: object) -> PublicKey:
    """A key in PEM, as Open Badges 1 and 2 publish it. Raises NotAKey."""
    if not isinstance(text, str) or len(text) > LONGEST_PEM:
        raise NotAKey("not PEM")
    try:
        key = load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAKey(str(error)) from None
    return _supported(key)


def _multibase(text: object) -> bytes:
    if isinstance(text, str) and text[:1] == "z":
        return base58btc_decode(text[1:])
    if isinstance(text, str) and text[:1] == "u" and len(text) <= LONGEST:
        try:
            return from_base64url(text[1:])
        except ValueError as error:
            raise NotAKey(str(error)) from None
    raise NotAKey("not multibase")


def _point(curve: ec.EllipticCurve, raw: bytes) -> PublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, raw)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAKey(str(error)) from None


def _rsa_from_der(raw: bytes) -> PublicKey:
    try:
        return _supported(load_der_public_key(raw))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAKey(str(error)) from None


def _supported(key: object) -> PublicKey:
    if isinstance(key, rsa.RSAPublicKey) and key.key_size not in RSA_BITS:
        raise NotAKey("an RSA key too small or too large")
    if isinstance(key, Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise NotAKey("unsupported kind of key")


def jwk_of(public_key: PublicKey, kid: str) -> dict:
    """The key as a JSON Web Key (RFC 7517). Raises NotAKey for other kinds."""
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
    """The public key of an RSA, elliptic curve or Ed25519 JWK. Private members are ignored."""
    if not isinstance(jwk, dict):
        raise NotAKey("not a JWK")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    try:
        if (kind, curve) == ("OKP", "Ed25519"):
            return Ed25519PublicKey.from_public_bytes(_decode_member(jwk, "x"))
        if kind == "EC" and isinstance(curve, str) and curve in _JWK_CURVES:
            x, y = (int.from_bytes(_decode_member(jwk, name)) for name in "xy")
            return ec.EllipticCurvePublicNumbers(x, y, _JWK_CURVES[curve]).public_key()
        if kind == "RSA":
            n, e = (int.from_bytes(_decode_member(jwk, name)) for name in "ne")
            if n.bit_length() not in RSA_BITS or e.bit_length() > 64:
                raise NotAKey("an RSA key too small or too large")
            return rsa.RSAPublicNumbers(e, n).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
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
