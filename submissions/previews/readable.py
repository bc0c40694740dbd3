"""What readers see of a document without opening it. No Django: it runs in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable

from submissions.precheck.document_text import ODF, OOXML, PDF, reads, text_of

MOST_WORDS = 200_000  # characters
PAGES = 50
_SHEETS = {f"{OOXML}spreadsheetml.sheet", f"{ODF}spreadsheet"}
_DOCUMENT = f"{OOXML}wordprocessingml.document"


def is_previewed(kind: str) -> bool:
    """Whether a preview is made of files of this type."""
    return reads(kind)


def has_pages(kind: str) -> bool:
    return kind == PDF


def parts(data: bytes, *, kind: str) -> tuple[None, bytes]:
    """A list of parts as JSON: tables, words, clean HTML. Raises Unreadable."""
    return None, json.dumps(_reader(kind)(data)).encode()


def _reader(kind: str) -> Callable[[bytes], list[dict]]:
    """Each of the libraries takes long to load, so only the one that is needed is."""
    if kind == PDF:
        from submissions.previews import pdf_pages

        return lambda data: pdf_pages.words(data, most=PAGES)
    if kind == _DOCUMENT:
        from submissions.previews import office_text

        return lambda data: office_text.html(data) or _words(data, kind)
    if kind in _SHEETS or kind == "text/csv":
        from submissions.previews import tables

        return tables.of_workbook if kind in _SHEETS else tables.of_text
    return lambda data: _words(data, kind)


def _words(data: bytes, kind: str) -> list[dict]:
    """Of slides and other documents nothing but the words, without their looks."""
    _was_cut, text = text_of(data, kind=kind)
    words = text.decode().replace("\0", "").strip()
    return [{"kind": "words", "text": words[:MOST_WORDS]}] if words else []
