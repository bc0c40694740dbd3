"""JPEG, PNG, WebP and GIF, rewritten segment by segment, so that no pixel changes.

Only what is needed for display is kept: pixels, color profile, animation and orientation. Data
after the end of the image is removed, too, because phones append videos there.
"""

from __future__ import annotations

import io
import re
import struct
import zlib

from PIL import Image

from submissions.metadata import Unreadable

ORIENTATION = 0x0112
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_JPEG_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_EOI, _SOS, _COM = 0xD9, 0xDA, 0xFE
_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length

_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
    *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs"),
    *(b"acTL", b"fcTL", b"fdAT"),
}
_WEBP_KEPT = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


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
    out = [data[:2]]
    if (orientation := _orientation(data)) != 1:
        out.append(_jpeg_segment(0xE1, b"Exif\0\0" + _orientation_exif(orientation)))
    position = 2
    while True:
        if data[position] != 0xFF:
            raise Unreadable
        while data[position] == 0xFF:
            position += 1
        marker = data[position]
        position += 1
        if marker == _EOI:
            out.append(b"\xff\xd9")
            return b"".join(out)
        if marker in _JPEG_ALONE:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        content = data[position + 2 : position + length]
        if length < 2 or len(content) != length - 2:
            raise Unreadable
        position += length
        if (kept := _jpeg_segment_to_keep(marker, content)) is not None:
            out.append(_jpeg_segment(marker, kept))
        if marker == _SOS:
            # The image data extends to the next marker that is not an escape or a restart.
            following = _JPEG_MARKER.search(data, position)
            if following is None:  # truncated, but displayable
                out += [data[position:], b"\xff\xd9"]
                return b"".join(out)
            out.append(data[position : following.start()])
            position = following.start()


def strip_png(data: bytes) -> bytes:
    out = [PNG_SIGNATURE]
    position = len(PNG_SIGNATURE)
    while True:
        length, name = struct.unpack_from(">I4s", data, position)
        chunk = data[position : position + 12 + length]
        if len(chunk) != 12 + length:
            raise Unreadable
        position += len(chunk)
        if name in _PNG_KEPT:
            out.append(chunk)
        if name == b"IHDR" and (orientation := _orientation(data)) != 1:
            out.append(_png_chunk(b"eXIf", _orientation_exif(orientation)))
        if name == b"IEND":
            return b"".join(out)


def strip_webp(data: bytes) -> bytes:
    orientation = _orientation(data)
    body = _webp_chunks(data, 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0]))
    kept = []
    for name, content in body:
        if name == b"VP8X":
            flags = content[0] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP)
            if orientation != 1:
                flags |= _WEBP_HAS_EXIF
            content = bytes([flags]) + content[1:]
        elif name == b"ANMF":  # a frame: a small header, then nested chunks
            inner = _webp_chunks(content, 16, len(content))
            content = content[:16] + _webp_join(inner)
        kept.append((name, content))
    if orientation != 1 and kept and kept[0][0] == b"VP8X":
        kept.append((b"EXIF", _orientation_exif(orientation)))
    whole = b"WEBP" + _webp_join(kept)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def strip_gif(data: bytes) -> bytes:
    packed = data[10]
    position = 13 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
    out = [data[:position]]
    while True:
        introducer = data[position]
        if introducer == 0x3B:
            out.append(b"\x3b")
            return b"".join(out)
        start = position
        if introducer == 0x2C:
            packed = data[position + 9]
            position += 10 + (3 << ((packed & 7) + 1) if packed & 0x80 else 0)
            position = _gif_blocks_end(data, position + 1)
            out.append(data[start:position])
        elif introducer == 0x21:
            label = data[position + 1]
            position = _gif_blocks_end(data, position + 2)
            names_animation = label == 0xFF and data[start + 3 : start + 14] in _GIF_KEPT
            if label in {0xF9, 0x01} or names_animation:
                out.append(data[start:position])
        else:
            raise Unreadable


def _orientation(data: bytes) -> int:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            orientation = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # broken tags count as no rotation
        return 1
    return orientation if orientation in range(1, 9) else 1


def _orientation_exif(orientation: int) -> bytes:
    """A minimal Exif block with only the orientation tag."""
    return b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)


def _jpeg_segment_to_keep(marker: int, content: bytes) -> bytes | None:
    if marker == 0xE0:
        # The JFIF header without its thumbnail; other APP0 blocks are thumbnails only.
        return content[:12] + b"\0\0" if content.startswith(b"JFIF\0") else None
    if marker == 0xE2:
        return content if content.startswith(b"ICC_PROFILE\0") else None
    if marker == 0xEE:
        return content if content.startswith(b"Adobe") else None
    if 0xE0 <= marker <= 0xEF or marker == _COM:
        return None
    return content


def _jpeg_segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _png_chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def _webp_chunks(data: bytes, position: int, end: int) -> list[tuple[bytes, bytes]]:
    chunks = []
    while position + 8 <= end:
        name, length = struct.unpack_from("<4sI", data, position)
        content = data[position + 8 : position + 8 + length]
        if len(content) != length:
            raise Unreadable
        position += 8 + length + length % 2
        if name in _WEBP_KEPT:
            chunks.append((name, content))
    return chunks


def _webp_join(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )


def _gif_blocks_end(data: bytes, position: int) -> int:
    while size := data[position]:
        position += 1 + size
    return position + 1
