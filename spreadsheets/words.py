"""Compares what people write in cells, however they write it. No Django."""

from __future__ import annotations

import re
import unicodedata

_MOST_OF_AN_ADDRESS = 320
_LOOKED_AT = 4_000  # characters at the beginning of a cell
_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+")
# The words that headings of a column of addresses are made of, in English and Spanish.
_ADDRESS_WORDS = frozenset({"email", "mail", "correo", "recipient", "destinatario"})
_MAY_NAME_ADDRESSES = re.compile("mail|correo|recipient|destinatario", re.IGNORECASE)
_WORDS_AROUND = frozenset(
    [
        "a", "address", "addresses", "alternate", "business", "contact", "de", "del", "direccion",
        "e", "educator", "el", "electronico", "employee", "escolar", "escuela", "estudiante",
        "home", "id", "identifier", "la", "learner", "member", "of", "official", "or",
        "participant", "participante", "person", "persona", "personal", "preferred", "primary",
        "principal", "school", "secondary", "staff", "student", "teacher", "the", "trabajo",
        "user", "username", "work", "your",
    ]
)  # fmt: skip
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_HEADING = 60


def normalize(words: str, *, keep: str = "") -> str:
    """Lowercase, without accents, and without punctuation except the characters to keep."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    spaced = "".join(c if c.isalnum() or c in keep else " " for c in bare)
    return " ".join(spaced.split())


def has_address(cell: str) -> bool:
    """Whether there is an email address in the cell. Its rules are not checked closely."""
    start = cell.find("@", 0, _LOOKED_AT)
    while start != -1:
        name_ends_here = start and (cell[start - 1].isalnum() or cell[start - 1] in "_-+.'")
        if name_ends_here and _DOMAIN.match(cell, start + 1, start + _MOST_OF_AN_ADDRESS):
            return True
        start = cell.find("@", start + 1, _LOOKED_AT)
    return False


def is_address(cell: str) -> bool:
    """Whether the cell is an address or several, and no sentence with one: “Ana <ana@…>; ben@…”."""
    if "@" not in cell:
        return False
    pieces = [piece.strip() for piece in re.split("[,;]", cell[:_LOOKED_AT]) if "@" in piece]
    return any(has_address(piece) for piece in pieces) and all(
        piece.endswith(">") or len(piece.removeprefix("mailto:").split()) == 1 for piece in pieces
    )


def names_addresses(cell: str) -> bool:
    """Whether the cell is a heading of a column of addresses: “E-mail”, “StudentEmail”."""
    if len(cell) > _LONGEST_HEADING or "@" in cell or not _MAY_NAME_ADDRESSES.search(cell):
        return False
    words = normalize(_CAMEL_CASE.sub(" ", cell)).replace("e mail", "email").split()
    return not _ADDRESS_WORDS.isdisjoint(words) and _WORDS_AROUND.union(_ADDRESS_WORDS).issuperset(
        words
    )
