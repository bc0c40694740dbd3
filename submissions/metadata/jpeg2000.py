"""JPEG 2000, as used inside PDFs: a list of boxes around a codestream, or the codestream alone."""

from __future__ import annotations

import struct

from submissions.metadata import Unreadable, color_profiles

_CODESTREAM = b"\xff\x4f\xff\x51"
_KEPT_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
_KEPT_IN_HEADER = {b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res "}
_COMMENT, _START_OF_TILE = 0xFF64, 0xFF90
_HAS_PROFILE = 2  # method of a color box


def strip_metadata(data: bytes) -> bytes:
    """The image without Exif, XMP, other private boxes and comments. Raises Unreadable."""
    try:
        if data.startswith(_CODESTREAM):
            return _strip_codestream(data)
        return _strip_boxes(data, _KEPT_BOXES)
    except struct.error as error:
        raise Unreadable from error


def _strip_boxes(data: bytes, kept: set[bytes]) -> bytes:
    out, position = [], 0
    while position < len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        header = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, position + 8)
            header = 16
        elif length == 0:  # to the end
            length = len(data) - position
        content = data[position + header : position + length]
        if length < header or len(content) != length - header:
            raise Unreadable
        position += length
        if name in kept:
            content = _strip_box(name, content)
            out.append(struct.pack(">I4s", len(content) + 8, name) + content)
    return b"".join(out)


def _strip_box(name: bytes, content: bytes) -> bytes:
    if name == b"jp2h":
        return _strip_boxes(content, _KEPT_IN_HEADER)
    if name == b"jp2c":
        return _strip_codestream(content)
    if name == b"colr" and content[0] == _HAS_PROFILE:
        # A PDF names the color space itself, so an unreadable profile is not missed.
        return content[:3] + (color_profiles.rebuild(content[3:]) or b"")
    return content


def _strip_codestream(data: bytes) -> bytes:
    """Without the comments of the main header, which ends where the first tile starts."""
    out, position = [data[:2]], 2
    while True:
        marker, length = struct.unpack_from(">HH", data, position)
        if marker == _START_OF_TILE:
            out.append(data[position:])
            return b"".join(out)
        end = position + 2 + length
        if marker < 0xFF00 or length < 2 or end > len(data):
            raise Unreadable
        if marker != _COMMENT:
            out.append(data[position:end])
        position = end
