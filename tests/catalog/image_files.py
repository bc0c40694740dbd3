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
