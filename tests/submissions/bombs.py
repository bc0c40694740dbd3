"""Small files made to fill the memory of what reads them, or to keep it busy."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

_OOXML = "application/vnd.openxmlformats-officedocument."


def chunk(name: bytes, content: bytes = b"") -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png(width: int, height: int, *, more: bytes = b"", frames: int = 0) -> bytes:
    """One gray color, so the file is a thousandth of its pixels."""
    packer = zlib.compressobj(9)
    line = b"\0" * (1 + (width + 7) // 8)
    pixels = b"".join(packer.compress(line) for _row in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    control = struct.pack(">IIIIIHHBB", 0, width, height, 0, 0, 1, 10, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"acTL", struct.pack(">II", frames, 0)) if frames else b"",
            more,
            chunk(b"fcTL", control) * frames,
            chunk(b"IDAT", pixels),
            chunk(b"IEND"),
        ]
    )


def webp(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "WEBP", method=0, quality=1)
    return file.getvalue()


def webp_header(width: int, height: int) -> bytes:
    """Says how large its canvas is, and breaks off."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_frames(number: int) -> bytes:
    picture = Image.new("RGB", (4, 4))
    file = io.BytesIO()
    picture.save(file, "WEBP", save_all=True, append_images=[Image.new("RGB", (4, 4), "red")])
    whole = file.getvalue()
    start = whole.index(b"ANMF")
    frame = whole[start : start + 8 + struct.unpack_from("<I", whole, start + 4)[0]]
    body = whole[8:] + frame * number
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_frames(number: int, *, side: int = 4) -> bytes:
    file = io.BytesIO()
    Image.new("P", (side, side)).save(file, "GIF")
    whole = file.getvalue()
    frame = whole[whole.index(b"\x2c") : -1]
    return whole[:-1] + frame * number + b"\x3b"


def jpeg_comments(number: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    whole = file.getvalue()
    return whole[:2] + b"\xff\xfe\0\x02" * number + whole[2:]


def docx(**parts: bytes) -> bytes:
    types = f'<Override ContentType="{_OOXML}wordprocessingml.document.main+xml"/>'
    return _zipped({"[Content_Types].xml": types.encode(), **parts})


def odt(**parts: bytes) -> bytes:
    return _zipped({"mimetype": b"application/vnd.oasis.opendocument.text", **parts})


def _zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def zeros(megabytes: int) -> bytes:
    return b"\0" * (megabytes * 1024 * 1024)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, which begin with the catalog."""
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    at = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, at))
    return out.getvalue()


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def pdf_of_many_objects(number: int = 310_000) -> bytes:
    return pdf(CATALOG, PAGES, PAGE, *[b"null"] * number)


def pdf_of_nested_filters(levels: int = 3) -> bytes:
    content = b"\0" * 30_000_000
    for _level in range(levels):
        content = zlib.compress(content, 9)
    filters = b"/FlateDecode " * levels
    stream = b"<</Type/ObjStm/N 1/First 4/Length %d/Filter[%s]>>stream\n%s\nendstream"
    return pdf(CATALOG, PAGES, PAGE, stream % (len(content), filters, content))


def pdf_of_deep_arrays(depth: int = 500_000) -> bytes:
    return pdf(CATALOG, PAGES, PAGE, b"[" * depth + b"]" * depth)


def pdf_of_pages_in_a_circle() -> bytes:
    return pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a WebP of fifty million pixels": (lambda: webp(16383, 3051), "more than 25 million pixels"),
    "a WebP that says so": (lambda: webp_header(16384, 16384), "more than 25 million pixels"),
    "a PNG": (lambda: png(40_000, 40_000), "more than 50 million pixels"),
    "a PNG of many chunks": (lambda: png(9, 9, more=chunk(b"tEXt") * 200_000), "too many parts"),
    "a JPEG of many comments": (lambda: jpeg_comments(200_000), "too many parts"),
    "an animated PNG": (lambda: png(9, 9, frames=2_500), "2,500 frames"),
    "an animated WebP": (lambda: webp_frames(2_500), "2,502 frames"),
    "an animated GIF": (lambda: gif_frames(2_500), "2,501 frames"),
    "a GIF of large frames": (lambda: gif_frames(99, side=4_000), "100 frames"),
    "a DOCX": (lambda: docx(**{"word/document.xml": zeros(210)}), "far too large"),
    "an ODT": (lambda: odt(**{"content.xml": zeros(210)}), "far too large"),
    "a DOCX in a DOCX": (
        lambda: docx(**{f"word/{n}.docx": docx(a=zeros(60)) for n in range(4)}), "far too large"),
    "a DOCX of many parts": (
        lambda: docx(**{f"word/{n}.xml": b"" for n in range(5_001)}), "far too large"),
    "a PDF of many objects": (pdf_of_many_objects, "far too large"),
    "a PDF of pages in a circle": (pdf_of_pages_in_a_circle, "damaged"),
}  # fmt: skip
# Refused or cleaned: what the limits make of them depends on the library.
ANSWERED: dict[str, Callable[[], bytes]] = {
    "a PDF of nested filters": pdf_of_nested_filters,
    "a PDF of deep arrays": pdf_of_deep_arrays,
    "a DOCX just within the limit": lambda: docx(**{"word/document.xml": zeros(190)}),
    "a GIF that breaks off": lambda: gif_frames(1)[:-9],
}
