"""Pictures, recordings and fonts inside documents, in formats that people don't add themselves."""

from __future__ import annotations

import gzip
import re
import struct
import zlib

from submissions.metadata import HasLocation, HasObjects, Unreadable, pictures
from submissions.metadata.xml_rewriting import DROP, Attributes, Change, Rewriter

# What a private part of a picture begins with.
_PRIVATE = (b"Exif\0\0", b"http://ns.adobe.com/", b"Photoshop 3.0", b"<x:xmpmeta", b"<?xpacket")
_TIFF = (b"II*\0", b"MM\0*", b"II\xbc\x01")  # the last one: JPEG XR
# Tags that describe the pixels. All others of a TIFF are private or unknown.
_TIFF_PIXELS = {
    *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281),
    *(282, 283, 284, 290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324),
    *(325, 332, 334, 336, 338, 339, 340, 341, 347, 512, 513, 514, 529, 530, 531, 532),
    *range(0xBC01, 0xBCFF),  # of JPEG XR
}
_FONTS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
_METAFILES = (b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0", b"VCLMTF")
_LARGEST_METAFILE = 20 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0"

_VIDEO_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_VIDEO_PRIVATE = {b"udta", b"meta", b"uuid"}
_VIDEO_DATED = {b"mvhd", b"tkhd", b"mdhd"}
_TRACKS = {b"vide", b"soun", b"sbtl", b"text", b"subt", b"clcp", b"tmcd", b"auxv", b"pict"}
_WAVE_KEPT = {b"fmt ", b"data", b"fact"}

_SVG_DROPPED = {"metadata", "script", "namedview", "title"}
_SVG_EDITORS = ("inkscape:", "sodipodi:", "rdf:", "dc:", "cc:", "serif:", "sketch:")
_SVG_IMAGE = re.compile(r"data:image/[a-z+]+;base64,", re.IGNORECASE)


def strip_media(name: str, content: bytes) -> bytes:
    """The content without what is private in it. Raises HasLocation or HasObjects."""
    try:
        return _strip_media(name, content)
    except (struct.error, zlib.error, IndexError) as error:
        raise HasObjects from error


def _strip_media(name: str, content: bytes) -> bytes:
    if not content.strip(b"\0"):
        return content
    if content.startswith(_OLE):
        raise HasObjects
    if pictures.detect_media_type(content[:16]):
        return _strip_picture(content)
    if content.startswith(_TIFF):
        _check_tiff(content)
        return content
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"avif", b"hevc"}:
        return _checked(content)
    if content[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return _strip_video(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return _strip_wave(content)
    if content.startswith(b"ID3") or content[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"}:
        return _strip_mp3(content)
    if content.startswith(b"\x1f\x8b"):  # a packed metafile
        unpacked = zlib.decompressobj(31).decompress(content, _LARGEST_METAFILE)
        if not unpacked.startswith((b"\1\0\0\0", *_METAFILES)):
            raise HasObjects
        return gzip.compress(_strip_media(name, unpacked), mtime=0)
    if content[40:44] == b" EMF" and len(content) >= 88:
        return _checked(_without_description(content))
    if content.startswith((b"BM", *_METAFILES)):
        return _checked(content)
    if content.startswith(_FONTS) or name.endswith((".odttf", ".fntdata")):
        return content
    raise HasObjects


def strip_svg(content: bytes) -> bytes:
    """The drawing without editors' data, scripts and things that are loaded from elsewhere."""

    def decide(element: str, attributes: Attributes) -> Change | None:
        local = element.rpartition(":")[2]
        if local in _SVG_DROPPED or element.startswith(_SVG_EDITORS):
            return DROP
        kept = {}
        for key, value in attributes.items():
            if key.startswith((*_SVG_EDITORS, "on")):
                continue
            if key.rpartition(":")[2] == "href" and local != "a" and not value.startswith("#"):
                if not _SVG_IMAGE.match(value):
                    continue
                raise HasLocation  # a photo inside a drawing
            kept[key] = value
        return Change(attributes=kept) if kept != attributes else None

    return Rewriter(decide).rewrite(content)


def _checked(content: bytes) -> bytes:
    if any(mark in content for mark in _PRIVATE):
        raise HasLocation
    return content


def _strip_picture(content: bytes) -> bytes:
    try:
        return pictures.strip_metadata(content)
    except Unreadable as error:
        # Not a displayable image. Keep it unless it may contain metadata.
        if any(mark in content for mark in _PRIVATE):
            raise HasLocation from error
        return content


def _check_tiff(content: bytes) -> None:
    order = ">" if content.startswith(b"MM") else "<"
    try:
        (position,) = struct.unpack_from(f"{order}I", content, 4)
        for _ in range(100):
            if not position:
                return
            (count,) = struct.unpack_from(f"{order}H", content, position)
            for entry in range(position + 2, position + 2 + 12 * count, 12):
                if struct.unpack_from(f"{order}H", content, entry)[0] not in _TIFF_PIXELS:
                    raise HasLocation
            (position,) = struct.unpack_from(f"{order}I", content, position + 2 + 12 * count)
    except struct.error as error:
        raise HasLocation from error


def _strip_video(content: bytes) -> bytes:
    """Blanks private boxes in place, because other boxes count bytes from the beginning."""
    clean = bytearray(content)
    waiting = [(0, len(content))]
    while waiting:
        position, end = waiting.pop()
        while position + 8 <= end:
            length, kind = struct.unpack_from(">I4s", content, position)
            header = 16 if length == 1 else 8
            if length == 1:
                if position + 16 > end:
                    raise HasLocation
                (length,) = struct.unpack_from(">Q", content, position + 8)
            elif length == 0:
                length = end - position
            if length < header or position + length > end:
                raise HasLocation
            inside = position + header
            after = position + length
            if kind in _VIDEO_PRIVATE:
                clean[position + 4 : position + 8] = b"free"
                clean[inside:after] = bytes(after - inside)
            elif kind in {b"free", b"skip", b"wide"}:
                clean[inside:after] = bytes(after - inside)
            elif kind in _VIDEO_DATED and after - inside >= 20:
                size = 16 if content[inside] == 1 else 8
                clean[inside + 4 : inside + 4 + size] = bytes(size)
            elif kind == b"hdlr" and content[inside + 8 : inside + 12] not in _TRACKS | {b"url "}:
                raise HasLocation  # a track of other data, such as places
            elif kind in _VIDEO_CONTAINERS:
                waiting.append((inside, after))
            position = after
    return bytes(clean)


def _strip_wave(content: bytes) -> bytes:
    out, position = [b"WAVE"], 12
    while position + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, position)
        end = position + 8 + length + length % 2
        if name in _WAVE_KEPT:
            out.append(content[position:end])
        position = end
    whole = b"".join(out)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def _strip_mp3(content: bytes) -> bytes:
    while content.startswith(b"ID3") and len(content) >= 10:
        a, b, c, d = content[6:10]
        content = content[10 + (a << 21 | b << 14 | c << 7 | d) :]
    if content[-128:-125] == b"TAG":
        content = content[:-128]
    if b"APETAGEX" in content or b"LYRICSBEGIN" in content:
        raise HasLocation
    return content


def _without_description(metafile: bytes) -> bytes:
    """An EMF without the names of its program and its title."""
    length, start = struct.unpack_from("<II", metafile, 60)
    (header,) = struct.unpack_from("<I", metafile, 4)
    end = start + 2 * length
    if not length or not 88 <= start <= end <= header:
        return metafile
    metafile = metafile[:start] + bytes(end - start) + metafile[end:]
    return metafile[:60] + bytes(8) + metafile[68:]
