"""Parse a table of test results.

Tables are exports of testing systems: person, test or form, date, pre-test and post-test score,
level, in any order. Most of these columns may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext as _

from awarding.ids.reading import ALL_IDS, LONGEST_ID
from awarding.lists import value_kinds
from awarding.lists.columns import (
    ListReader,
    ParsedRow,
    column_indexes,
    fields_by_heading,
    normalized_heading,
)
from awarding.scores import pairing, values
from awarding.scores.ladders import ladder_named_in
from awarding.scores.values import Score, parse_score
from awarding.states import ResultRemark, RowProblem
from openbadges import text
from spreadsheets.file_formats import Line, Unreadable

LONGEST_TEST, LONGEST_SCORE, LONGEST_LEVEL = 120, 40, 80

HEADINGS = {
    "identifier": ALL_IDS,
    "name": "student, estudiante, alumno, alumna",
    "test": """
        test, test name, assessment, assessment name, instrument, exam, exam name, subject,
        test title, modality, quiz, quiz name, prueba,
        nombre de la prueba, examen, evaluacion, materia
    """,
    "form": "form, test form, form number, test form number, form code, forma, formulario",
    # Says which test of two the row is about, in tables with a row for each test.
    "moment": """
        pre post, pre or post, pre o post, pre post test, pretest posttest, pre test post test,
        pre post indicator, test type, type of test, test kind, testing type, assessment type,
        test stage, testing window, tipo de prueba, tipo de examen, momento
    """,
    "day": """
        test date, post test date, posttest date, date of test, date tested, post date,
        assessment date, test start date, start date, date taken, taken on, timestamp,
        submitted at, marca temporal, fecha de la prueba, fecha del examen, fecha de la evaluacion
    """,
    "pre": """
        pre, pretest, pre test, pre score, pretest score, pre test score, pretest scale score,
        pre test scale score, before, score before, initial score, first score, entry score,
        antes, puntaje inicial, puntuacion inicial, puntaje antes, pre prueba
    """,
    "post": """
        post, posttest, post test, post score, posttest score, post test score, score, scale score,
        scaled score, posttest scale score, post test scale score, after, score after, final score,
        latest score, result, overall scale score, overall score, total score, rit, rit score,
        test rit score, quiz score, grade, points, points earned, despues, puntaje,
        puntuacion, calificacion, puntaje final, puntuacion final, resultado, post prueba
    """,
    # Next to a score, the same in percent; else it is the score.
    "percent": """
        percent, percentage, percent correct, percent score, percentage score, score percent,
        correct, pct, pct correct, score in percent, porcentaje, porcentaje de aciertos
    """,
    "most": """
        out of, max score, maximum score, max points, maximum points, points possible,
        possible points, total points, total possible, puntaje maximo, puntos posibles
    """,
    "level": """
        level, efl, nrs level, nrs efl, post nrs level, nrs, esl level, abe level, elpac level,
        educational functioning level, post level, posttest level, post test level, level reached,
        cefr, cefr level, mcer, nivel mcer, proficiency level, overall level, performance level,
        achievement level, overall performance level, nivel, nivel alcanzado, nivel nrs
    """,
}
# Where a table has raw scores or percents as well, these are what rules are about.
_SCALE_SCORES = {
    "scale score", "scaled score", "overall scale score", "overall score", "rit", "rit score",
    "test rit score", "post test scale score", "posttest scale score",
}  # fmt: skip


@dataclass
class Result(ParsedRow):
    """One person's result of one test."""

    test: str = ""
    form: str = ""
    pre_given: str = ""
    post_given: str = ""
    level: str = ""
    ladder: str = ""
    remark: str = ""
    identifier: str = ""
    moment: str = ""  # of pairing
    pre_line: int | None = None

    @property
    def pre(self) -> Score | None:
        return parse_score(self.pre_given)

    @property
    def post(self) -> Score | None:
        return parse_score(self.post_given)

    @property
    def test_name(self) -> str:
        """The name for people: the test, or its form if only that is given."""
        return self.test or self.form

    @property
    def full_test(self) -> str:
        return f"{self.test} {self.form}".strip()

    @property
    def has_result(self) -> bool:
        has_level = bool(self.level) and not values.is_absent(self.level)
        score = self.pre if self.moment == pairing.PRE else self.post
        return score is not None or has_level


