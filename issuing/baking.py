"""The assertion in its picture: written with openbadges-bakery, read by our own careful eyes."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from xml.etree.ElementTree import ParseError

import openbadges_bakery
import png
from defusedxml import DefusedXmlException, ElementTree

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadges"
KEYWORD_3 = b"openbadgecredential"
LARGEST_IMAGE = 10 * 1024 * 1024
LARGEST_TEXT = 1_000_000  # characters of what an image carries, unpacked
SVG_NAMESPACE = "{http://openbadges.org}"


class CannotBake(ValueError):
    """The art is not a PNG that can carry an assertion."""


class Trouble(Enum):
    """Why nothing can be read from a file."""

    TOO_LARGE = "too large"
    NOT_AN_IMAGE = "not an image"
    BROKEN = "broken"
    NOTHING_BAKED = "nothing baked"
    NOT_TEXT = "not text"
    OPEN_BADGES_3 = "open badges 3"


class CannotUnbake(ValueError):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Baked:
    """What a picture carries: a document, a signed text or, in old badges, an address."""

    text: str
    picture: bytes  # the same file without what it carries


def bake(image: bytes, text: str) -> bytes:
    """The PNG with `text` in it. Pixels, palette, profile and every other chunk stay as they are.

    A PNG that carried an assertion carries only this one afterwards.
    """
    if len(image) > LARGEST_IMAGE:
        raise CannotBake("The art is too large.")
    if not image.startswith(SIGNATURE):
        # The bakery answers None to what it does not know.
        raise CannotBake("The art is not a PNG.")
    baked = io.BytesIO()
    try:
        openbadges_bakery.bake(io.BytesIO(image), text, baked)
    except (png.FormatError, png.ChunkError, StopIteration, struct.error, EOFError) as error:
        raise CannotBake(f"The art is a broken PNG: {error}") from error
    return baked.getvalue()


def unbake(image: bytes) -> Baked:
    """What a PNG or SVG from anywhere carries. Refuses with a reason, whatever it is fed."""
    if len(image) > LARGEST_IMAGE:
        raise CannotUnbake(Trouble.TOO_LARGE)
    if image.startswith(SIGNATURE):
        return _unbake_png(image)
    if b"<svg" in image[:4096]:
        return Baked(_unbake_svg(image), b"")
    raise CannotUnbake(Trouble.NOT_AN_IMAGE)


def chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, each checked. A file that breaks off or was damaged is refused."""
    at = len(SIGNATURE)
    while True:
        header = image[at : at + 8]
        if len(header) < 8:
            raise CannotUnbake(Trouble.BROKEN)
        length, kind = struct.unpack(">I4s", header)
        content = image[at + 8 : at + 8 + length]
        tail = image[at + 8 + length : at + 12 + length]
        if len(content) < length or len(tail) < 4:
            raise CannotUnbake(Trouble.BROKEN)
        if zlib.crc32(kind + content) != struct.unpack(">I", tail)[0]:
            raise CannotUnbake(Trouble.BROKEN)
        yield kind, content
        if kind == b"IEND":
            return
        at += 12 + length


def _unbake_png(image: bytes) -> Baked:
    carried, legacy, is_3 = None, None, False
    rest = [SIGNATURE]
    for kind, content in chunks(image):
        keyword, null, body = content.partition(b"\0")
        if kind in {b"iTXt", b"tEXt"} and null and keyword in {KEYWORD, KEYWORD_3}:
            if keyword == KEYWORD_3:
                is_3 = True
            elif kind == b"iTXt" and carried is None:
                carried = body
            elif kind == b"tEXt" and legacy is None:
                legacy = body
            continue
        checksum = zlib.crc32(kind + content)
        rest.append(struct.pack(">I4s", len(content), kind) + content)
        rest.append(struct.pack(">I", checksum))
    if carried is not None:
        return Baked(_international_text(carried), b"".join(rest))
    if legacy is not None:
        return Baked(_text(legacy), b"".join(rest))
    raise CannotUnbake(Trouble.OPEN_BADGES_3 if is_3 else Trouble.NOTHING_BAKED)


def _international_text(body: bytes) -> str:
    """The text of an iTXt chunk after its keyword (PNG 1.2, section 4.2.3.3)."""
    if len(body) < 2:
        raise CannotUnbake(Trouble.BROKEN)
    is_compressed, method = body[0], body[1]
    _language, found, after = body[2:].partition(b"\0")
    _translated, also_found, text = after.partition(b"\0")
    if not (found and also_found) or is_compressed > 1 or (is_compressed and method):
        raise CannotUnbake(Trouble.BROKEN)
    if is_compressed:
        # Not allowed when baking, but done by some. The limit keeps a bomb from going off.
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(text, 4 * LARGEST_TEXT)
        except zlib.error:
            raise CannotUnbake(Trouble.BROKEN) from None
        if unpacker.unconsumed_tail:
            raise CannotUnbake(Trouble.TOO_LARGE)
    return _text(text)


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise CannotUnbake(Trouble.NOT_TEXT) from None
    if len(text) > LARGEST_TEXT:
        raise CannotUnbake(Trouble.TOO_LARGE)
    return text.strip()


def _unbake_svg(image: bytes) -> str:
    try:
        for _event, element in ElementTree.iterparse(io.BytesIO(image), forbid_dtd=False):
            if element.tag == f"{SVG_NAMESPACE}assertion":
                text = (element.text or "").strip() or element.get("verify", "").strip()
                return _text(text.encode("utf-8", "surrogatepass"))
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        if isinstance(error, CannotUnbake):
            raise
        raise CannotUnbake(Trouble.BROKEN) from None
    raise CannotUnbake(Trouble.NOTHING_BAKED)
