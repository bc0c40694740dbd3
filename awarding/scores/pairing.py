"""Pairs rows of a table that has a row for each test: a pre-test and a post-test are one result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from awarding.states import ResultRemark, RowProblem
from spreadsheets.words import normalize

if TYPE_CHECKING:
    from awarding.scores.columns import Result

PRE, POST, UNKNOWN = "pre", "post", "?"

_PRE = re.compile(
    r"(pre|pre ?(test|assessment|prueba|evaluacion)|initial|baseline|intake|entry|entrance"
    r"|beginning|boy|antes|inicial|previ[ao]|entrada|diagnostic[oa]?)\b.*"
)
_POST = re.compile(
    r"(post|post ?(test|assessment|prueba|evaluacion)|final|exit|end|outcome|progress|interim|mid"
    r"|midpoint|moy|eoy|retest|follow ?up|despues|posterior|salida|progreso)\b.*"
)
# The number of a form, as in “CASAS Reading GOALS 901R” or “TABE 11”, or “Form B”.
_FORM = re.compile(r"\b(?:form [a-z0-9]{1,4}|\d{2,4}[a-z]{0,2})\b")

# In the name of a test. “Pre-Algebra” and “Post-secondary” are no moments.
_IN_A_NAME = re.compile(
    r"[\s(\[:–—-]*\b(pre|post)[\s-]?(?:test|assessment|exam|quiz|survey|prueba|evaluaci[oó]n|examen)\b"
    r"[)\]]?|\s*[(\[:–—-]\s*(pre|post)[)\]]?\s*$",
    re.IGNORECASE,
)


def moment_in(name: str) -> tuple[str, str]:
    """PRE or POST if the name of a test says it, else nothing; and the name without it."""
    found = _IN_A_NAME.search(name)
    if not found:
        return "", name
    moment = PRE if (found[1] or found[2]).lower() == "pre" else POST
    rest = f"{name[: found.start()]} {name[found.end() :]}"
    return moment, " ".join(rest.split()).strip(" -–—:") or name


def moment_of(words: str) -> str:
    """PRE or POST; UNKNOWN if the words say something else, empty if there are none."""
    normalized = normalize(words)
    if _PRE.fullmatch(normalized):
        return PRE
    if _POST.fullmatch(normalized):
        return POST
    return UNKNOWN if normalized else ""


def name_without_form(result: Result) -> str:
    """What all forms of a test have in common: its name without the number of the form."""
    words = normalize(result.test or result.form)
    return " ".join(_FORM.sub(" ", words).split()) or re.sub(r"\d", "", words)


def person_of(result: Result, addresses: Mapping[str, str]) -> str:
    """The address, or the ID; `addresses` are those of the IDs that the table has with one."""
    key = result.identifier.lower()
    return result.email or (addresses.get(key) or key if key else str(result.line))


def paired(results: Iterable[Result]) -> Iterator[Result]:
    """The results in the order of their rows. A pre-test is part of its post-test's result."""
    all_results = list(results)
    addresses = {each.identifier.lower(): each.email for each in all_results if each.email}
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in all_results:
        can_count = result.problem in {"", RowProblem.NO_PERSON} and not result.remark
        if result.moment in {PRE, POST} and can_count:
            key = (person_of(result, addresses), name_without_form(result))
            groups.setdefault(key, []).append(result)
    instead: dict[int, Result | None] = {}
    for group in groups.values():
        instead.update(_pair(group))
    for result in all_results:
        counts = instead.get(result.line, result)
        if counts is not None:
            yield counts


def _pair(group: Sequence[Result]) -> dict[int, Result | None]:
    """By line, what stands for each result of a person and a test; None for what is in a pair."""
    posts = [result for result in group if result.moment == POST]
    if not posts:
        first = min(group, key=_order)
        return {result.line: _remarked(result, first, ResultRemark.PRE_ONLY) for result in group}
    post = max(posts, key=_order)
    before = [result for result in group if result.moment == PRE and not _is_later(result, post)]
    pre = min(before, key=_order) if before else None
    found: dict[int, Result | None] = {}
    for result in group:
        remark = ResultRemark.SUPERSEDED
        if result.moment == PRE and _is_later(result, post):
            remark = ResultRemark.PRE_ONLY
        found[result.line] = replace(result, remark=remark)
    found[post.line] = post
    if pre:
        found[pre.line] = None
        found[post.line] = replace(
            post, pre_line=pre.line, pre_given=post.pre_given or pre.pre_given
        )
    return found


def _remarked(result: Result, counts: Result, remark: ResultRemark) -> Result:
    return replace(result, remark=remark if result is counts else ResultRemark.SUPERSEDED)


def _order(result: Result) -> tuple[bool, str, int]:
    day = result.earned_on
    return day is not None, day.isoformat() if day else "", result.line


def _is_later(pre: Result, post: Result) -> bool:
    return bool(pre.earned_on and post.earned_on and pre.earned_on > post.earned_on)
