"""The filters that a PDF may put around a photo, undone with a limit on the unpacked size.

qpdf undoes these filters only together with the photo's own, which would change its pixels.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable

from submissions.metadata import TooComplex, Unreadable

SHORT_NAMES = {
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/DCT": "/DCTDecode",
}
_SPACE = re.compile(rb"[\0\t\n\f\r ]+")
_LZW_CLEAR, _LZW_END = 256, 257


def undo(name: str, data: bytes, *, most: int, early_change: int = 1) -> bytes:
    """The unpacked data. Raises Unreadable, also for other filters, and TooComplex."""
    decoders: dict[str, Callable[[], bytes]] = {
        "/ASCIIHexDecode": lambda: _ascii_hex(data),
        "/ASCII85Decode": lambda: _ascii_85(data),
        "/FlateDecode": lambda: _flate(data, most),
        "/RunLengthDecode": lambda: _run_length(data, most),
        "/LZWDecode": lambda: _lzw(data, most, early_change),
        "/Crypt": lambda: data,
    }
    if name not in decoders:
        raise Unreadable
    try:
        return decoders[name]()
    except (ValueError, IndexError, zlib.error) as error:
        raise Unreadable from error


def _ascii_hex(data: bytes) -> bytes:
    digits = _SPACE.sub(b"", data).partition(b">")[0]
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _ascii_85(data: bytes) -> bytes:
    text = _SPACE.sub(b"", data).removeprefix(b"<~").partition(b"~")[0]
    return base64.a85decode(text)


def _flate(data: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(data, most + 1)
    if len(unpacked) > most:
        raise TooComplex
    return unpacked


def _run_length(data: bytes, most: int) -> bytes:
    out, position = bytearray(), 0
    while position < len(data) and (length := data[position]) != 128:
        if length < 128:
            out += data[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            out += data[position + 1 : position + 2] * (257 - length)
            position += 2
        if len(out) > most:
            raise TooComplex
    return bytes(out)


def _lzw(data: bytes, most: int, early_change: int) -> bytes:
    out = bytearray()
    table: list[bytes] = []
    previous, width, bits, count = b"", 9, 0, 0
    for byte in data:
        bits, count = bits << 8 | byte, count + 8
        if count < width:
            continue
        count -= width
        code, bits = bits >> count, bits & ((1 << count) - 1)
        if code == _LZW_END:
            break
        if code == _LZW_CLEAR:
            table = [bytes([value]) for value in range(256)] + [b"", b""]
            previous, width = b"", 9
            continue
        if not table:  # a writer may leave out the first clearing
            table = [bytes([value]) for value in range(256)] + [b"", b""]
        entry = table[code] if code < len(table) else previous + previous[:1]
        if previous and len(table) < 4096:
            table.append(previous + entry[:1])
        out += entry
        previous = entry
        width = min(12, max(9, (len(table) + early_change).bit_length()))
        if len(out) > most:
            raise TooComplex
    return bytes(out)
