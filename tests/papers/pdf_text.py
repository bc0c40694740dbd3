"""The text of a PDF."""

from __future__ import annotations

import io
import re

import pikepdf


def text_of_pdf(pdf: bytes) -> str:
    """The text of all pages as a screen reader gets it, decoded with the ToUnicode tables."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return " ".join("".join(_texts(page)) for page in document.pages)


def _texts(page):
    tables = {
        name: _unicode(font.ToUnicode.read_bytes().decode("latin-1"))
        for name, font in page.Resources.Font.items()
        if "/ToUnicode" in font
    }
    table = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = tables.get(str(operands[0]), {})
        if str(operator) in {"Tj", "TJ"}:
            pieces = operands[0] if str(operator) == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    code = bytes(piece)
                    for at in range(0, len(code), 2):
                        yield table.get(code[at : at + 2].hex(), "?")


def _unicode(cmap):
    known = {}
    for code, text in re.findall(r"<([0-9a-fA-F]{4})>\s+<([0-9a-fA-F]+)>", cmap):
        known[code.lower()] = bytes.fromhex(text).decode("utf-16-be")
    return known
