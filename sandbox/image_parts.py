"""Reads the parts of an image file without decoding it: how many frames and parts, how large.

Files are untrusted. Each generator stops where a file breaks off; decoders say what is wrong.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_JPEG_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_FRAMES = {"image/png": b"fcTL", "image/webp": b"ANMF", "image/gif": b","}


def is_frame(part: bytes, kind: str) -> bool:
    return part == _FRAMES.get(kind)


def parts(data: bytes, kind: str) -> Iterator[bytes]:
    """The names of the parts, one by one: chunks, segments or blocks."""
    read = {
        "image/png": _png_chunks,
        "image/webp": _webp_chunks,
        "image/gif": _gif_blocks,
        "image/jpeg": _jpeg_segments,
    }
    try:
        yield from read[kind](data)
    except (IndexError, struct.error):
        return


def webp_size(data: bytes) -> tuple[int, int]:
    """What the header says, because Pillow allocates the whole canvas to read it. (0, 0): none."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        width, height = data[24:27] + b"\0", data[27:30] + b"\0"
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _png_chunks(data: bytes) -> Iterator[bytes]:
    position = 8
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        position += 12 + length
        yield name


def _webp_chunks(data: bytes) -> Iterator[bytes]:
    position = 12
    while position + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, position)
        # A frame is a chunk of chunks.
        position += 24 if name == b"ANMF" else 8 + length + length % 2
        yield name


def _gif_blocks(data: bytes) -> Iterator[bytes]:
    position = 13 + _color_table(data[10])
    while (introducer := data[position]) != 0x3B:
        if introducer == 0x2C:
            position += 11 + _color_table(data[position + 9])
        elif introducer == 0x21:
            position += 2
        else:
            return
        yield bytes([introducer])
        while size := data[position]:
            position += 1 + size
        position += 1


def _color_table(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    position = 2
    while found := _JPEG_MARKER.search(data, position):
        marker, position = found[0][-1:], found.end()
        yield marker
        if marker == b"\xd9":
            return
        if marker != b"\x01":
            position += struct.unpack_from(">H", data, position)[0]
