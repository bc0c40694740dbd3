"""Bakes badges into PNG and SVG images, and reads them from untrusted files.

One image can carry a badge as Open Badges 2.0 and as 3.0. Both are spliced in, so that every other
byte of the image is unchanged.
Sources: Open Badges Baking Specification 2.0; Open Badges 3.0, "Baked Badge".
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from openbadges import svg_carriers
from openbadges.svg_carriers import NotSvg

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER_END = len(SIGNATURE) + 25
_NOT_CHARACTERS = re.compile("[\0\ud800-\udfff]")
KEYWORD_V2 = b"openbadges"
KEYWORD_V3 = b"openbadgecredential"
_TEXT_CHUNKS = {b"iTXt", b"tEXt", b"zTXt"}
LARGEST_IMAGE = 10 * 1024 * 1024
LARGEST_TEXT = 1_000_000  # characters of one baked badge, decompressed
MOST_CHUNKS = 20_000  # of a PNG; an image of 10 MB has some thousand


class CannotBake(ValueError):
    """The badge cannot be baked into this image. The message says why."""


class UnbakeProblem(Enum):
    """Why no badge can be read from a file."""

    TOO_LARGE = "too large"
    NOT_AN_IMAGE = "not an image"
    TOO_MANY_PARTS = "too many parts"
    BROKEN = "broken"
    NOTHING_BAKED = "nothing baked"
    NOT_TEXT = "not text"


class CannotUnbake(ValueError):
    def __init__(self, problem: UnbakeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Baked:
    """The badges found in an image. A version that is missing is an empty string."""

    v2: str  # Open Badges 2.0: JSON, a JWS or, in old badges, a URL
    v3: str  # Open Badges 3.0: JSON with its proof, or a VC-JWT
    picture: bytes  # the PNG without its badges; empty for an SVG
    repeated: bool = False  # it carries more than one badge of a version; the first was read


def bake(image: bytes, text: str) -> bytes:
    """Bake one Open Badges 2.0 badge into a PNG, replacing any badge it carries."""
    return bake_png(image, v2=text)


def bake_png(image: bytes, *, v2: str | None = None, v3: str | None = None) -> bytes:
    """Bake these badges into a PNG, replacing any that it carries. May raise CannotBake."""
    return PngArt(image).bake(v2=v2, v3=v3)


class PngArt:
    """A PNG that was checked once, to bake many badges into. Creating it may raise CannotBake."""

    def __init__(self, image: bytes) -> None:
        _check_size(image)
        if not image.startswith(SIGNATURE):
            raise CannotBake("The art is not a PNG.")
        try:
            parsed = _parse_png(image)
        except CannotUnbake:
            raise CannotBake("The art is a broken PNG: it breaks off or was damaged.") from None
        if not parsed.has_image_data:
            raise CannotBake("The art is a broken PNG: it holds no picture.")
        # The first chunk is always the header; text may follow it (PNG 1.2, section 4.3).
        self._header = parsed.picture[:_HEADER_END]
        self._rest = parsed.picture[_HEADER_END:]

    def bake(self, *, v2: str | None = None, v3: str | None = None) -> bytes:
        """The PNG with these badges, each in an iTXt chunk after the header. Raises CannotBake."""
        carriers = [
            _chunk(b"iTXt", keyword + b"\0\0\0\0\0" + _validated(text).encode())
            for keyword, text in ((KEYWORD_V3, v3), (KEYWORD_V2, v2))
            if text is not None
        ]
        return b"".join([self._header, *carriers, self._rest])


def bake_svg(
    svg: bytes, *, v2: str | None = None, v2_id: str | None = None, v3: str | None = None
) -> bytes:
    """Bake these badges into an SVG, replacing any that it carries. May raise CannotBake.

    `v2_id` is the id of the 2.0 assertion, written as the `verify` attribute.
    """
    _check_size(svg)
    for text in (v2, v3):
        if text is not None:
            _validated(text)
    try:
        return svg_carriers.write(svg, v2=v2, v2_id=v2_id, v3=v3)
    except NotSvg as error:
        raise CannotBake(str(error)) from None


def unbake(image: bytes) -> Baked:
    """Read the badges from an untrusted PNG or SVG. Raises only CannotUnbake, for any input."""
    if len(image) > LARGEST_IMAGE:
        raise CannotUnbake(UnbakeProblem.TOO_LARGE)
    if image.startswith(SIGNATURE):
        parsed = _parse_png(image)
        v2, v3 = (_text(parsed.text(keyword)) for keyword in (KEYWORD_V2, KEYWORD_V3))
        baked = Baked(v2, v3, parsed.picture, parsed.is_repeated)
    elif svg_carriers.looks_like_xml(image):
        try:
            carried, is_repeated = svg_carriers.read(image), svg_carriers.is_repeated(image)
        except NotSvg as error:
            problem = UnbakeProblem.BROKEN if error.is_svg else UnbakeProblem.NOT_AN_IMAGE
            raise CannotUnbake(problem) from None
        v2, v3 = (_text(text.encode("utf-8", "surrogatepass")) for text in carried)
        baked = Baked(v2, v3, b"", is_repeated)
    else:
        raise CannotUnbake(UnbakeProblem.NOT_AN_IMAGE)
    if not (baked.v2 or baked.v3):
        raise CannotUnbake(UnbakeProblem.NOTHING_BAKED)
    return baked


def chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG as (type, content). Raises CannotUnbake if it is truncated or damaged."""
    return ((kind, bytes(content)) for _start, _end, kind, content in _iter_chunks(image))


