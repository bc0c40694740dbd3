"""drand: public randomness, published in rounds that a group of organizations signs.

The network is "quicknet" (scheme bls-unchained-g1-rfc9380), with a round every three seconds.
Nobody can know the signature of a round before its time. The value of a round is the SHA-256 of
its signature. Signatures are verified with the network's public key, so any mirror will do. This
module does not depend on Django.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
PUBLIC_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
GENESIS = datetime.fromtimestamp(1692803367, UTC)
PERIOD = timedelta(seconds=3)
MIRRORS = (
    "https://api.drand.sh",
    "https://drand.cloudflare.com",
    "https://api2.drand.sh",
    "https://api3.drand.sh",
)

# The domain separation tag of bls-unchained-g1-rfc9380 (RFC 9380, section 3.1).
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_SIGNATURE_OCTETS = 48
# Bytes of an answer that are parsed at most; a real one has a few hundred.
_LARGEST_ANSWER = 4096


class InvalidSignature(ValueError):
    """Not the network's signature of this round.

    `reason` is FORM (not 96 lowercase hexadecimal digits), POINT (not a point of the group) or
    SIGNATURE (of another round or key).
    """

    FORM, POINT, SIGNATURE = "form", "point", "signature"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RoundUnavailable(Exception):
    """No mirror answered with a valid signature."""


def round_at(moment: datetime) -> int:
    """The first round at or after this moment. Rounds are numbered from 1."""
    return max(1, -((GENESIS - moment) // PERIOD) + 1)


def moment_of(number: int) -> datetime:
    """When this round is signed and published."""
    return GENESIS + (number - 1) * PERIOD


def address_of(number: int, mirror: str = MIRRORS[0]) -> str:
    """The URL of this round, in drand's HTTP API."""
    return f"{mirror}/{CHAIN}/public/{number}"


def verify(number: int, signature: str) -> str:
    """Verify the signature of a round and return the round's value, both in hexadecimal.

    Raises InvalidSignature.
    """
    octets = _octets(signature)
    if not _is_signed(number, octets):
        raise InvalidSignature(InvalidSignature.SIGNATURE)
    return hashlib.sha256(octets).hexdigest()


def fetch_signature(number: int, fetch: Callable[[str], tuple[int, bytes]]) -> str:
    """The signature of this round, from the first mirror with a valid one.

    `fetch` takes a URL and returns the HTTP status and the body, or raises OSError. Mirrors are
    not trusted: the signature is verified. Raises RoundUnavailable.
    """
    for mirror in MIRRORS:
        try:
            status, body = fetch(address_of(number, mirror))
            signature = _signature_in(body, number) if status == 200 else ""
            if signature:
                verify(number, signature)
                return signature
        except (OSError, InvalidSignature):
            continue
    raise RoundUnavailable


def _signature_in(body: bytes, number: int) -> str:
    """The signature in the answer; empty if the answer is malformed or of another round."""
    if len(body) > _LARGEST_ANSWER:
        return ""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict) or answer.get("round") != number:
        return ""
    signature = answer.get("signature")
    return signature.lower() if isinstance(signature, str) else ""


def _octets(signature: str) -> bytes:
    try:
        octets = bytes.fromhex(signature)
    except ValueError:
        raise InvalidSignature(InvalidSignature.FORM) from None
    # Accept one spelling only: fromhex also accepts spaces and capitals.
    if octets.hex() != signature or len(octets) != _SIGNATURE_OCTETS:
        raise InvalidSignature(InvalidSignature.FORM)
    return octets


@lru_cache(maxsize=32)
def _is_signed(number: int, signature: bytes) -> bool:
    """Whether e(signature, generator of G2) == e(hash of the round, public key).

    The round is hashed to the curve by RFC 9380. Raises InvalidSignature for a bad point.
    """
    with _usual_recursion_limit():
        from py_ecc.bls.g2_primitives import pubkey_to_G1, signature_to_G2, subgroup_check
        from py_ecc.bls.hash_to_curve import hash_to_G1
        from py_ecc.optimized_bls12_381 import (
            FQ12,
            G2,
            final_exponentiate,
            is_inf,
            neg,
            pairing,
        )

    try:
        point = pubkey_to_G1(signature)
    except ValueError:
        raise InvalidSignature(InvalidSignature.POINT) from None
    # Refuse infinity and points outside the prime-order subgroup, which could pass as several.
    if is_inf(point) or not subgroup_check(point):
        raise InvalidSignature(InvalidSignature.POINT)
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = hash_to_G1(message, _DOMAIN, hashlib.sha256)
    key = signature_to_G2(_public_key())
    both = pairing(G2, point, False) * pairing(key, neg(hashed), False)
    return final_exponentiate(both) == FQ12.one()


@contextmanager
def _usual_recursion_limit() -> Iterator[None]:
    """Loading the curves takes a second, so they are loaded when a round is first checked.

    py_ecc raises the recursion limit of the whole process to 100,000 when it is imported. Python
    would then follow JSON nested so deeply until the process crashes; the curves need no more than
    the usual limit.
    """
    usual = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


@cache
def _public_key() -> bytes:
    """The public key, checked once per process to be in the prime-order subgroup."""
    with _usual_recursion_limit():
        from py_ecc.bls.g2_primitives import signature_to_G2, subgroup_check

    octets = bytes.fromhex(PUBLIC_KEY)
    if not subgroup_check(signature_to_G2(octets)):
        raise ValueError("The public key of drand is not in the prime-order subgroup.")
    return octets
