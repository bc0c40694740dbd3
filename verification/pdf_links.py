"""Reads the addresses in an untrusted PDF: those in its keywords, and those that its pages link to.

No Django: it runs in a process of its own, which alone loads pikepdf.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator

import pikepdf

from submissions.metadata.pdf import MAX_OBJECTS  # with it come the limits against bombs

MOST_PAGES = 60
MOST_LINKS_OF_A_PAGE = 300
MOST_ADDRESSES = 1_200
LONGEST_ADDRESS = 500
LONGEST_KEYWORDS = 200_000
# What a hostile file can make pikepdf raise.
_PROBLEMS = (
    pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    NotImplementedError, OverflowError, MemoryError,
)  # fmt: skip


class PdfNotReadable(ValueError):
    """It is damaged, far too complicated, or it needs a password."""

    def __init__(self, *, needs_password: bool = False) -> None:
        super().__init__("needs a password" if needs_password else "not readable")
        self.needs_password = needs_password


def read(data: bytes) -> tuple[str, bytes]:
    """("", JSON of the addresses), or why it can't be read: "password" or "damage"."""
    try:
        return "", json.dumps(addresses_in(data)).encode()
    except PdfNotReadable as error:
        return "password" if error.needs_password else "damage", b""


def addresses_in(data: bytes) -> list[str]:
    """The addresses, each once, the keywords' first. Raises only PdfNotReadable."""
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if len(pdf.objects) > MAX_OBJECTS:
                raise PdfNotReadable
            found = itertools.chain(_keywords(pdf), _links(pdf))
            return list(dict.fromkeys(itertools.islice(found, MOST_ADDRESSES)))
    except pikepdf.PasswordError:
        raise PdfNotReadable(needs_password=True) from None
    except PdfNotReadable:
        raise
    except _PROBLEMS:
        raise PdfNotReadable from None


def _keywords(pdf: pikepdf.Pdf) -> Iterator[str]:
    keywords = pdf.trailer.get("/Info", {}).get("/Keywords", "")
    for word in re.split(r"[\s,;]+", str(keywords)[:LONGEST_KEYWORDS]):
        if 0 < len(word) <= LONGEST_ADDRESS:
            yield word


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in itertools.islice(pdf.pages, MOST_PAGES):
        annotations = page.obj.get("/Annots", [])
        if not isinstance(annotations, pikepdf.Array):
            continue
        for number in range(min(len(annotations), MOST_LINKS_OF_A_PAGE)):
            if address := _link(annotations[number]):
                yield address


def _link(annotation: object) -> str:
    action = annotation.get("/A") if isinstance(annotation, pikepdf.Dictionary) else None
    address = action.get("/URI") if isinstance(action, pikepdf.Dictionary) else None
    text = str(address) if isinstance(address, pikepdf.String) else ""
    return text if len(text) <= LONGEST_ADDRESS else ""
