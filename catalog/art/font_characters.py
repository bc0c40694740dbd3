"""Which characters a font can draw, read from its table "cmap" (OpenType)."""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


class CodePoints:
    """A set of code points as ranges: the fonts of all scripts take 60 kB and not 5 MB."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """`ranges` are pairs of the first and the last code point, in any order."""
        self._firsts, self._lasts = array("I"), array("I")
        for first, last in sorted(ranges):
            if self._lasts and first <= self._lasts[-1] + 1:
                self._lasts[-1] = max(last, self._lasts[-1])
            else:
                self._firsts.append(first)
                self._lasts.append(last)

    def __contains__(self, code_point: int) -> bool:
        place = bisect_right(self._firsts, code_point) - 1
        return place >= 0 and code_point <= self._lasts[place]

    def ranges(self) -> Iterator[tuple[int, int]]:
        return zip(self._firsts, self._lasts, strict=True)


@cache
def characters_in(path: Path) -> CodePoints:
    """The code points that a font, or the first one of a collection, has a glyph for."""
    return CodePoints(_in_font(path))


def _in_font(path: Path) -> Iterator[tuple[int, int]]:
    with path.open("rb") as file:
        start = 0
        if file.read(4) == b"ttcf":  # a collection, whose fonts share their characters
            start = struct.unpack(">I", _read_at(file, 12, 4))[0]
        tables = struct.unpack(">H", _read_at(file, start + 4, 2))[0]
        for number in range(tables):
            tag, offset, length = struct.unpack(
                ">4s4xII", _read_at(file, start + 12 + 16 * number, 16)
            )
            if tag == b"cmap":
                yield from _in_cmap(_read_at(file, offset, length))
                return


def _read_at(file, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _in_cmap(cmap: bytes) -> Iterator[tuple[int, int]]:
    """Ranges of the subtables of formats 12 and 4 (OpenType, "cmap")."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    for number in range(count):
        (start,) = struct.unpack_from(">I", cmap, 4 + 8 * number + 4)
        (kind,) = struct.unpack_from(">H", cmap, start)
        if kind == 12:
            (groups,) = struct.unpack_from(">I", cmap, start + 12)
            for first, last, _glyph in struct.iter_unpack(
                ">III", cmap[start + 16 : start + 16 + 12 * groups]
            ):
                yield first, last
        elif kind == 4:
            yield from _in_segments(cmap, start)


def _in_segments(cmap: bytes, start: int) -> Iterator[tuple[int, int]]:
    (doubled,) = struct.unpack_from(">H", cmap, start + 6)
    segments = doubled // 2
    lasts, firsts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", cmap, start + at)
        for at in (14, 16 + doubled, 16 + 2 * doubled, 16 + 3 * doubled)
    )
    for number, (first, last, delta, offset) in enumerate(
        zip(firsts, lasts, deltas, offsets, strict=True)
    ):
        run: int | None = None  # where the characters with a glyph begin
        for character in range(first, last + 1):
            glyph = character + delta
            if offset:
                place = start + 16 + 3 * doubled + 2 * number + offset + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", cmap, place)
            if glyph & 0xFFFF and character != 0xFFFF:
                run = character if run is None else run
            elif run is not None:
                yield run, character - 1
                run = None
        if run is not None:
            yield run, last
