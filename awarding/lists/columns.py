"""Parse a list of people, with many spellings of column headings and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from itertools import chain, islice
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from awarding.lists import fillers
from awarding.states import RowProblem
from issuing.awards.operations.granting import LONGEST_NARRATIVE
from mail.no_mailbox import validate_mailbox
from openbadges import text
from spreadsheets.dates import are_days_in_utc, parse_date
from spreadsheets.file_formats import Line, Unreadable
from spreadsheets.words import normalize

LONGEST_NAME = 150
# Wrong addresses are saved too, so that they can be shown, but not beyond this length.
LONGEST_ADDRESS = 320
LONGEST_DAY = 60
# Rows that may come before the headings: the title of a report, a date, an empty line.
MAX_ROWS_BEFORE_HEADINGS = 10
# Longer texts are cut off when saved: they are refused anyway.
LONGEST_SAVED = 2 * LONGEST_NARRATIVE

# English and Spanish headings, in lower case, without accents and punctuation.
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
        last name, last, surname, family name, apellido, apellidos, apellido s, primer apellido,
        apellido paterno, paternal surname, paternal last name, apellido 1, last name 1
    """,
    "middle_name": "middle name, middle, middle initial, segundo nombre",
    "further_last_name": """
        second last name, second surname, segundo apellido, apellido materno, maternal surname,
        maternal last name, mother s last name, apellido 2, last name 2
    """,
    "suffix": "suffix, name suffix, generational suffix, sufijo",
    # Becomes public with the badge. So never a note, a comment or a reason: they can be private.
    "narrative": """
        narrative, text, what they did, evidence narrative, public text, narrativa, texto, que hizo,
        que hicieron, texto publico
    """,
    "day": """
        date, day, earned, earned on, date earned, awarded, awarded on, award date, date awarded,
        issued, issued on, issued at, issue date, earned at, awarded at, completed at, completed,
        completed on, completion date, date completed,
        date of completion, fecha, dia, obtenida, obtenida el, fecha de obtencion, otorgada,
        otorgada el, fecha de otorgamiento, fecha de emision, completado, terminado,
        fecha de finalizacion, fecha de termino
    """,
}
# Of a question in a survey: “1. Email”, “Q2_Name”, “(3) Date”.
_NUMBERING = re.compile(r"^\W*(?:q\s?\d{1,3}(?=\W|_)|\d{1,3}(?=[.):\]]))[\W_]*", re.IGNORECASE)
_NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def fields_by_heading(more_headings: Mapping[str, str]) -> dict[str, str]:
    """Map each heading to its field. `more_headings` adds fields, or headings of known fields."""
    return {
        " ".join(heading.split()).replace("e mail", "email"): name
        for headings_by_field in (HEADINGS, more_headings)
        for name, headings in headings_by_field.items()
        for heading in headings.split(",")
    }


@dataclass
class ParsedRow:
    """One person of the list. `problem` is a RowProblem, or empty."""

    line: int
    email: str = ""
    name: str = ""
    narrative: str = ""
    ids_given: str = ""
    evidence_given: str = ""
    # As in AwardListRow.
    evidence: list[tuple[str, bool]] = field(default_factory=list)
    day_given: str = ""
    earned_on: date | None = None
    expires_given: str = ""
    expires_on: date | None = None
    problem: str = ""