@dataclass(frozen=True)
class _ParsedPng:
    texts: dict[tuple[bytes, bytes], bytes]  # by keyword and chunk type, undecoded
    picture: bytes
    has_image_data: bool
    is_repeated: bool

    def text(self, keyword: bytes) -> bytes:
        if (keyword, b"iTXt") in self.texts:
            return _itxt_text(self.texts[keyword, b"iTXt"])
        # Only old 2.0 badges use tEXt.
        return self.texts.get((keyword, b"tEXt"), b"") if keyword == KEYWORD_V2 else b""


def _parse_png(image: bytes) -> _ParsedPng:
    texts: dict[tuple[bytes, bytes], bytes] = {}
    kinds, rest, copied_until, end = [], [], 0, 0
    keywords: list[bytes] = []
    for start, end, kind, content in _iter_chunks(image):
        kinds.append((kind, len(content)))
        if kind not in _TEXT_CHUNKS:
            continue
        keyword, null, _rest = bytes(content[:80]).partition(b"\0")
        if null and keyword in {KEYWORD_V2, KEYWORD_V3}:
            # Of several, the first counts.
            keywords.append(keyword)
            texts.setdefault((keyword, kind), bytes(content[len(keyword) + 1 :]))
            rest.append(image[copied_until:start])
            copied_until = end
    # An image without badges is not copied chunk by chunk.
    picture = b"".join([*rest, image[copied_until:end]]) if rest else image[:end]
    has_image_data = kinds[0] == (b"IHDR", 13) and any(kind == b"IDAT" for kind, _size in kinds)
    is_repeated = len(set(keywords)) < len(keywords)
    return _ParsedPng(texts, picture, has_image_data, is_repeated)


def _iter_chunks(image: bytes) -> Iterator[tuple[int, int, bytes, memoryview]]:
    # Views, not copies: most of an image is pixel data, which is not read here.
    view, size, at = memoryview(image), len(image), len(SIGNATURE)
    for _number in range(MOST_CHUNKS):
        if at + 12 > size:
            raise CannotUnbake(UnbakeProblem.BROKEN)
        length, kind = struct.unpack_from(">I4s", image, at)
        end = at + 12 + length
        if end > size:
            raise CannotUnbake(UnbakeProblem.BROKEN)
        if zlib.crc32(view[at + 4 : end - 4]) != struct.unpack_from(">I", image, end - 4)[0]:
            raise CannotUnbake(UnbakeProblem.BROKEN)
        yield at, end, kind, view[at + 8 : end - 4]
        if kind == b"IEND":
            return
        at = end
    raise CannotUnbake(UnbakeProblem.TOO_MANY_PARTS)


def _itxt_text(body: bytes) -> bytes:
    """The text of an iTXt chunk after its keyword (PNG 1.2, section 4.2.3.3)."""
    if len(body) < 2:
        raise CannotUnbake(UnbakeProblem.BROKEN)
    is_compressed, method = body[0], body[1]
    _language, found, after = body[2:].partition(b"\0")
    _translated, also_found, text = after.partition(b"\0")
    if not (found and also_found) or is_compressed > 1 or (is_compressed and method):
        raise CannotUnbake(UnbakeProblem.BROKEN)
    if is_compressed:
        # The specification forbids compression, but some software compresses. The limit stops
        # decompression bombs.
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(text, 4 * LARGEST_TEXT)
        except zlib.error:
            raise CannotUnbake(UnbakeProblem.BROKEN) from None
        if unpacker.unconsumed_tail:
            raise CannotUnbake(UnbakeProblem.TOO_LARGE)
    return text


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise CannotUnbake(UnbakeProblem.NOT_TEXT) from None
    if len(text) > LARGEST_TEXT:
        raise CannotUnbake(UnbakeProblem.TOO_LARGE)
    return text.strip()


def _check_size(image: bytes) -> None:
    if len(image) > LARGEST_IMAGE:
        raise CannotBake("The art is too large.")


def _validated(text: str) -> str:
    if len(text) > LARGEST_TEXT:
        raise CannotBake("The badge is too long for a picture.")
    if not text or text.isspace() or _NOT_CHARACTERS.search(text):
        raise CannotBake("The badge is not a text that a picture can carry.")
    return text


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I4s", len(content), kind) + content + checksum
