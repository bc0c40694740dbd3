"""The text of a document, for a look at names and length. No Django: it runs in the sandbox."""

from __future__ import annotations

import html
import io
import re
import zipfile

from submissions.metadata import PasswordProtected, Unreadable

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
PDF = "application/pdf"
MOST_TEXT = 1_000_000  # characters
_LARGEST_PART = 40 * 1024 * 1024
_PARTS = re.compile(
    r"(word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|ppt/(slides/slide\d+|notesSlides/notesSlide\d+)\.xml"
    r"|xl/(sharedStrings|worksheets/sheet\d+)\.xml|content\.xml)"
)
# Elements after which words are apart. Word cuts one word into several runs.
_ENDS = re.compile(
    r"</(w:p|w:tc|a:p|si|is|text:p|text:h|table:table-cell)>|<(w:br|w:tab|a:br|text:line-break)\b"
)


def reads(kind: str) -> bool:
    """Whether a file of this type has text that can be taken out."""
    return kind == PDF or kind.startswith((OOXML, ODF, "text/"))


def text_of(data: bytes, *, kind: str) -> tuple[bool, bytes]:
    """(whether the text was cut off, the text). Raises Unreadable or PasswordProtected."""
    if kind == PDF:
        from submissions.precheck import pdf_text  # pikepdf takes long to load

        text = pdf_text.text_of(data, most=MOST_TEXT)
    elif kind.startswith("text/"):
        text = data.decode("utf-8", "replace")
    else:
        text = _text_of_archive(data)
    return len(text) > MOST_TEXT, text[:MOST_TEXT].encode()


def _text_of_archive(data: bytes) -> str:
    texts, length = [], 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                if part.flag_bits & 1:
                    raise PasswordProtected
                if not _PARTS.fullmatch(part.filename) or part.file_size > _LARGEST_PART:
                    continue
                text = _text_of_xml(archive.read(part).decode("utf-8", "replace"))
                texts.append(text)
                length += len(text)
                if length > MOST_TEXT:
                    break
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise Unreadable from error
    return "\n".join(texts)


def _text_of_xml(xml: str) -> str:
    xml = _ENDS.sub(lambda found: f"\n{found[0]}", xml)
    return html.unescape(re.sub(r"<[^>]*>", "", xml))