@dataclass
class ListReader:
    """Parses a list: iterate over `rows()` once; `columns` and `reads_day_first` are set then."""

    fields: ClassVar[dict[str, str]] = fields_by_heading({})

    lines: Iterator[Line]
    columns: dict = field(default_factory=dict)
    reads_day_first: bool = False
    # Fields whose dates are written with the day first, and those of which a person said how.
    day_first: set[str] = field(default_factory=set)
    order_known: set[str] = field(default_factory=set)
    # Fields whose column has days that another program wrote as midnight in UTC.
    _days_in_utc: set[str] = field(default_factory=set)

    def rows(self) -> Iterator[ParsedRow]:
        headings = self._find_headings()
        if headings:
            indexes = column_indexes(headings, self.fields)
            self._remember_columns(headings, indexes)
            self._compare_days(indexes)
            rows = (self._parse(line, cells, indexes) for line, cells in self.lines)
        else:
            rows = self._parse_without_headings()
        yield from rows

    def is_heading_row(self, indexes: Mapping[str, int]) -> bool:
        """Whether a row in which these fields were found is the row of headings."""
        return "email" in indexes

    def _find_headings(self) -> list[str] | None:
        """The row of headings, if there is one; rows before it, such as a title, are skipped."""
        passed = []
        for line, cells in islice(self.lines, MAX_ROWS_BEFORE_HEADINGS):
            if self.is_heading_row(column_indexes(cells, self.fields)):
                return cells
            passed.append((line, cells))
            if any("@" in cell for cell in cells):
                break
        self.lines = chain(passed, self.lines)
        return None

    def _parse_without_headings(self) -> Iterator[ParsedRow]:
        first = next(self.lines, None)
        if first is None:
            raise Unreadable(_("There is nothing here yet. Paste or choose a list of people."))
        if is_addresses_only(first[1]):
            return self._parse_addresses(first)
        if indexes := address_and_name(first[1]):
            self._remember_columns([_("Column %s") % number for number in (1, 2)], indexes)
            lines = chain([first], self.lines)
            return (self._parse(line, cells, indexes) for line, cells in lines)
        raise Unreadable(
            _(
                "No row names a column of email addresses. Write “Email” above them; “Name”, "
                "“Date”, and “Text” can be next to it."
            )
        )

    def _remember_columns(self, headings: list[str], indexes: dict[str, int]) -> None:
        used = set(indexes.values())
        self.columns = {
            "used": {name: headings[index][:80] for name, index in indexes.items()},
            "unused": [
                heading[:80]
                for index, heading in enumerate(headings)
                if heading and index not in used
            ][:20],
        }

    def _compare_days(self, indexes: Mapping[str, int]) -> None:
        """Whether days are days in UTC shows only in the whole column."""
        columns = {name: indexes[name] for name in ("day", "expires") if name in indexes}
        if not columns:
            return
        lines: list[Line] = list(self.lines)
        self.lines = iter(lines)
        for name, index in columns.items():
            if are_days_in_utc(cells[index] for _line, cells in lines if index < len(cells)):
                self._days_in_utc.add(name)

    def _parse(self, line: int, cells: list[str], indexes: dict[str, int]) -> ParsedRow:
        def cell(name: str) -> str:
            index = indexes.get(name)
            return cells[index] if index is not None and index < len(cells) else ""

        parts = ("first_name", "middle_name", "last_name", "further_last_name", "suffix")
        name = cell("name") or " ".join(cell(part) for part in parts)
        row = ParsedRow(
            line,
            narrative=cell("narrative"),
            day_given=cell("day")[:LONGEST_DAY],
            expires_given=cell("expires")[:LONGEST_DAY],
        )
        row.email, name_in_address = split_address(cell("email"))
        row.name = " ".join((name.strip() or name_in_address).split())
        if fillers.names_nobody(row.name):
            row.name = ""
        if fillers.means_never(row.expires_given):
            row.expires_given = ""
        self._validate(row)
        return row

    def _parse_addresses(self, first: Line) -> Iterator[ParsedRow]:
        """A list of nothing but addresses, one or more per line."""
        line, cells = first
        while True:
            for cell in cells:
                # As copied from a mail program: addresses in one line, with or without names.
                for piece in re.split(r"[,;]\s*(?=[^,;]*@)", cell):
                    if piece.strip(" ,;"):
                        row = ParsedRow(line)
                        row.email, row.name = split_address(piece.strip(" ,;"))
                        self._validate(row)
                        yield row
            following = next(self.lines, None)
            if following is None:
                return
            line, cells = following

    def _validate(self, row: ParsedRow) -> None:
        """Note the first problem of the row, and make its texts safe to save and show."""
        texts = (row.email, row.name, row.narrative, row.day_given, row.expires_given)
        if not row.email:
            row.problem = RowProblem.NO_EMAIL
        elif any(text.has_unwritable_characters(value) for value in texts):
            row.problem = RowProblem.CONTROL_CHARACTERS
        elif not is_address(row.email):
            row.problem = RowProblem.BAD_EMAIL
        elif fillers.has_lost_letters(row.name):
            row.problem = RowProblem.NAME_DAMAGED
        elif len(row.name) > LONGEST_NAME:
            row.problem = RowProblem.NAME_TOO_LONG
        elif len(text.clean(row.narrative)) > LONGEST_NARRATIVE:
            row.problem = RowProblem.TEXT_TOO_LONG
        else:
            row.earned_on = self._day("day", row.day_given)
            row.expires_on = self._day("expires", row.expires_given)
            if row.day_given and row.earned_on is None:
                row.problem = RowProblem.DATE_UNREADABLE
            elif row.expires_given and row.expires_on is None:
                row.problem = RowProblem.EXPIRES_UNREADABLE
        row.email = text.clean(row.email)[:LONGEST_ADDRESS]
        row.name = text.clean(row.name)[:LONGEST_SAVED]
        row.narrative = text.clean(row.narrative)[:LONGEST_SAVED]
        row.day_given = text.clean(row.day_given)
        row.expires_given = text.clean(row.expires_given)

    def _day(self, name: str, words: str) -> date | None:
        if not words:
            return None
        found, day_first = parse_date(
            words,
            keeps_utc=name in self._days_in_utc,
            prefers_day_first=name in self.day_first,
        )
        self.reads_day_first |= day_first and name not in self.order_known
        return found


