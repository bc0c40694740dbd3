"""Encoding of a Bitstring Status List: one bit per credential (W3C, Bitstring Status List 1.0)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from openbadges.multikeys import base64url, from_base64url

LENGTH = 131_072  # bits: the minimum, for privacy (section 2.2)
LARGEST = 4 * 1024 * 1024  # bytes, decompressed: 33 million credentials


class NotABitstring(ValueError):
    """Not an encoded list, or the index is outside the list."""


def encode(set_indexes: Iterable[int], length: int = LENGTH) -> str:
    """The list as multibase base64url of gzip. Deterministic: it holds no timestamp."""
    bits = bytearray((length + 7) // 8)
    for index in set_indexes:
        if not 0 <= index < length:
            raise NotABitstring(f"{index} of {length}")
        bits[index >> 3] |= 0x80 >> (index & 7)  # index 0 is the leftmost bit
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def decode(encoded: object) -> bytes:
    """The bytes of the list. Raises NotABitstring; never decompresses more than LARGEST bytes."""
    if not isinstance(encoded, str) or encoded[:1] != "u":
        raise NotABitstring("not multibase base64url")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        bits = unpacker.decompress(from_base64url(encoded[1:]), LARGEST + 1)
    except (zlib.error, ValueError) as error:
        raise NotABitstring(str(error)) from None
    if len(bits) > LARGEST:
        raise NotABitstring("too long")
    if not unpacker.eof or unpacker.unused_data:
        raise NotABitstring("truncated, or followed by other data")
    return bits


def is_set(encoded: object, index: int) -> bool:
    bits = decode(encoded)
    if not 0 <= index < 8 * len(bits):
        raise NotABitstring(f"{index} of {8 * len(bits)}")
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))