@dataclass
class ScoreReader(ListReader):
    fields: ClassVar[dict[str, str]] = fields_by_heading(HEADINGS)

    # The column of each field, as a person said, and the line of the headings; 0 if there are none.
    assigned: dict[str, int] = field(default_factory=dict)
    headings_line: int = 0
    # The columns of percents, and whether their numbers are parts of 1.
    _percents: dict[str, bool | None] = field(default_factory=dict)
    _moment_in_test: bool = False
    # The ladder of levels that name none, by the heading of their column.
    _ladder: str = ""

    def rows(self) -> Iterator[Result]:
        headings = self._assigned_headings() if self.assigned else self._find_headings()
        if not headings:
            raise Unreadable(
                _(
                    "No row names the columns we need: “Email” or “Student ID”, and “Post-test” "
                    "or “Level”. “Name”, “Test”, “Date”, and “Pre-test” can be next to them."
                )
            )
        indexes = dict(self.assigned) or known_columns(headings)
        self._remember_columns(headings, indexes)
        self._look_at_percents(headings, indexes)
        self._compare_days(indexes)
        if "level" in indexes:
            self._ladder = ladder_named_in(headings[indexes["level"]])
        if self._has_moments(indexes) or self._tests_say_moments(indexes):
            yield from pairing.paired(self._parse(*line, indexes) for line in self.lines)
        else:
            indexes.pop("moment", None)
            yield from (self._parse(*line, indexes) for line in self.lines)

    def _assigned_headings(self) -> list[str]:
        headings: list[str] = []
        if self.headings_line:
            headings = next(cells for line, cells in self.lines if line == self.headings_line)
        width = max([len(headings), *(index + 1 for index in self.assigned.values())])
        given = [*headings, *[""] * (width - len(headings))]
        return [each or _("Column %s") % (index + 1) for index, each in enumerate(given)]

    def is_heading_row(self, indexes: Mapping[str, int]) -> bool:
        names_people = bool(indexes.keys() & {"email", "identifier"})
        return names_people and bool(indexes.keys() & {"post", "percent", "level"})

    def _has_moments(self, indexes: dict[str, int]) -> bool:
        """Whether the column says pre or post. A type of test can be “paper”, too."""
        if "moment" not in indexes:
            return False
        lines: list[Line] = list(self.lines)
        self.lines, index = iter(lines), indexes["moment"]
        cells = {cells[index] for _line, cells in lines if index < len(cells)}
        return any(pairing.moment_of(cell) in {pairing.PRE, pairing.POST} for cell in cells)

    def _tests_say_moments(self, indexes: dict[str, int]) -> bool:
        """Whether the names of tests say which of two it is: “Math Pre-test”, “Math (Post)”."""
        index = indexes.get("test", indexes.get("form"))
        if index is None or "pre" in indexes:
            return False
        indexes.pop("moment", None)
        lines: list[Line] = list(self.lines)
        self.lines = iter(lines)
        names = {cells[index] for _line, cells in lines if index < len(cells)}
        self._moment_in_test = any(pairing.moment_in(name)[0] == pairing.PRE for name in names)
        return self._moment_in_test

    def _look_at_percents(self, headings: list[str], indexes: dict[str, int]) -> None:
        columns = {
            name: indexes[name]
            for name in ("pre", "post", "percent")
            if name in indexes and values.is_percent_heading(headings[indexes[name]])
        }
        if columns:
            lines: list[Line] = list(self.lines)
            self.lines = iter(lines)
            for name, index in columns.items():
                cells = (cells[index] for _line, cells in lines if index < len(cells))
                self._percents[name] = values.are_parts_of_one(cells)

    def _parse(self, line: int, cells: list[str], indexes: dict[str, int]) -> Result:
        def cell(name: str) -> str:
            index = indexes.get(name)
            words = cells[index] if index is not None and index < len(cells) else ""
            if name in self._percents:
                return values.in_percent(words, are_parts_of_one=self._percents[name])
            return words

        row = super()._parse(line, cells, indexes)
        identifier = " ".join(cell("identifier").split())
        if row.problem == RowProblem.NO_EMAIL and identifier:
            self._validate_without_address(row)
        row.name = value_kinds.first_name_first(row.name) or row.name
        result = Result(
            **{**vars(row), "narrative": ""},
            test=" ".join(cell("test").split()),
            form=" ".join(cell("form").split()),
            pre_given=values.with_most(cell("pre"), cell("most")),
            post_given=values.with_percent(
                values.with_most(cell("post"), cell("most")), cell("percent")
            ),
            level=" ".join(cell("level").split()),
            ladder=self._ladder,
            identifier=identifier,
            moment=pairing.moment_of(cell("moment")),
        )
        if self._moment_in_test:
            named = "test" if result.test else "form"
            result.moment, name = pairing.moment_in(getattr(result, named))
            setattr(result, named, name)
        if result.moment == pairing.PRE and not result.pre_given:
            result.pre_given, result.post_given = result.post_given, ""
        if not result.problem or result.problem == RowProblem.NO_PERSON:
            result.problem = _problem(result) or result.problem
        is_sound = not result.problem or result.problem == RowProblem.NO_PERSON
        if is_sound and not result.has_result:
            result.remark = ResultRemark.NO_RESULT
        for name, longest in (
            ("test", LONGEST_TEST), ("form", LONGEST_TEST), ("pre_given", LONGEST_SCORE),
            ("post_given", LONGEST_SCORE), ("level", LONGEST_LEVEL), ("identifier", LONGEST_ID),
        ):  # fmt: skip
            setattr(result, name, text.clean(getattr(result, name))[:longest])
        return result

    def _validate_without_address(self, row: ParsedRow) -> None:
        """As a row with an address. The person is found later, by the ID."""
        row.email, row.problem = "person@with.id.example", ""
        self._validate(row)
        row.email, row.problem = "", row.problem or RowProblem.NO_PERSON