def column_indexes(headings: list[str], fields: Mapping[str, str]) -> dict[str, int]:
    """The column of each field; of two columns for one field, the first."""
    indexes: dict[str, int] = {}
    for index, heading in enumerate(headings):
        name = fields.get(normalized_heading(heading))
        if name:
            indexes.setdefault(name, index)
    # Without a column for last names, "Nombre" is the full name.
    if "last_name" not in indexes and "first_name" in indexes:
        first = indexes.pop("first_name")
        indexes.setdefault("name", first)
    return indexes


def normalized_heading(words: str) -> str:
    """As in `HEADINGS`. Programs write “StudentEmail”, “2. Full name” and “Emp #”, too."""
    in_words = _NEW_WORD.sub(" ", words) if " " not in words.strip() else words
    in_words = _NUMBERING.sub("", in_words.replace("#", " number "))
    return re.sub(r"\be mail\b", "email", normalize(in_words))


def address_and_name(cells: list[str]) -> dict[str, int] | None:
    """Columns of a row that holds an address and a name, in either order, and nothing else."""
    if len(cells) != 2 or not all(cells):
        return None
    are_addresses = [is_address(split_address(cell)[0]) for cell in cells]
    if sum(are_addresses) != 1:
        return None
    email = are_addresses.index(True)
    has_name = not any(letter.isdigit() for letter in cells[1 - email])
    return {"email": email, "name": 1 - email} if has_name else None


def is_addresses_only(cells: list[str]) -> bool:
    return all("@" in cell for cell in cells if cell)


def split_address(cell: str) -> tuple[str, str]:
    """(lowercase address, name) of “Rosa <rosa@school.example>”; no name for a bare address."""
    cell = cell.removeprefix("mailto:").strip()
    if "<" in cell:
        name, address = parseaddr(cell)
        return address.lower(), name
    return cell.strip(" ,;\"'").rstrip(".").lower(), ""


def is_address(address: str) -> bool:
    try:
        validate_mailbox(address)
    except ValidationError:
        return False
    return len(address) <= 254
