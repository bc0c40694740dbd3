"""What a list of people says, however its columns are called and its dates are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from itertools import chain, islice
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from awarding.states import RowProblem
from issuing.awards.operations.granting import LONGEST_NARRATIVE
from openbadges import text
from spreadsheets.reading import Line, Unreadable

LONGEST_NAME = 150
# How long an address may be to be kept at all, so that a wrong one can be shown.
LONGEST_ADDRESS = 320
LONGEST_DAY = 60
# Rows above the headings: the title of a report, a date, an empty line.
MOST_BEFORE_HEADINGS = 10
# What is longer than this is not kept: it can only be refused.
MOST_KEPT = 2 * LONGEST_NARRATIVE

# Headings, in lower case and without accents or marks, in English and Spanish.
HEADINGS = {
    "email": """
        email, e mail, mail, email address, e mail address, mail address, recipient,
        recipient email, email of recipient, recipient identifier, identifier, work email,
        school email, user email, participant email, student email, correo, correo electronico,
        direccion de correo, direccion de correo electronico, correo e, e correo,
        direccion de email, correo de trabajo
    """,
    "name": """
        name, full name, recipient name, participant, participant name, learner, learner name,
        educator, educator name, teacher, teacher name, student name, display name,
        first and last name, nombre completo, nombre y apellido, nombre y apellidos, participante,
        docente, persona, nombre del participante, nombre del docente
    """,
    "first_name": "first name, first, given name, given names, forename, nombre, nombres, nombre s",
    "last_name": """
        last name, last, surname, family name, apellido, apellidos, apellido s, primer apellido
    """,
    "narrative": """
        narrative, note, notes, comment, comments, reason, description, text, what they did,
        evidence narrative, for, narrativa, nota, notas, comentario, comentarios, motivo, razon,
        descripcion, texto, por, que hizo
    """,
    "day": """
        date, day, earned, earned on, date earned, awarded, awarded on, award date, date awarded,
        issued, issued on, issue date, completed, completed on, completion date, date completed,
        date of completion, fecha, dia, obtenida, obtenida el, fecha de obtencion, otorgada,
        otorgada el, fecha de otorgamiento, fecha de emision, completado, terminado,
        fecha de finalizacion, fecha de termino
    """,
}
_MONTHS = {
    month: number
    for number, months in enumerate(
        [
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre set setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ],
        start=1,
    )
    for month in months.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ].*)?")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|o|°)?\s+(?:de\s+)?([a-z]+)\.?,?\s+(?:de\s+|del\s+)?(\d{4})"
)
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:de\s+)?(\d{4})")


def fields_by_heading(further: Mapping[str, str]) -> dict[str, str]:
    """Which field each heading names. `further` adds fields, and headings of those there are."""
    return {
        " ".join(heading.split()).replace("e mail", "email"): name
        for headings_by_field in (HEADINGS, further)
        for name, headings in headings_by_field.items()
        for heading in headings.split(",")
    }


@dataclass
class Entry:
    """One person, as the list says it."""

    line: int
    email: str = ""
    name: str = ""
    narrative: str = ""
    day_given: str = ""
    earned_on: date | None = None
    problem: str = ""


@dataclass
class Reading:
    """A list being read: iterate over `entries` once, then look at what it was read as."""

    fields: ClassVar[dict[str, str]] = fields_by_heading({})

    lines: Iterator[Line]
    columns: dict = field(default_factory=dict)
    reads_day_first: bool = False

    def entries(self) -> Iterator[Entry]:
        headings = self._headings()
        if headings:
            places = places_of(headings, self.fields)
            self._remember(headings, places)
            read = (self._entry(line, cells, places) for line, cells in self.lines)
        else:
            read = self._without_headings()
        yield from read

    def names_enough(self, places: Mapping[str, int]) -> bool:
        """Whether a row with these fields is that of the headings."""
        return "email" in places

    def _headings(self) -> list[str] | None:
        """The row that names the columns. The title of a report may stand above it."""
        passed = []
        for line, cells in islice(self.lines, MOST_BEFORE_HEADINGS):
            if self.names_enough(places_of(cells, self.fields)):
                return cells
            passed.append((line, cells))
            if any("@" in cell for cell in cells):
                break
        self.lines = chain(passed, self.lines)
        return None

    def _without_headings(self) -> Iterator[Entry]:
        first = next(self.lines, None)
        if first is None:
            raise Unreadable(_("There is nothing in it yet. Paste or choose a list of people."))
        if _is_addresses_only(first[1]):
            return self._addresses(first)
        if places := _address_and_name(first[1]):
            self._remember([_("Column %s") % number for number in (1, 2)], places)
            rows = chain([first], self.lines)
            return (self._entry(line, cells, places) for line, cells in rows)
        raise Unreadable(
            _(
                "No row names a column for e-mail addresses. Write “E-mail” above them;"
                " “Name”, “Date” and “Text” may stand beside it."
            )
        )

    def _remember(self, headings: list[str], places: dict[str, int]) -> None:
        used = {place: name for name, place in places.items()}
        self.columns = {
            "used": {name: headings[place][:80] for name, place in places.items()},
            "unused": [
                heading[:80]
                for place, heading in enumerate(headings)
                if heading and place not in used
            ][:20],
        }

    def _entry(self, line: int, cells: list[str], places: dict[str, int]) -> Entry:
        def cell(name: str) -> str:
            place = places.get(name)
            return cells[place] if place is not None and place < len(cells) else ""

        name = cell("name") or f"{cell('first_name')} {cell('last_name')}"
        entry = Entry(line, narrative=cell("narrative"), day_given=cell("day")[:LONGEST_DAY])
        entry.email, said = _address(cell("email"))
        entry.name = " ".join((name.strip() or said).split())
        self._judge(entry)
        return entry

    def _addresses(self, first: Line) -> Iterator[Entry]:
        """A bare list of addresses, one below or beside another."""
        line, cells = first
        while True:
            for cell in cells:
                # What mail programs copy: addresses in one line, with or without names.
                for piece in re.split(r"[,;]\s*(?=[^,;]*@)", cell):
                    if piece.strip(" ,;"):
                        entry = Entry(line)
                        entry.email, entry.name = _address(piece.strip(" ,;"))
                        self._judge(entry)
                        yield entry
            following = next(self.lines, None)
            if following is None:
                return
            line, cells = following

    def _judge(self, entry: Entry) -> None:
        """Say what is wrong with it, first things first, and keep it so that it can be shown."""
        words = (entry.email, entry.name, entry.narrative, entry.day_given)
        if not entry.email:
            entry.problem = RowProblem.NO_EMAIL
        elif any(text.has_unwritable_characters(each) for each in words):
            entry.problem = RowProblem.CONTROL_CHARACTERS
        elif not _is_address(entry.email):
            entry.problem = RowProblem.BAD_EMAIL
        elif len(entry.name) > LONGEST_NAME:
            entry.problem = RowProblem.NAME_TOO_LONG
        elif len(text.clean(entry.narrative)) > LONGEST_NARRATIVE:
            entry.problem = RowProblem.TEXT_TOO_LONG
        elif entry.day_given:
            entry.earned_on, day_first = read_day(entry.day_given)
            self.reads_day_first |= day_first
            if entry.earned_on is None:
                entry.problem = RowProblem.DATE_UNREADABLE
        entry.email = text.clean(entry.email)[:LONGEST_ADDRESS]
        entry.name = text.clean(entry.name)[:MOST_KEPT]
        entry.narrative = text.clean(entry.narrative)[:MOST_KEPT]
        entry.day_given = text.clean(entry.day_given)


def read_day(words: str) -> tuple[date | None, bool]:
    """The day that is meant, and whether it can only be read with the day before the month."""
    words = plain(words, keeping="/-.,:+°º")
    day_first = False
    if match := _ISO.fullmatch(words):
        year, month, day = map(int, match.groups())
    elif match := _NUMBERS.fullmatch(words):
        month, day = int(match[1]), int(match[3])
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        # 15.3.2026 is how days are written where the month never comes first.
        if month > 12 or match[2] == ".":
            month, day, day_first = day, month, match[2] != "."
    elif match := _DAY_MONTH.fullmatch(words):
        day, month, year = int(match[1]), _MONTHS.get(match[2], 0), int(match[3])
    elif match := _MONTH_DAY.fullmatch(words):
        month, day, year = _MONTHS.get(match[1], 0), int(match[2]), int(match[3])
    else:
        return None, False
    try:
        found = date(year, month, day)
    except ValueError:
        return None, False
    return (found, day_first) if found.year >= 1900 else (None, False)


# Days that read well either way, for the database: 03/04/2026, but not 03/03/2026.
TWO_WAYS = r"^(0?[1-9]|1[0-2])[-/](0?[1-9]|1[0-2])[-/](\d{4}|\d{2})$"
SAME_EITHER_WAY = r"^0?(\d+)[-/]0?\1[-/]"


def places_of(headings: list[str], fields: Mapping[str, str]) -> dict[str, int]:
    """Where each field stands; of two columns for one field, the first."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = fields.get(_heading(heading))
        if name:
            places.setdefault(name, place)
    # "Nombre" beside no family name is the whole name.
    if "last_name" not in places and "first_name" in places:
        first = places.pop("first_name")
        places.setdefault("name", first)
    return places


def _heading(words: str) -> str:
    return plain(words).replace("e mail", "email")


def _address_and_name(cells: list[str]) -> dict[str, int] | None:
    """The places in a row of nothing but an address and whose it is, in either order."""
    if len(cells) != 2 or not all(cells):
        return None
    is_address = [_is_address(_address(cell)[0]) for cell in cells]
    if sum(is_address) != 1:
        return None
    email = is_address.index(True)
    has_name = not any(letter.isdigit() for letter in cells[1 - email])
    return {"email": email, "name": 1 - email} if has_name else None


def _is_addresses_only(cells: list[str]) -> bool:
    return all("@" in cell for cell in cells if cell)


def _address(cell: str) -> tuple[str, str]:
    """(address in lower case, name) of “Rosa <rosa@school.example>” or a bare address."""
    cell = cell.removeprefix("mailto:").strip()
    if "<" in cell:
        name, address = parseaddr(cell)
        return address.lower(), name
    return cell.strip(" ,;\"'").lower(), ""


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254


def plain(words: str, *, keeping: str = "") -> str:
    """In lower case, without accents, and without marks but for those to keep."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    kept = "".join(c if c.isalnum() or c in keeping else " " for c in bare)
    return " ".join(kept.split())
