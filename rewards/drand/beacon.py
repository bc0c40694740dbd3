"""drand: public randomness, one round every three seconds, each signed by a group of organizations.

A round belongs to a moment, and nobody knows its signature before. The value of a round is the
SHA-256 of its signature; the signature is checked against the group's public key, so it matters
to nobody from where it came. This is the network "quicknet". Nothing in here knows of Django.
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

# Of the scheme bls-unchained-g1-rfc9380.
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_SIGNATURE_OCTETS = 48
# The signature is written into pages and files, so an answer is never longer than this.
_LARGEST_ANSWER = 4096


class NotSigned(ValueError):
    """What was given is not the group's signature of this round. `why` is one of the words."""

    FORM, POINT, SIGNATURE = "form", "point", "signature"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotFound(Exception):
    """No mirror answered with a signature that holds: not yet, or not just now."""


def round_at(moment: datetime) -> int:
    """The first round at this moment or after it. Rounds count from 1."""
    return max(1, -((GENESIS - moment) // PERIOD) + 1)


def moment_of(number: int) -> datetime:
    """When this round is signed, and known to anyone for the first time."""
    return GENESIS + (number - 1) * PERIOD


def address_of(number: int, mirror: str = MIRRORS[0]) -> str:
    """Where anyone reads this round."""
    return f"{mirror}/{CHAIN}/public/{number}"


def check(number: int, signature: str) -> str:
    """The value of this round in hexadecimal, once its signature (in hexadecimal) is proved."""
    octets = _octets(signature)
    if not _is_signed(number, octets):
        raise NotSigned(NotSigned.SIGNATURE)
    return hashlib.sha256(octets).hexdigest()


def find(number: int, fetch: Callable[[str], tuple[int, bytes]]) -> str:
    """The signature of this round from the first mirror whose answer holds.

    `fetch` answers an address with a status and a body, or raises OSError. What a mirror says is
    never believed, only checked.
    """
    for mirror in MIRRORS:
        try:
            status, body = fetch(address_of(number, mirror))
            signature = _signature_in(body, number) if status == 200 else ""
            if signature:
                check(number, signature)
                return signature
        except (OSError, NotSigned):
            continue
    raise NotFound


def _signature_in(body: bytes, number: int) -> str:
    """Empty when the answer is not about this round, or not an answer at all."""
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
        raise NotSigned(NotSigned.FORM) from None
    # One spelling only: fromhex also reads spaces and capitals.
    if octets.hex() != signature or len(octets) != _SIGNATURE_OCTETS:
        raise NotSigned(NotSigned.FORM)
    return octets


@lru_cache(maxsize=32)
def _is_signed(number: int, signature: bytes) -> bool:
    """e(signature, generator of G2) == e(hash of the round, public key), after RFC 9380."""
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
        raise NotSigned(NotSigned.POINT) from None
    # A point outside the group of prime order, or none at all, could pass for more than one.
    if is_inf(point) or not subgroup_check(point):
        raise NotSigned(NotSigned.POINT)
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
    """Proved to be a point of the right group, once in a process."""
    with _usual_recursion_limit():
        from py_ecc.bls.g2_primitives import signature_to_G2, subgroup_check

    octets = bytes.fromhex(PUBLIC_KEY)
    if not subgroup_check(signature_to_G2(octets)):
        raise ValueError("The public key of drand is not a point of its group.")
    return octets
