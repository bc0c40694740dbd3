"""What the values of a column look like: addresses, days, names, links, yes and no."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from awarding.lists.columns import is_address, split_address
from awarding.lists.evidence_links import links_in
from awarding.lists.fillers import means_never
from awarding.models import ColumnField
from openbadges import text
from spreadsheets.dates import parse_date
from spreadsheets.words import normalize

_LINK = re.compile(r"https?://\S+|www\.\S+\.\S+", re.IGNORECASE)
_NUMBER = re.compile(r"[<>≥≤~]?\s*[+-]?[\d.,]+\s*[%*]?(\s*/\s*[\d.,]+)?")
# In lower case, without accents and punctuation.
YES = {
    "1", "yes", "y", "true", "t", "x", "✓", "✔", "☑", "pass", "passed", "p", "complete",
    "completed",
    "done", "earned", "awarded", "attended", "present", "approved", "met", "ok", "si", "s",
    "verdadero", "aprobado", "aprobada", "completado", "completada", "completo", "terminado",
    "accepted", "active", "checked in", "graduated", "obtenida", "obtenido", "asistio",
    "presente", "cumple", "cumplio",
}  # fmt: skip
NO = {
    "0", "no", "n", "false", "f", "fail", "failed", "incomplete", "not complete", "not completed",
    "not yet", "not earned", "not met", "not passed", "did not pass", "absent", "in progress",
    "not started", "started", "pending", "withdrawn", "dropped", "denied", "declined", "na", "n a",
    "none", "a", "abs", "excused", "no show", "revoked", "rejected", "expired", "inactive",
    "enrolled", "registered", "attending", "not attending", "canceled", "cancelled", "waitlisted",
    "inscrito", "inscrita", "cancelado", "cancelada", "falso", "reprobado",
    "reprobada", "no aprobado", "no aprobada", "incompleto",
    "incompleta", "en curso", "en progreso", "pendiente", "ausente", "no asistio", "no cumple",
}  # fmt: skip
_SUFFIXES = {
    "jr", "sr", "ii", "iii", "iv", "phd", "ph d", "edd", "ed d", "md", "ma", "ms", "mba", "med",
    "m ed", "esq", "rn", "lcsw", "nbct", "ba", "bs", "dds",
}  # fmt: skip
_PART = re.compile(r"[\d.,]+\s*%|\d+\s*(?:/|of|out of|de)\s*\d+", re.IGNORECASE)
_PARTICLES = {
    "de", "del", "la", "las", "los", "el", "al", "da", "do", "dos", "das", "di", "van", "von",
    "der", "den", "ter", "st", "san", "santa", "le", "du", "bin", "ibn", "mac", "mc", "o", "y",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def fits(value: str, field: ColumnField) -> bool:
    """Whether the value can be one of the field."""
    if field == ColumnField.EMAIL:
        return is_address(split_address(value)[0])
    if field in {ColumnField.DAY, ColumnField.EXPIRES}:
        # A year or a short number alone is a score or a level as well.
        is_short = value.strip().isdigit() and len(value.strip()) < 5
        if field == ColumnField.EXPIRES and means_never(value):
            return True
        return not is_short and parse_date(value)[0] is not None
    if field in {ColumnField.NAME, ColumnField.FIRST_NAME, ColumnField.LAST_NAME}:
        return is_name(value)
    if field in {ColumnField.EVIDENCE, ColumnField.PUBLIC_LINK}:
        return all(map(_LINK.fullmatch, links_in(value)))
    return True


def is_name(value: str) -> bool:
    """Whether it can be a person's name: mostly letters, and no date, link or address."""
    words = value.strip()
    letters = sum(letter.isalpha() for letter in words)
    if letters <= sum(letter.isdigit() for letter in words) or len(words) > 150:
        return False
    if "@" in words or "//" in words or parse_date(words)[0] is not None:
        return False
    return not says_yes_or_no(words) or len(normalize(words)) <= 2


def is_number(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value.strip()))


def number_in(value: str) -> Decimal | None:
    """The first number of “85%”, “8 / 10” or “1,512”; None if it is no number."""
    if not is_number(value):
        return None
    found = re.search(r"[+-]?\d[\d.,]*", value)
    if not found:
        return None
    # A comma before three digits separates thousands; another one is a decimal comma.
    words = re.sub(r",(?=\d{3}(\D|$))", "", found[0].rstrip(".,")).replace(",", ".")
    return Decimal(words) if words.count(".") < 2 else None


def says_yes_or_no(value: str) -> bool:
    return says_yes(value) or key_of(value) in NO or normalize(value) in NO


def says_yes(value: str) -> bool:
    return key_of(value) in YES or normalize(value) in YES


def key_of(value: str) -> str:
    """What values that mean the same have in common: “Yes ” and “YES”."""
    return " ".join(text.clean(value).casefold().split())


def pieces_of(value: str) -> list[str]:
    """“One” and “Two” of “One; Two”."""
    return [piece.strip() for piece in re.split(r"[;|\r\n]", value) if piece.strip()]


def is_part_of_a_whole(value: str) -> bool:
    """“85%”, “3 of 5”: how far somebody got."""
    return bool(_PART.fullmatch(value.strip()))


def is_surely_last_name_first(name: str) -> bool:
    """Also in a column of other names: “Arroyo, Ana” and “de la Cruz, María”, in two parts."""
    words = normalize(name.partition(",")[0]).split()
    is_one_name = len(words) == 1 or (len(words) > 1 and set(words[:-1]) <= _PARTICLES)
    return is_one_name and first_name_first(name) is not None


def first_name_first(name: str) -> str | None:
    """“Ana Arroyo” for “Arroyo, Ana”; None if the name is not written so."""
    parts = [part.strip() for part in name.split(",")]
    ending = ""
    while len(parts) > 1 and normalize(parts[-1]) in _SUFFIXES:
        ending = f", {parts.pop()}{ending}"
    if len(parts) != 2 or not all(is_name(part) for part in parts):
        return None
    return f"{parts[1]} {parts[0]}{ending}"
