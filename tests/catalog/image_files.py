"""Image files as people upload them."""

from __future__ import annotations

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(content, name="art.png"):
    return SimpleUploadedFile(name, content)


def svg(inside, attributes='viewBox="0 0 100 100"', before=""):
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def jpeg(size=(400, 300), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, "#b3264a").save(buffer, "JPEG", **options)
    return buffer.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pixels(content):
    return Image.open(io.BytesIO(content)).convert("RGBA")


def raw_png(color_type, bits, row, width, *, height=200, more=b""):
    """A PNG with the same samples in every row."""
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress((b"\0" + row) * height))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def shorts(*values, times=100):
    return b"".join(struct.pack(">H", value) for value in values) * times
