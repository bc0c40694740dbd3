"""The bits of a Bitstring Status List: one for each credential, packed and written as text."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from openbadges.multikeys import base64url, from_base64url

LENGTH = 131_072  # bits; fewer would let one guess who is meant
LARGEST = 4 * 1024 * 1024  # bytes of bits, unpacked: 33 million credentials


class NotABitstring(ValueError):
    """Not a list of bits, or none that holds the one that was asked for."""


def encode(set_indexes: Iterable[int], length: int = LENGTH) -> str:
    """The same indexes give the same text: no date of packing is in it."""
    bits = bytearray((length + 7) // 8)
    for index in set_indexes:
        if not 0 <= index < length:
            raise NotABitstring(f"{index} of {length}")
        bits[index >> 3] |= 0x80 >> (index & 7)  # index 0 is the leftmost bit
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def decode(encoded: object) -> bytes:
    """Unpacked without ever holding more than the largest list there may be."""
    if not isinstance(encoded, str) or encoded[:1] != "u":
        raise NotABitstring("not written as it should be")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        bits = unpacker.decompress(from_base64url(encoded[1:]), LARGEST + 1)
    except (zlib.error, ValueError) as error:
        raise NotABitstring(str(error)) from None
    if len(bits) > LARGEST:
        raise NotABitstring("too long")
    if not unpacker.eof or unpacker.unused_data:
        raise NotABitstring("breaks off, or goes on after its end")
    return bits


def is_set(encoded: object, index: int) -> bool:
    bits = decode(encoded)
    if not 0 <= index < 8 * len(bits):
        raise NotABitstring(f"{index} of {8 * len(bits)}")
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))
