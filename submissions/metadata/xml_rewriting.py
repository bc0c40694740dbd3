"""Changes single elements and attributes of an XML part and copies everything else byte by byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from submissions.metadata import Unreadable

_START_TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

Attributes = dict[str, str]
# Gets the text and where it is in the output; returns a new text, or None to drop the element.
OnText = Callable[[str, int], str | None]


@dataclass(frozen=True)
class Change:
    """What to do with an element. Without arguments, it is copied."""

    drop: bool = False  # with everything inside
    attributes: Attributes | None = None
    on_text: OnText | None = None  # for elements without children


DROP = Change(drop=True)


def local_name(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass
class Rewriter:
    """Asks `decide` about each element, by its name and attributes. None copies the element.

    Comments and processing instructions are left out. Raises Unreadable for XML that is not well
    formed or has a document type, which could define entities.
    """

    decide: Callable[[str, Attributes], Change | None]
    out: list[bytes] = field(default_factory=list)
    _data: bytes = b""
    _copied: int = 0
    _open: list[tuple[int, int, Change | None]] = field(default_factory=list)
    _depth_of_drop: int = 0  # 0: nothing is being dropped
    _text: list[str] | None = None

    def rewrite(self, data: bytes) -> bytes:
        self._data = as_utf_8(data)
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = lambda _text: self._skip(b"-->")
        parser.ProcessingInstructionHandler = lambda _target, _text: self._skip(b"?>")
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser
        try:
            parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise Unreadable from error
        self._copy_to(len(self._data))
        return b"".join(self.out)

    def _start(self, name: str, attributes: Attributes) -> None:
        start = self._parser.CurrentByteIndex
        end = _START_TAG.match(self._data, start).end()
        change = None
        if self._text is not None:  # an element that has only a text, by the standard
            raise Unreadable
        if not self._depth_of_drop:
            change = self.decide(name, attributes)
            if change and change.drop:
                self._copy_to(start)
                self._depth_of_drop = len(self._open) + 1
            elif change and change.attributes is not None:
                self._copy_to(start)
                self.out.append(_start_tag(name, change.attributes, self._is_empty(start, end)))
                self._copied = end
            if change and change.on_text:
                self._text = []
        self._open.append((start, end, change))

    def _end(self, name: str) -> None:
        start, tag_end, change = self._open.pop()
        if self._is_empty(start, tag_end):
            content_end = end = tag_end
        else:
            content_end = self._parser.CurrentByteIndex
            end = self._data.index(b">", content_end) + 1
        if self._depth_of_drop:
            if len(self._open) < self._depth_of_drop:
                self._depth_of_drop = 0
                self._copied = end
        elif change and change.on_text:
            self._finish_text(change, start, tag_end, content_end, end)

    def _finish_text(
        self, change: Change, start: int, tag_end: int, content_end: int, end: int
    ) -> None:
        text = "".join(self._text or [])
        self._text = None
        if change.attributes is None:
            self._copy_to(start)
        place = len(self.out) + (1 if change.attributes is None else 0)
        new = change.on_text(text, place) if change.on_text else text
        if new is None:
            if change.attributes is not None:
                self.out.pop()
            self._copied = end
            return
        if change.attributes is None:
            self.out.append(self._data[start:tag_end])
        if not self._is_empty(start, tag_end):
            self.out.append(
                self._data[tag_end:content_end] if new == text else escape(new).encode()
            )
            self._copied = content_end
        else:
            self._copied = tag_end

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _skip(self, closing: bytes) -> None:
        start = self._parser.CurrentByteIndex
        end = self._data.index(closing, start) + len(closing)
        if not self._depth_of_drop:
            self._copy_to(start)
            self._copied = end

    def _refuse(self, *_doctype: object) -> None:
        raise Unreadable

    def _is_empty(self, start: int, end: int) -> bool:
        return self._data[end - 2 : end] == b"/>"

    def _copy_to(self, position: int) -> None:
        if position > self._copied:
            self.out.append(self._data[self._copied : position])
            self._copied = position


def as_utf_8(data: bytes) -> bytes:
    """The same XML in UTF-8, so that positions in bytes are those of the parser."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            if encoding == "utf-8":
                return data
            return _transcoded(data, encoding)
    declared = _ENCODING.match(data)
    if declared is None or declared[1].lower() in {b"utf-8", b"us-ascii", b"ascii"}:
        return data
    return _transcoded(data, declared[1].decode())


def _transcoded(data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise Unreadable from error
    return _DECLARATION.sub('<?xml version="1.0" encoding="UTF-8"?>', text, count=1).encode()


def _start_tag(name: str, attributes: Attributes, is_empty: bool) -> bytes:
    written = "".join(
        f" {key}={quoteattr(value, {chr(10): '&#10;', chr(13): '&#13;', chr(9): '&#9;'})}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}{'/' if is_empty else ''}>".encode()
