"""Badges in their pictures: written without touching the picture, read with careful eyes.

One picture can carry a badge twice, in the words of Open Badges 2.0 and of 3.0. openbadges-bakery
writes the 2.0 badge into a PNG; the rest is spliced in here, so that every pixel, palette, profile
and frame stays the byte it was.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import openbadges_bakery
import png

from openbadges import svg_carriers
from openbadges.svg_carriers import NotSvg

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadges"
KEYWORD_3 = b"openbadgecredential"
_TEXTS = {b"iTXt", b"tEXt", b"zTXt"}
LARGEST_IMAGE = 10 * 1024 * 1024
LARGEST_TEXT = 1_000_000  # characters of what an image carries, unpacked


class CannotBake(ValueError):
    """The art cannot carry a badge. The message says why."""


class Trouble(Enum):
    """Why nothing can be read from a file."""

    TOO_LARGE = "too large"
    NOT_AN_IMAGE = "not an image"
    BROKEN = "broken"
    NOTHING_BAKED = "nothing baked"
    NOT_TEXT = "not text"


class CannotUnbake(ValueError):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Baked:
    """What a picture carries."""

    v2: str  # Open Badges 2.0: a document, a signed text or, in old badges, an address
    v3: str  # Open Badges 3.0: a credential with its proof, or a signed text
    picture: bytes  # the same file without what it carries


def bake(image: bytes, text: str) -> bytes:
    """The PNG with this Open Badges 2.0 badge in it, and with no other."""
    return bake_png(image, v2=text)


def bake_png(image: bytes, *, v2: str | None = None, v3: str | None = None) -> bytes:
    """The PNG with these badges in it. What it carried before, it carries no longer."""
    _check_size(image)
    if not image.startswith(SIGNATURE):
        raise CannotBake("The art is not a PNG.")
    try:
        opened = _opened_png(image)
    except CannotUnbake:
        raise CannotBake("The art is a broken PNG: it breaks off or was damaged.") from None
    if not opened.is_picture:
        raise CannotBake("The art is a broken PNG: it holds no picture.")
    baked = opened.picture
    if v2 is not None:
        out = io.BytesIO()
        try:
            openbadges_bakery.bake(io.BytesIO(baked), _checked(v2), out)
        except (png.FormatError, png.ChunkError, StopIteration, struct.error, EOFError) as error:
            raise CannotBake(f"The art is a broken PNG: {error}") from error
        baked = out.getvalue()
    if v3 is not None:
        after_header = len(SIGNATURE) + 25
        carrier = _chunk(b"iTXt", KEYWORD_3 + b"\0\0\0\0\0" + _checked(v3).encode())
        view = memoryview(baked)
        baked = b"".join([view[:after_header], carrier, view[after_header:]])
    return baked


def bake_svg(
    svg: bytes, *, v2: str | None = None, v2_id: str | None = None, v3: str | None = None
) -> bytes:
    """The SVG with these badges in it, and otherwise the same text. `v2_id` is where v2 lives."""
    _check_size(svg)
    for text in (v2, v3):
        if text is not None:
            _checked(text)
    try:
        return svg_carriers.write(svg, v2=v2, v2_id=v2_id, v3=v3)
    except NotSvg as error:
        raise CannotBake(str(error)) from None


def unbake(image: bytes) -> Baked:
    """What a PNG or SVG from anywhere carries. Refuses with a reason, whatever it is fed."""
    if len(image) > LARGEST_IMAGE:
        raise CannotUnbake(Trouble.TOO_LARGE)
    if image.startswith(SIGNATURE):
        opened = _opened_png(image)
        v2, v3 = (_text(opened.text(keyword)) for keyword in (KEYWORD, KEYWORD_3))
        baked = Baked(v2, v3, opened.picture)
    elif svg_carriers.looks_like_xml(image):
        try:
            carried = svg_carriers.read(image)
        except NotSvg as error:
            trouble = Trouble.BROKEN if error.is_svg else Trouble.NOT_AN_IMAGE
            raise CannotUnbake(trouble) from None
        v2, v3 = (_text(text.encode("utf-8", "surrogatepass")) for text in carried)
        baked = Baked(v2, v3, b"")
    else:
        raise CannotUnbake(Trouble.NOT_AN_IMAGE)
    if not (baked.v2 or baked.v3):
        raise CannotUnbake(Trouble.NOTHING_BAKED)
    return baked


def chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, each checked. A file that breaks off or was damaged is refused."""
    return ((kind, bytes(content)) for _start, _end, kind, content in _spans(image))


@dataclass(frozen=True)
class _OpenedPng:
    carried: dict[tuple[bytes, bytes], bytes]  # by keyword and kind of chunk, undecoded
    picture: bytes
    is_picture: bool

    def text(self, keyword: bytes) -> bytes:
        if (keyword, b"iTXt") in self.carried:
            return _international_text(self.carried[keyword, b"iTXt"])
        # Old badges of 2.0 alone were written so.
        return self.carried.get((keyword, b"tEXt"), b"") if keyword == KEYWORD else b""


def _opened_png(image: bytes) -> _OpenedPng:
    carried: dict[tuple[bytes, bytes], bytes] = {}
    kinds, rest, kept_until, end = [], [], 0, 0
    for start, end, kind, content in _spans(image):
        kinds.append((kind, len(content)))
        if kind not in _TEXTS:
            continue
        keyword, null, _rest = bytes(content[:80]).partition(b"\0")
        if null and keyword in {KEYWORD, KEYWORD_3}:
            # A reader takes the first.
            carried.setdefault((keyword, kind), bytes(content[len(keyword) + 1 :]))
            rest.append(image[kept_until:start])
            kept_until = end
    # Of the whole there is no copy, only the file again.
    picture = b"".join([*rest, image[kept_until:end]]) if rest else image[:end]
    is_picture = kinds[0] == (b"IHDR", 13) and any(kind == b"IDAT" for kind, _size in kinds)
    return _OpenedPng(carried, picture, is_picture)


def _spans(image: bytes) -> Iterator[tuple[int, int, bytes, memoryview]]:
    # Views, not copies: a picture is mostly pixels, and nobody here looks at those.
    view, size, at = memoryview(image), len(image), len(SIGNATURE)
    while True:
        if at + 12 > size:
            raise CannotUnbake(Trouble.BROKEN)
        length, kind = struct.unpack_from(">I4s", image, at)
        end = at + 12 + length
        if end > size:
            raise CannotUnbake(Trouble.BROKEN)
        if zlib.crc32(view[at + 4 : end - 4]) != struct.unpack_from(">I", image, end - 4)[0]:
            raise CannotUnbake(Trouble.BROKEN)
        yield at, end, kind, view[at + 8 : end - 4]
        if kind == b"IEND":
            return
        at = end


def _international_text(body: bytes) -> bytes:
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
    return text


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise CannotUnbake(Trouble.NOT_TEXT) from None
    if len(text) > LARGEST_TEXT:
        raise CannotUnbake(Trouble.TOO_LARGE)
    return text.strip()


def _check_size(image: bytes) -> None:
    if len(image) > LARGEST_IMAGE:
        raise CannotBake("The art is too large.")


def _checked(text: str) -> str:
    if len(text) > LARGEST_TEXT:
        raise CannotBake("The badge is too long for a picture.")
    if not text.strip() or "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise CannotBake("The badge is not a text that a picture can carry.")
    return text


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I4s", len(content), kind) + content + checksum
