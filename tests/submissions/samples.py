"""Generated sample files, so that the repository contains no real photos."""

from __future__ import annotations

import io
import struct
import zipfile

import pikepdf
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
SECRET = b"Rosa Alvarez, Creekside"


def _picture() -> Image.Image:
    picture = Image.new("RGB", (120, 80), "#2b6f5e")
    picture.paste("#f5b534", (0, 0, 40, 40))
    return picture


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (38.0, 34.0, 54.0), 3: "W", 4: (121.0, 29.0, 37.0)})
    return exif


def photo(**kwargs) -> bytes:
    """A JPEG as from a phone: with location and author, and a video appended."""
    buffer = io.BytesIO()
    _picture().save(buffer, "JPEG", exif=_exif(), comment=SECRET, **kwargs)
    return buffer.getvalue() + b"\0\0\0\x18ftypmp42" + SECRET


def picture(kind: str) -> bytes:
    """A PNG, WebP or GIF with two frames and private metadata."""
    buffer, frames = io.BytesIO(), [_picture(), _picture().rotate(180)]
    options = {"save_all": True, "append_images": frames[1:], "duration": 200}
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Author", SECRET.decode())
        options |= {"pnginfo": text, "exif": _exif()}
    elif kind == "WEBP":
        options |= {"lossless": True, "exif": _exif(), "xmp": SECRET}
    else:
        options |= {"comment": SECRET}
    frames[0].save(buffer, kind, **options)
    return buffer.getvalue()


def pdf(*, encryption: object = False, attachment: bool = False) -> bytes:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = SECRET.decode()
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = [SECRET.decode()]
        image = pikepdf.Stream(document, photo())
        image.Filter, image.Type = pikepdf.Name.DCTDecode, pikepdf.Name.XObject
        image.Subtype, image.Width, image.Height = pikepdf.Name.Image, 120, 80
        document.pages[0].Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im0=document.make_indirect(image))
        )
        if attachment:
            document.attachments["notes.txt"] = b"hidden"
        buffer = io.BytesIO()
        document.save(buffer, encryption=encryption)
        return buffer.getvalue()


def word(parts: dict[str, bytes] | None = None) -> bytes:
    return archive(
        {
            "[Content_Types].xml": b"<Types>wordprocessingml.document.main+xml</Types>",
            "word/document.xml": b"<w:document>Three lessons</w:document>",
            "word/media/image1.jpeg": photo(),
            "docProps/core.xml": b"<dc:creator>" + SECRET + b"</dc:creator>",
            **(parts or {}),
        }
    )


def open_document(parts: dict[str, bytes] | None = None) -> bytes:
    return archive(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<office:document-content/>",
            "meta.xml": b"<dc:creator>" + SECRET + b"</dc:creator>",
            "META-INF/manifest.xml": b"<manifest/>",
            **(parts or {}),
        }
    )


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, content in parts.items():
            # Without the time: contents become names of tests, which workers compare.
            zip_file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def color_profile(version=2, *, private=SECRET) -> bytes:
    """A profile of colors turned from red to blue, with a name and a private tag."""
    srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", srgb, 128)
    table = {}
    for number in range(count):
        name, start, length = struct.unpack_from(">4sII", srgb, 132 + 12 * number)
        table[name] = bytes(srgb[start : start + length])
    table[b"rXYZ"], table[b"bXYZ"] = table[b"bXYZ"], table[b"rXYZ"]
    table |= {b"cprt": b"text\0\0\0\0" + private, b"MINE": b"text\0\0\0\0" + private}
    table[b"gTRC"] += private  # more than the curve needs
    body, entries, start = b"", b"", 132 + 12 * len(table)
    for name, value in table.items():
        entries += struct.pack(">4sII", name, start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = srgb[:8] + bytes([version]) + srgb[9:48] + private[:8] + srgb[56:128]
    whole = bytes(header) + struct.pack(">I", len(table)) + entries + body
    return struct.pack(">I", len(whole)) + whole[4:]
