"""Parse a table of test results, and find and explain the rules that a result fulfils.

Tables are exports of testing systems: person, test or form, date, pre-test and post-test score,
level, in any order. Most of these columns may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import ClassVar

from django.utils import translation
from django.utils.translation import gettext as _

from awarding.lists.columns import ListReader, ParsedRow, fields_by_heading
from awarding.models import ScoreRule
from awarding.states import RowProblem
from openbadges import text
from spreadsheets.file_formats import Unreadable
from spreadsheets.words import normalize

LONGEST_TEST, LONGEST_SCORE, LONGEST_LEVEL = 120, 40, 80

HEADINGS = {
    "test": """
        test, test name, assessment, assessment name, instrument, exam, exam name, subject,
        test title, modality, prueba, nombre de la prueba, examen, evaluacion, materia
    """,
    "form": "form, test form, form number, test form number, form code, forma, formulario",
    "day": """
        test date, post test date, posttest date, date of test, date tested, post date,
        assessment date, fecha de la prueba, fecha del examen, fecha de la evaluacion
    """,
    "pre": """
        pre, pretest, pre test, pre score, pretest score, pre test score, pretest scale score,
        pre test scale score, before, score before, initial score, first score, entry score,
        antes, puntaje inicial, puntuacion inicial, puntaje antes, pre prueba
    """,
    "post": """
        post, posttest, post test, post score, posttest score, post test score, score, scale score,
        scaled score, posttest scale score, post test scale score, after, score after, final score,
        latest score, result, despues, puntaje, puntuacion, calificacion, puntaje final,
        puntuacion final, resultado, post prueba
    """,
    "level": """
        level, efl, nrs level, post nrs level, nrs, educational functioning level, post level,
        posttest level, post test level, level reached, cefr, proficiency level, nivel,
        nivel alcanzado, nivel nrs
    """,
}
_CEFR = {level: rank for rank, level in enumerate(["a1", "a2", "b1", "b2", "c1", "c2"])}
_SCORE = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,3})?")
_NUMBER = re.compile(r"\d+")


@dataclass
class Result(ParsedRow):
    """One person's result of one test."""

    test: str = ""
    form: str = ""
    pre_given: str = ""
    post_given: str = ""
    level: str = ""

    @property
    def pre(self) -> Decimal | None:
        return parse_score(self.pre_given)

    @property
    def post(self) -> Decimal | None:
        return parse_score(self.post_given)

    @property
    def test_name(self) -> str:
        """The name for people: the test, or its form if only that is given."""
        return self.test or self.form

    @property
    def full_test(self) -> str:
        return f"{self.test} {self.form}".strip()


class ScoreReader(ListReader):
    fields: ClassVar[dict[str, str]] = fields_by_heading(HEADINGS)

    def rows(self) -> Iterator[Result]:
        yield from super().rows()

    def is_heading_row(self, indexes: Mapping[str, int]) -> bool:
        return "email" in indexes and bool(indexes.keys() & {"post", "level"})

    def _parse_without_headings(self) -> Iterator[Result]:
        message = _(
            "No row names the columns we need: “Email”, and “Post-test” or “Level”. “Name”, "
            "“Test”, “Date”, and “Pre-test” can be next to them."
        )
        raise Unreadable(message)

    def _parse(self, line: int, cells: list[str], indexes: dict[str, int]) -> Result:
        def cell(name: str) -> str:
            index = indexes.get(name)
            return cells[index] if index is not None and index < len(cells) else ""

        row = super()._parse(line, cells, indexes)
        result = Result(
            **{**vars(row), "narrative": ""},
            test=" ".join(cell("test").split()),
            form=" ".join(cell("form").split()),
            pre_given=cell("pre"),
            post_given=cell("post"),
            level=" ".join(cell("level").split()),
        )
        result.problem = result.problem or _problem(result)
        for name, longest in (
            ("test", LONGEST_TEST), ("form", LONGEST_TEST), ("pre_given", LONGEST_SCORE),
            ("post_given", LONGEST_SCORE), ("level", LONGEST_LEVEL),
        ):  # fmt: skip
            setattr(result, name, text.clean(getattr(result, name))[:longest])
        return result


def _problem(result: Result) -> str:
    texts = (result.test, result.form, result.pre_given, result.post_given, result.level)
    if any(text.has_unwritable_characters(value) for value in texts):
        return RowProblem.CONTROL_CHARACTERS
    if max(len(result.test), len(result.form)) > LONGEST_TEST or len(result.level) > LONGEST_LEVEL:
        return RowProblem.TEST_TOO_LONG
    for given, score in ((result.pre_given, result.pre), (result.post_given, result.post)):
        if given and score is None:
            return RowProblem.SCORE_UNREADABLE
    return "" if result.post_given or result.level else RowProblem.NO_RESULT


def parse_score(words: str) -> Decimal | None:
    words = words.strip()
    # In 1,219 the comma separates thousands; in 219,5 it is the Spanish decimal comma.
    words = re.sub(r",(?=\d{3}$)", "", words).replace(",", ".")
    return Decimal(words) if _SCORE.fullmatch(words) else None


def rank_of(level: str) -> tuple[str, int] | None:
    """(scale, rank) of a level: “cefr” for A1 to C2, else “number”; None if it has no rank."""
    words = normalize(level)
    for word in words.split():
        if word in _CEFR:
            return "cefr", _CEFR[word]
    number = _NUMBER.search(words)
    return ("number", int(number[0])) if number else None


def fulfilled_rules(rules: Iterable[ScoreRule], result: Result) -> list[ScoreRule]:
    """The rules that this result fulfils, the first one for each badge."""
    found: dict[int, ScoreRule] = {}
    for rule in rules:
        if rule.badge_class_id not in found and _is_fulfilled(rule, result):
            found[rule.badge_class_id] = rule
    return list(found.values())


def _is_fulfilled(rule: ScoreRule, result: Result) -> bool:
    if rule.test:
        pattern = normalize(rule.test, keep="*")
        names = {normalize(name) for name in (result.test, result.form, result.full_test)}
        if not any(fnmatchcase(name, pattern) for name in names):
            return False
    pre, post = result.pre, result.post
    if rule.kind == ScoreRule.Kind.SCORE:
        return post is not None and post >= rule.at_least
    if rule.kind == ScoreRule.Kind.GAIN:
        return pre is not None and post is not None and post - pre >= rule.at_least
    if rule.kind == ScoreRule.Kind.LEVELS:
        return normalize(result.level) in {normalize(level) for level in rule.levels}
    reached, needed = rank_of(result.level), rank_of(rule.levels[0])
    return bool(reached and needed) and reached[0] == needed[0] and reached[1] >= needed[1]


def explanation(rule: ScoreRule, result: Result, *, language: str) -> str:
    """Why the result earned the badge, as one sentence: the narrative of the award."""
    with translation.override(language):
        words = {
            "test": result.test_name or _("Test"),
            "pre": _format(result.pre),
            "post": _format(result.post),
            "level": result.level,
        }
        if rule.kind == ScoreRule.Kind.GAIN:
            words["gain"] = _format(result.post - result.pre)
            return _("%(test)s: %(pre)s to %(post)s, a gain of %(gain)s.") % words
        if rule.kind == ScoreRule.Kind.SCORE:
            return _("%(test)s: a score of %(post)s.") % words
        return _("%(test)s: level %(level)s.") % words


def _format(score: Decimal | None) -> str:
    return "" if score is None else f"{score.normalize():f}"
