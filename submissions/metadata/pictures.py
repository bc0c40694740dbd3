"""JPEG, PNG, WebP and GIF, rewritten segment by segment, so that no pixel changes.

Only what is needed for display is kept: pixels, color profile, animation and orientation. Each
format has a list of the parts that are kept; everything else is left out, also parts of the future
and data after the end of the image, where phones append videos.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from submissions.metadata import Unreadable, color_profiles

ORIENTATION = 0x0112
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_JPEG_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
# Frames, tables, scans, restart intervals. APP segments are decided one by one.
_JPEG_KEPT = {*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD} - {0xC8}
_ICC = b"ICC_PROFILE\0"
_ICC_PART = 65_000

# Chunks that are kept, with the lengths that they may have.
_PNG_KEPT = {
    b"IHDR": {13},
    b"PLTE": range(769),
    b"IDAT": None,
    b"IEND": {0},
    b"tRNS": range(257),
    b"gAMA": {4},
    b"cHRM": {32},
    b"sRGB": {1},
    b"cICP": {4},
    b"sBIT": range(5),
    b"bKGD": range(7),
    b"pHYs": {9},
    b"acTL": {8},
    b"fcTL": {26},
    b"fdAT": None,
}
_WEBP_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_WEBP_KEPT_IN_FRAMES = {b"VP8 ", b"VP8L", b"ALPH"}
_WEBP_HAS_ICC, _WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x20, 0x08, 0x04
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def detect_media_type(head: bytes) -> str | None:
    """The media type by the first 12 bytes; None if it is not one of these formats."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(PNG_SIGNATURE):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return None


def strip_metadata(data: bytes) -> bytes:
    """The image without metadata. Raises Unreadable if its structure is invalid."""
    strippers = {
        "image/jpeg": strip_jpeg,
        "image/png": strip_png,
        "image/gif": strip_gif,
        "image/webp": strip_webp,
    }
    try:
        return strippers[detect_media_type(data[:16])](data)
    except (KeyError, IndexError, struct.error) as error:
        raise Unreadable from error


def strip_jpeg(data: bytes) -> bytes:
    """Keep the listed segments and image data; orientation and color profile are rebuilt."""
    segments = list(_jpeg_segments(data))
    out = [data[:2]]
    exif = next((c for m, c, _ in segments if m == _APP1 and c.startswith(b"Exif\0\0")), b"")
    if (orientation := read_orientation(exif[6:])) != 1:
        out.append(_jpeg_segment(_APP1, b"Exif\0\0" + _orientation_exif(orientation)))
    for marker, content, scan in segments:
        if (kept := _jpeg_segment_to_keep(marker, content)) is not None:
            out.append(_jpeg_segment(marker, kept))
            out.append(scan)
        if marker == _APP2 and content.startswith(_ICC) and segments:
            out += _jpeg_profile(segments)
            segments = []  # the profile is written once, where its first part was
    out.append(b"\xff\xd9")
    return b"".join(out)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Markers with their contents and, after the start of a scan, the image data."""
    position = 2
    while True:
        if data[position] != 0xFF:
            raise Unreadable
        while data[position] == 0xFF:
            position += 1
        marker = data[position]
        position += 1
        if marker == _EOI:
            return
        if marker in _JPEG_ALONE:
            continue
        if marker == _SOI:
            raise Unreadable
        (length,) = struct.unpack_from(">H", data, position)
        content = data[position + 2 : position + length]
        if length < 2 or len(content) != length - 2:
            raise Unreadable
        position += length
        if marker != _SOS:
            yield marker, content, b""
            continue
        # The image data extends to the next marker that is not an escape or a restart.
        following = _JPEG_MARKER.search(data, position)
        if following is None:  # truncated, but displayable
            yield marker, content, data[position:]
            return
        yield marker, content, data[position : following.start()]
        position = following.start()


def strip_png(data: bytes) -> bytes:
    """Keep the listed chunks; orientation and color profile are rebuilt."""
    chunks = list(_png_chunks(data))
    exif = next((content for name, content in chunks if name == b"eXIf"), b"")
    orientation = read_orientation(exif)
    out = [PNG_SIGNATURE]
    for name, content in chunks:
        if name == b"iCCP" and (profile := _png_profile(content)):
            out.append(_png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile)))
        if name in _PNG_KEPT:
            lengths = _PNG_KEPT[name]
            if lengths is None or len(content) in lengths:
                out.append(_png_chunk(name, content))
            elif name[0] & 0x20 == 0:  # an image can't be shown without this part
                raise Unreadable
        if name == b"IHDR" and orientation != 1:
            out.append(_png_chunk(b"eXIf", _orientation_exif(orientation)))
    return b"".join(out)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(PNG_SIGNATURE)
    name = b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        if len(content) != length or position + 12 + length > len(data):
            raise Unreadable
        position += 12 + length
        yield name, content


def strip_webp(data: bytes) -> bytes:
    """Keep the listed chunks, also in frames; orientation and color profile are rebuilt."""
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    chunks = _webp_chunks(data, 12, end)
    exif = next((content for name, content in chunks if name == b"EXIF"), b"")
    orientation = read_orientation(exif.removeprefix(b"Exif\0\0"))
    profile = next((content for name, content in chunks if name == b"ICCP"), b"")
    profile = color_profiles.rebuild(profile) or b""
    kept = []
    for name, content in chunks:
        if name not in _WEBP_KEPT or (name == b"ICCP" and not profile):
            continue
        if name == b"VP8X":
            flags = content[0] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP | _WEBP_HAS_ICC)
            flags |= _WEBP_HAS_EXIF if orientation != 1 else 0
            flags |= _WEBP_HAS_ICC if profile else 0
            content = bytes([flags]) + content[1:10]
        elif name == b"ICCP":
            content = profile
        elif name == b"ANMF":  # a frame: a small header, then nested chunks
            inner = _webp_chunks(content, 16, len(content))
            inner = [chunk for chunk in inner if chunk[0] in _WEBP_KEPT_IN_FRAMES]
            content = content[:16] + _webp_join(inner)
        kept.append((name, content))
    if orientation != 1 and kept and kept[0][0] == b"VP8X":
        kept.append((b"EXIF", _orientation_exif(orientation)))
    whole = b"WEBP" + _webp_join(kept)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def strip_gif(data: bytes) -> bytes:
    """Keep frames and the extensions that control them. Raises Unreadable."""
    packed = data[10]
    position = 13 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
    out = [data[:position]]
    shows_something = False
    while True:
        # Some writers leave out the end.
        introducer = 0x3B if shows_something and position == len(data) else data[position]
        if introducer == 0x3B:
            out.append(b"\x3b")
            return b"".join(out)
        start = position
        if introducer == 0x2C:
            packed = data[position + 9]
            position += 10 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
            position = _gif_blocks_end(data, position + 1)
            out.append(data[start:position])
            shows_something = True
        elif introducer == 0x21:
            position = _gif_blocks_end(data, position + 2)
            out.append(_gif_extension_to_keep(data[start:position]))
        else:
            raise Unreadable


def read_orientation(exif: bytes) -> int:
    """The orientation in an Exif block (from its byte order on); 1 if there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (position,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, position)
        for entry in range(position + 2, position + 2 + 12 * count, 12):
            tag, kind, _count, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if tag == ORIENTATION and kind == 3:
                return value if value in range(1, 9) else 1
    except struct.error:  # broken tags count as no rotation
        return 1
    return 1


