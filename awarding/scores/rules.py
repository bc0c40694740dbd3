"""Find the rules that a result fulfils, and say why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fnmatch import fnmatchcase

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awarding.models import Condition, ScoreRule
from awarding.scores.columns import Result
from awarding.scores.ladders import Level, ladder_named_in, level_of
from awarding.scores.values import Score, format_number, parse_score
from awarding.states import REMARKS_BY_RULES, Ladder, ResultRemark
from spreadsheets.words import normalize

Kind = ScoreRule.Kind
# An NRS level is one of ESL or of ABE; a column “NRS Level” often does not say which.
OF_NRS = frozenset({Ladder.ESL, Ladder.ABE})


def fulfilled_rules(rules: Iterable[ScoreRule], result: Result) -> list[ScoreRule]:
    """The rules of one result that this one fulfils, the first one for each badge."""
    found: dict[int, ScoreRule] = {}
    if not can_earn(result):
        return []
    for rule in rules:
        if not rule.also and rule.badge_class_id not in found and is_fulfilled(rule, result):
            found[rule.badge_class_id] = rule
    return list(found.values())


def can_earn(result: Result) -> bool:
    """Whether it is a result that counts: no pre-test alone, no “N/A”."""
    return not result.remark or result.remark in REMARKS_BY_RULES


def is_fulfilled(rule: ScoreRule | Condition, result: Result) -> bool:
    if not is_about(rule, result):
        return False
    if rule.kind == Kind.SCORE:
        reached = result.post and result.post.reached(in_percent=rule.in_percent)
        return reached is not None and reached >= rule.at_least
    if rule.kind == Kind.GAIN:
        gain = gain_of(result, in_percent=rule.in_percent)
        return gain is not None and gain >= rule.at_least
    if rule.kind == Kind.LEVELS:
        return _has_one_of_the_levels(rule, result)
    level, needed = level_reached(result), level_needed(rule.levels[0], test=rule.test)
    return bool(level and needed) and level.is_at_least(needed)


def is_about(rule: ScoreRule | Condition, result: Result) -> bool:
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
    conditions = (condition for rule in rules for condition in rule.conditions)
    about = [condition for condition in conditions if is_about(condition, result)]
    if result.post and result.post.below and any(rule.kind == Kind.SCORE for rule in about):
        return ResultRemark.BELOW
    scores = [score for score in (result.pre, result.post) if score]
    if any(rule.in_percent for rule in about) and any(score.percent is None for score in scores):
        return ResultRemark.NOT_IN_PERCENT
    return _remark_on_level(about, result)


def _remark_on_level(about: Sequence[Condition], result: Result) -> str:
    reached = level_reached(result)
    needed = [
        level_needed(level, test=rule.test)
        for rule in about
        for level in rule.levels
    ]  # fmt: skip
    ladders = {level.ladder for level in needed if level}
    if reached is None or not ladders or reached.ladder in ladders:
        return ""
    if not reached.ladder or (reached.ladder == Ladder.NRS and ladders & OF_NRS):
        return ResultRemark.LADDER_UNKNOWN
    return ResultRemark.OTHER_LADDER


def level_reached(result: Result) -> Level | None:
    named_by = result.ladder or ladder_named_in(result.test) or ladder_named_in(result.form)
    level = level_of(result.level, named_by=named_by)
    if level and level.ladder == Ladder.NRS and result.ladder in OF_NRS:
        return Level(result.ladder, level.rank)
    return level


def level_needed(level: str, *, test: str) -> Level | None:
    return level_of(level, named_by=ladder_named_in(test.replace("*", " ")))


def _has_one_of_the_levels(rule: ScoreRule | Condition, result: Result) -> bool:
    reached = level_reached(result)
    for level in rule.levels:
        needed = level_needed(level, test=rule.test)
        if reached and needed and (reached.ladder or needed.ladder):
            if reached == needed:
                return True
        elif normalize(result.level) == normalize(level):
            return True
    return False


def explanation(rule: ScoreRule | Condition, result: Result, *, language: str) -> str:
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


def _shown(given: str, rule: ScoreRule | Condition) -> str:
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
    # Half a point takes the plural form.
    words = ngettext(
        "%(number)s point (%(given)s)",
        "%(number)s points (%(given)s)",
        1 if score.points == 1 else 2,
    )
    return words % {
        "number": format_number(score.points),
        "given": given.strip(),
    }


def _with_its_mark(given: str, score: Score) -> str:
    is_marked = any(not (letter.isdigit() or letter in ".,+- ") for letter in given)
    is_marked = is_marked or score.above
    return " ".join(given.split()) if is_marked else format_number(score.points)
