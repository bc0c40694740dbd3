"""Read one score as testing systems and people write it: 228, 204*, 85%, 8 / 10. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from spreadsheets.words import normalize

_NUMBER = r"[+-]?[\d,]*\d(?:\.\d+)?"
_OF = re.compile(rf"({_NUMBER})\s*(?:/|of|out of|de)\s*({_NUMBER})", re.IGNORECASE)
_PERCENT = re.compile(rf"({_NUMBER})\s*(?:%|percent|pct\.?|por ciento)", re.IGNORECASE)
_POINTS = re.compile(rf"({_NUMBER})\s*(?:points?|pts?\.?|puntos?)", re.IGNORECASE)
# A score with what a testing system puts beside it: 204*, <180, 235+, 204 (est.)
_MARKS = r"[*†‡§#^~≈♦◆!?]{1,3}"
_WORDS = r"e|est\.?|estimated|estimado|estimada|oor|o/r|out of range|fuera de rango"
_MARKED = re.compile(
    rf"(?P<before>[<>≤≥]=?|{_MARKS})?\s*(?P<number>{_NUMBER})\s*"
    rf"(?P<after>\+|{_MARKS}|[(\[]?(?:{_WORDS})[)\]]?)?",
    re.IGNORECASE,
)
_TWO_WAYS = re.compile(r"([^()]+)\(([^()]+)\)")
_PERCENT_HEADINGS = {"percent", "percentage", "pct", "porcentaje"}
_ABSENT = {
    "n a", "na", "n d", "nd", "none", "null", "nil", "absent", "abs", "ausente", "no show",
    "not tested", "did not test", "dnt", "not taken", "not applicable", "no score", "no result",
    "no aplica", "no presento", "no se presento", "sin resultado", "sin puntaje", "exempt",
    "excused", "exento", "incomplete", "incompleto", "invalid", "void", "anulado", "pending",
    "pendiente", "in progress", "withdrawn", "o r", "oor", "out of range", "fuera de rango", "x",
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """A score in points, and in percent if it says of how many.

    `below` and `above` say that the true score is lower or higher than what a test can measure.
    """

    points: Decimal
    percent: Decimal | None = None
    below: bool = False
    above: bool = False

    def value(self, *, in_percent: bool) -> Decimal | None:
        return self.percent if in_percent else self.points

    def reached(self, *, in_percent: bool) -> Decimal | None:
        """What the score is at least."""
        return None if self.below else self.value(in_percent=in_percent)

    def limit(self, *, in_percent: bool) -> Decimal | None:
        """What the score is at most."""
        return None if self.above else self.value(in_percent=in_percent)


def parse_score(words: str) -> Score | None:
    words = " ".join(words.split())
    if found := _OF.fullmatch(words):
        points, most = (_number(each) for each in found.groups())
        if points is None or not most or most < 0:
            return None
        return Score(points, points * 100 / most)
    if found := _PERCENT.fullmatch(words):
        percent = _number(found[1])
        return None if percent is None else Score(percent, percent)
    if found := _POINTS.fullmatch(words):
        points = _number(found[1])
        return None if points is None else Score(points)
    if found := _MARKED.fullmatch(words):
        points, before, after = _number(found["number"]), found["before"] or "", found["after"]
        if points is None:
            return None
        above = before[:1] in {">", "≥"} or after == "+"
        return Score(points, below=before[:1] in {"<", "≤"}, above=above)
    if found := _TWO_WAYS.fullmatch(words):
        return _same(*(parse_score(each) for each in found.groups()))
    return None


def _same(first: Score | None, second: Score | None) -> Score | None:
    """One score written twice, as in “8 / 10 (80%)” and “80% (8 / 10)”."""
    if first is None or second is None:
        return None
    percents = [each.percent for each in (first, second) if each.percent is not None]
    if len(percents) == 2 and abs(percents[0] - percents[1]) >= 1:
        return None
    in_points = [each.points for each in (first, second) if each.points != each.percent]
    return Score((in_points or [first.points])[0], percents[0] if percents else None)


def is_absent(words: str) -> bool:
    """Whether the words say that there is no result: N/A, -, absent."""
    words = words.strip()
    return bool(words) and (not any(c.isalnum() for c in words) or normalize(words) in _ABSENT)


def is_percent_heading(heading: str) -> bool:
    words = normalize(heading)
    return (
        "%" in heading or "por ciento" in words or not _PERCENT_HEADINGS.isdisjoint(words.split())
    )


def in_percent(words: str, *, are_parts_of_one: bool | None) -> str:
    """The cell of a column of percents with its sign: 0.85 is 85% where no number is above 1.

    Where `are_parts_of_one` is None, a number up to 1 can be either, and is left unreadable.
    """
    number = _number(words.strip()) if _is_bare(words) else None
    if number is None:
        return words
    if 0 < abs(number) <= 1:
        if are_parts_of_one is None:
            return f"{words.strip()} ?%"
        number = number * 100 if are_parts_of_one else number
    return f"{number.normalize():f}%"


def are_parts_of_one(cells: Iterable[str]) -> bool | None:
    """Whether the numbers of a column of percents are parts of 1, as 0.85 is; None if mixed."""
    numbers = {abs(_number(cell.strip()) or 0) for cell in cells if _is_bare(cell)} - {0}
    if all(number <= 1 for number in numbers):
        return True
    return None if any(number < 1 for number in numbers) else False


def with_most(score: str, most: str) -> str:
    """“8 / 10” where the two numbers are in columns of their own."""
    return f"{score.strip()} / {most.strip()}" if _is_bare(score) and _is_bare(most) else score


def with_percent(score: str, percent: str) -> str:
    """“8 (80%)” where the same score is in two columns."""
    if not percent.strip() or is_absent(percent):
        return score
    return f"{score.strip()} ({percent.strip()})" if score.strip() else percent


def format_number(number: Decimal) -> str:
    """As shown: no zeros at the end, and at most two decimals of what was divided."""
    shown = number if number.as_tuple().exponent >= -3 else round(number - Decimal("0.005"), 2)
    return f"{shown.normalize():f}"


def _is_bare(cell: str) -> bool:
    return bool(re.fullmatch(_NUMBER, cell.strip()))


def _number(words: str) -> Decimal | None:
    # In 1,219 the comma separates thousands; in 219,5 it is the Spanish decimal comma.
    words = re.sub(r",(?=\d{3}$)", "", words).replace(",", ".")
    return Decimal(words) if re.fullmatch(r"[+-]?\d{1,6}(?:\.\d{1,15})?", words) else None
