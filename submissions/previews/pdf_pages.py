"""Pages of a PDF as pictures, and their words. No Django: it runs in the sandbox."""

from __future__ import annotations

import io
import math

import pypdfium2 as pdfium

from submissions.metadata import Unreadable

# Wide enough to read small print on a large screen.
WIDTH = 1100
MOST_PIXELS = 4_000_000
QUALITY = 78
MOST_WORDS_OF_A_PAGE = 20_000  # characters


def pages(data: bytes, *, first: int, most: int) -> tuple[dict, bytes]:
    """Up to `most` pages from number `first` on, one after the other, as WebP.

    The value has the `count` of all pages, and for each picture its number, width, height and
    size in bytes. A page that can't be drawn is left out. Raises Unreadable.
    """
    with _opened(data) as document:
        count = len(document)
        facts, pictures = [], io.BytesIO()
        for number in range(first, min(first + most, count + 1)):
            drawn = _drawn(document, number)
            if drawn is not None:
                width, height, picture = drawn
                facts.append([number, width, height, len(picture)])
                pictures.write(picture)
    return {"count": count, "pages": facts}, pictures.getvalue()


def words(data: bytes, *, most: int) -> list[dict]:
    """The words of the first pages, as far as the PDF has them. Raises Unreadable."""
    parts = []
    with _opened(data) as document:
        for number in range(1, min(most, len(document)) + 1):
            try:
                page = document[number - 1]
                text = page.get_textpage().get_text_bounded()
            except pdfium.PdfiumError:
                continue
            text = text.replace("\r\n", "\n").replace("\0", "").strip()
            if text:
                parts.append({"kind": "page", "number": number, "text": _cut(text)})
    return parts


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        document.init_forms()
    except pdfium.PdfiumError as error:
        raise Unreadable from error
    return document


def _drawn(document: pdfium.PdfDocument, number: int) -> tuple[int, int, bytes] | None:
    try:
        page = document[number - 1]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            return None
        scale = min(WIDTH / width, math.sqrt(MOST_PIXELS / (width * height)))
        picture = page.render(scale=scale).to_pil().convert("RGB")
    except (pdfium.PdfiumError, ValueError):
        return None
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=2)
    return picture.width, picture.height, out.getvalue()


def _cut(text: str) -> str:
    return text[:MOST_WORDS_OF_A_PAGE]