def _orientation_exif(orientation: int) -> bytes:
    """A minimal Exif block with only the orientation tag."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def _jpeg_segment_to_keep(marker: int, content: bytes) -> bytes | None:
    if marker == _APP0 and content.startswith(b"JFIF\0") and len(content) >= 12:
        return content[:12] + b"\0\0"  # without its thumbnail
    if marker == _APP14 and content.startswith(b"Adobe") and len(content) >= 12:
        return content[:12]  # how the colors are stored
    return content if marker in _JPEG_KEPT else None


def _jpeg_profile(segments: list[tuple[int, bytes, bytes]]) -> list[bytes]:
    """The color profile, which may be split into several segments, without its texts."""
    parts = [c[len(_ICC) :] for m, c, _ in segments if m == _APP2 and c.startswith(_ICC)]
    parts.sort(key=lambda part: part[:1])
    profile = color_profiles.rebuild(b"".join(part[2:] for part in parts)) or b""
    clean = [profile[at : at + _ICC_PART] for at in range(0, len(profile), _ICC_PART)]
    return [
        _jpeg_segment(_APP2, _ICC + bytes([number, len(clean)]) + part)
        for number, part in enumerate(clean, start=1)
    ]


def _jpeg_segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def _png_profile(content: bytes) -> bytes | None:
    """The color profile of an iCCP chunk: a name, a method, then packed data."""
    packed = content.partition(b"\0")[2][1:]
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed, color_profiles.LARGEST + 1)
    except zlib.error:
        return None
    return color_profiles.rebuild(profile)


def _webp_chunks(data: bytes, position: int, end: int) -> list[tuple[bytes, bytes]]:
    chunks = []
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        content = data[position + 8 : position + 8 + length]
        if len(content) != length:
            raise Unreadable
        position += 8 + length + length % 2
        chunks.append((name, content))
    return chunks


def _webp_join(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )


def _gif_extension_to_keep(extension: bytes) -> bytes:
    """Pauses, transparency and the number of repetitions; b"" for other extensions."""
    label = extension[1]
    if label == 0xF9 and extension[2] == 4:
        return extension[:7] + b"\0"
    if label == 0xFF and extension[3:14] in _GIF_LOOPS and extension[14:16] == b"\x03\x01":
        return extension[:18] + b"\0"
    return b""


def _gif_blocks_end(data: bytes, position: int) -> int:
    while size := data[position]:
        position += 1 + size
    return position + 1