def known_columns(headings: list[str]) -> dict[str, int]:
    """The column of each field, by the headings. A scale score counts before other scores."""
    indexes = column_indexes(headings, ScoreReader.fields)
    scale = [
        index
        for index, heading in enumerate(headings)
        if normalized_heading(heading) in _SCALE_SCORES
    ]
    if scale and "post" in indexes:
        indexes["post"] = scale[0]
    return indexes


def _problem(result: Result) -> str:
    texts = (
        result.test, result.form, result.pre_given, result.post_given, result.level,
        result.identifier,
    )  # fmt: skip
    if any(text.has_unwritable_characters(value) for value in texts):
        return RowProblem.CONTROL_CHARACTERS
    if len(result.identifier) > LONGEST_ID:
        return RowProblem.NO_EMAIL
    if max(len(result.test), len(result.form)) > LONGEST_TEST or len(result.level) > LONGEST_LEVEL:
        return RowProblem.TEST_TOO_LONG
    for given, score in ((result.pre_given, result.pre), (result.post_given, result.post)):
        if given and score is None and not values.is_absent(given):
            return RowProblem.SCORE_UNREADABLE
    if result.moment == pairing.UNKNOWN:
        return RowProblem.MOMENT_UNKNOWN
    score = result.pre_given if result.moment == pairing.PRE else result.post_given
    return "" if score or result.level else RowProblem.NO_RESULT
