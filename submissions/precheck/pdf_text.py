"""The words of a PDF, as far as its fonts say which letters they draw. No Django."""

from __future__ import annotations

import io
import re

import pikepdf

from submissions.metadata import PasswordProtected, Unreadable

MOST_PAGES = 200
# Between two pieces of a line, in thousandths of the size of the letters.
_WORD_GAP = -180


def text_of(data: bytes, *, most: int) -> str:
    """Raises Unreadable or PasswordProtected."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            texts, length = [], 0
            for page in document.pages[:MOST_PAGES]:
                texts.append(_text_of_page(page))
                length += len(texts[-1])
                if length > most:
                    break
    except pikepdf.PasswordError as error:
        raise PasswordProtected from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable from error
    return "\n".join(texts)


def _text_of_page(page: pikepdf.Page) -> str:
    fonts = _fonts_of(page)
    font: dict[bytes, str] | None = None
    words: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            font = fonts.get(str(operands[0]))
        elif name in {"Td", "TD", "T*", "Tm", "ET"}:
            words.append("\n")
        elif name in {"Tj", "'", '"'}:
            words.append(_letters(operands[-1], font))
        elif name == "TJ":
            for piece in operands[0]:
                if isinstance(piece, pikepdf.String):
                    words.append(_letters(piece, font))
                elif float(piece) < _WORD_GAP:
                    words.append(" ")
    # A new line often begins within a word, a new position with the same word never does.
    return re.sub(r"\n+", "\n", "".join(words))


def _fonts_of(page: pikepdf.Page) -> dict[str, dict[bytes, str] | None]:
    fonts = page.resources.get("/Font", {}) if "/Resources" in page else {}
    return {str(name): _map_of(font) for name, font in fonts.items()}


def _map_of(font: pikepdf.Object) -> dict[bytes, str] | None:
    """Code to letters, as the font's ToUnicode says; None without one."""
    stream = font.get("/ToUnicode")
    if stream is None or not hasattr(stream, "read_bytes"):
        return None
    text = stream.read_bytes().decode("latin-1")
    letters: dict[bytes, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
        for code, to in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            letters[bytes.fromhex(code)] = _utf16(to)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
        _add_ranges(letters, block)
    return letters or None


def _add_ranges(letters: dict[bytes, str], block: str) -> None:
    pattern = r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])"
    for first, last, to, several in re.findall(pattern, block, re.DOTALL):
        start, end, size = int(first, 16), int(last, 16), len(first) // 2
        names = re.findall(r"<([0-9A-Fa-f]+)>", several)
        for number, code in enumerate(range(start, min(end, start + 0xFFFF) + 1)):
            if to:
                letter = _utf16(to)
                letters[code.to_bytes(size, "big")] = letter[:-1] + chr(ord(letter[-1]) + number)
            elif number < len(names):
                letters[code.to_bytes(size, "big")] = _utf16(names[number])


def _utf16(hexadecimal: str) -> str:
    return bytes.fromhex(hexadecimal.zfill(4)).decode("utf-16-be", "replace") or "?"


def _letters(string: pikepdf.Object, font: dict[bytes, str] | None) -> str:
    raw = bytes(string)
    if font is None:
        return raw.decode("cp1252", "replace")
    size = len(next(iter(font)))
    codes = (raw[at : at + size] for at in range(0, len(raw), size))
    return "".join(font.get(code, "") for code in codes)
