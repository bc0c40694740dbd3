"""PNG chunks as other baking software might write them."""

from __future__ import annotations

import struct
import zlib

from tests.factories import png

ART = png()


def chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def with_chunk(kind: bytes, content: bytes, image: bytes = ART) -> bytes:
    return image[:33] + chunk(kind, content) + image[33:]  # right after IHDR
