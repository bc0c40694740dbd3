"""Find the rules that a result fulfils, and say why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fnmatch import fnmatchcase

from django.utils import translation
from django.utils.translation import gettext as _

from awarding.models import ScoreRule
from awarding.scores.columns import Result
from awarding.scores.values import Score, format_number, parse_score
from awarding.states import ResultRemark
from spreadsheets.words import normalize

Kind = ScoreRule.Kind
_CEFR = {level: rank for rank, level in enumerate(["a1", "a2", "b1", "b2", "c1", "c2"])}
_NUMBER = re.compile(r"\d+")


def fulfilled_rules(rules: Iterable[ScoreRule], result: Result) -> list[ScoreRule]:
    """The rules that this result fulfils, the first one for each badge."""
    found: dict[int, ScoreRule] = {}
    for rule in rules:
        if rule.badge_class_id not in found and is_fulfilled(rule, result):
            found[rule.badge_class_id] = rule
    return list(found.values())


def is_fulfilled(rule: ScoreRule, result: Result) -> bool:
    if not is_about(rule, result):
        return False
    if rule.kind == Kind.SCORE:
        reached = result.post and result.post.reached(in_percent=rule.in_percent)
        return reached is not None and reached >= rule.at_least
    if rule.kind == Kind.GAIN:
        gain = gain_of(result, in_percent=rule.in_percent)
        return gain is not None and gain >= rule.at_least
    if rule.kind == Kind.LEVELS:
        return normalize(result.level) in {normalize(level) for level in rule.levels}
    reached, needed = rank_of(result.level), rank_of(rule.levels[0])
    return bool(reached and needed) and reached[0] == needed[0] and reached[1] >= needed[1]


def is_about(rule: ScoreRule, result: Result) -> bool:
    """Whether the rule names the test or form of the result, or any."""
    if not rule.test:
        return True
    pattern = normalize(rule.test, keep="*")
    names = {normalize(name) for name in (result.test, result.form, result.full_test)}
    return any(fnmatchcase(name, pattern) for name in names)


def gain_of(result: Result, *, in_percent: bool) -> Decimal | None:
    """The gain that is certain: a score of more or less than can be measured hides the true one."""
    if result.pre is None or result.post is None:
        return None
    before = result.pre.limit(in_percent=in_percent)
    after = result.post.reached(in_percent=in_percent)
    return None if before is None or after is None else after - before


def remark_on(rules: Iterable[ScoreRule], result: Result) -> str:
    """Why a result meets fewer rules than it may seem to."""
    if result.remark:
        return result.remark
    about = [rule for rule in rules if is_about(rule, result)]
    if result.post and result.post.below and any(rule.kind == Kind.SCORE for rule in about):
        return ResultRemark.BELOW
    scores = [score for score in (result.pre, result.post) if score]
    if any(rule.in_percent for rule in about) and any(score.percent is None for score in scores):
        return ResultRemark.NOT_IN_PERCENT
    return ""


def rank_of(level: str) -> tuple[str, int] | None:
    """(scale, rank) of a level: “cefr” for A1 to C2, else “number”; None if it has no rank."""
    words = normalize(level)
    for word in words.split():
        if word in _CEFR:
            return "cefr", _CEFR[word]
    number = _NUMBER.search(words)
    return ("number", int(number[0])) if number else None


def explanation(rule: ScoreRule, result: Result, *, language: str) -> str:
    """Why the result earned the badge, as one sentence: the narrative of the award."""
    with translation.override(language):
        words = {
            "test": result.test_name or _("Test"),
            "pre": _shown(result.pre_given, rule),
            "post": _shown(result.post_given, rule),
            "level": result.level,
        }
        if rule.kind == Kind.GAIN:
            gain = gain_of(result, in_percent=rule.in_percent)
            words["gain"] = format_number(gain) + ("%" if rule.in_percent else "")
            return _("%(test)s: %(pre)s to %(post)s, a gain of %(gain)s.") % words
        if rule.kind == Kind.SCORE:
            return _("%(test)s: a score of %(post)s.") % words
        return _("%(test)s: level %(level)s.") % words


def _shown(given: str, rule: ScoreRule) -> str:
    """The score as the rule takes it, with what the file says if that is more: 80% (8 / 10)."""
    score = parse_score(given)
    if score is None:
        return ""
    if score.percent is None:
        return _with_its_mark(given, score)
    is_only_percent = score.points == score.percent
    if rule.in_percent or is_only_percent:
        number = f"{format_number(score.percent)}%"
        return number if is_only_percent else f"{number} ({given.strip()})"
    return _("%(number)s points (%(given)s)") % {
        "number": format_number(score.points),
        "given": given.strip(),
    }


def _with_its_mark(given: str, score: Score) -> str:
    is_marked = any(not (letter.isdigit() or letter in ".,+- ") for letter in given)
    is_marked = is_marked or score.above
    return " ".join(given.split()) if is_marked else format_number(score.points)
