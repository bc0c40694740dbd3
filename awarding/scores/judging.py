"""Compares saved results with the rules, and makes the award lists of what they earn.

All of it runs in the transaction of `awarding/scores/operations.py`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce, Lower

from awarding.lists.operations import lists as award_lists
from awarding.models import (
    AwardList,
    AwardListRow,
    PersonId,
    ScoreImport,
    ScoreResult,
    ScoreRule,
)
from awarding.scores import rules as score_rules
from awarding.scores import together
from awarding.scores.columns import Result
from awarding.scores.stored import result_of
from awarding.scores.together import PersonsResult
from awarding.states import ListStatus, ResultRemark, RowOutcome, RowProblem
from issuing.states import AwardStatus, GrantSource
from spreadsheets.words import normalize

ROWS_AT_ONCE = 2000
PEOPLE_AT_ONCE = 500


def make_lists(score_import: ScoreImport) -> None:
    """Compare the saved results with the rules. Each badge that they earn gets a list.

    Runs in the transaction of the caller.
    """
    _find_people(score_import)
    rules = list(ScoreRule.objects.within(score_import.agency).with_badge())
    lists: dict[int, AwardList] = {}
    saved = score_import.results.filter(problem="").iterator(chunk_size=ROWS_AT_ONCE)
    while batch := list(islice(saved, ROWS_AT_ONCE)):
        _judge(score_import, batch, rules, lists)
    if several := [rule for rule in rules if rule.also]:
        _judge_together(score_import, several, lists)
    for award_list in lists.values():
        award_lists.mark_problems_across_rows(award_list)


def _find_people(score_import: ScoreImport) -> None:
    """Give results with an ID and no address the address that the agency keeps with the ID."""
    known = (
        PersonId.objects.filter(agency=score_import.agency)
        .annotate(key=Lower("identifier"))
        .filter(key=Lower(OuterRef("identifier")))
    )
    unknown = score_import.results.filter(problem=RowProblem.NO_PERSON)
    unknown.filter(Exists(known)).update(
        email=Subquery(known.values_list(Coalesce("person__email", "email"))[:1]),
        known_name=Subquery(known.values_list("name")[:1]),
        is_known_by_id=True,
        problem="",
    )


def _judge(
    score_import: ScoreImport,
    batch: Sequence[ScoreResult],
    rules: Sequence[ScoreRule],
    lists: dict[int, AwardList],
) -> None:
    rows, judged = [], defaultdict(list)
    for saved in batch:
        result = result_of(saved, ladder=score_import.ladder)
        earned_by = score_rules.fulfilled_rules(rules, result)
        badges = {rule.badge_class_id for rule in earned_by}
        unmet = [rule for rule in rules if rule.badge_class_id not in badges]
        remark = score_rules.remark_on(unmet, result)
        judged[len(earned_by), remark].append(saved.pk)
        rows += [_row(_list(score_import, rule, lists), rule, result) for rule in earned_by]
    for (earns, remark), keys in judged.items():
        if earns or remark:
            ScoreResult.objects.filter(pk__in=keys).update(earns=earns, remark=remark)
    _skip_keys_of_undone_awards(rows)
    AwardListRow.objects.bulk_create(rows)


def _judge_together(
    score_import: ScoreImport, rules: Sequence[ScoreRule], lists: dict[int, AwardList]
) -> None:
    """Compare all results of a person with rules that need several, also those brought earlier."""
    people = (
        score_import.results.filter(problem="").order_by("email").values_list("email", flat=True)
    )
    emails = iter(list(people.distinct()))
    while batch := list(islice(emails, PEOPLE_AT_ONCE)):
        saved = ScoreResult.objects.filter(
            score_import__agency=score_import.agency, score_import__lte=score_import.pk,
            problem="", email__in=batch,
        )  # fmt: skip
        by_person: dict[str, list[PersonsResult]] = defaultdict(list)
        for each in saved.select_related("score_import").order_by("pk"):
            result = result_of(each, ladder=each.score_import.ladder)
            is_new = each.score_import_id == score_import.pk
            by_person[each.email].append(PersonsResult(each, result, is_new))
        rows, judged = [], defaultdict(list)
        for results in by_person.values():
            rows += _rows_together(score_import, rules, results, lists)
            for each in results:
                if each.is_new and (each.saved.earns or each.saved.remark):
                    judged[each.saved.earns, each.saved.remark].append(each.saved.pk)
        for (earns, remark), keys in judged.items():
            ScoreResult.objects.filter(pk__in=keys).update(earns=earns, remark=remark)
        _skip_keys_of_undone_awards(rows)
        AwardListRow.objects.bulk_create(rows)


def _rows_together(
    score_import: ScoreImport,
    rules: Sequence[ScoreRule],
    results: Sequence[PersonsResult],
    lists: dict[int, AwardList],
) -> list[AwardListRow]:
    """Notes on the results of one person what they earn; the caller saves that."""
    rows: dict[int, AwardListRow] = {}
    for rule in rules:
        chosen = together.fulfilling(rule, results)
        if chosen and rule.badge_class_id not in rows:
            award_list = _list(score_import, rule, lists)
            rows[rule.badge_class_id] = _row_together(award_list, rule, chosen)
            for _condition, each in chosen:
                each.saved.earns += each.is_new
        elif not chosen:
            for each in together.parts(rule, results):
                each.saved.remark = each.saved.remark or ResultRemark.PART_OF_A_RULE
    for each in results:
        if each.saved.earns and each.saved.remark == ResultRemark.PART_OF_A_RULE:
            each.saved.remark = ""
    return list(rows.values())


def _row_together(award_list: AwardList, rule: ScoreRule, chosen: together.Chosen) -> AwardListRow:
    """The row of the last of the results. Its narrative tells all of them."""
    last = max(
        (each.result for _condition, each in chosen if each.is_new), key=lambda result: result.line
    )
    row = _row(award_list, rule, last)
    days = [each.result for _condition, each in chosen if each.result.earned_on]
    if days:
        latest = max(days, key=lambda result: result.earned_on)
        row.day_given, row.earned_on = latest.day_given, latest.earned_on
    language = rule.badge_class.published_version.language
    row.narrative = " ".join(
        score_rules.explanation(condition, each.result, language=language)
        for condition, each in chosen
    )
    row.given_key = _key(rule.badge_class_id, *(each.result for _condition, each in chosen))
    return row


def _list(score_import: ScoreImport, rule: ScoreRule, lists: dict[int, AwardList]) -> AwardList:
    if rule.badge_class_id not in lists:
        lists[rule.badge_class_id] = AwardList.objects.create(
            badge_class=rule.badge_class,
            source=GrantSource.SCORES,
            score_import=score_import,
            name=score_import.name,
            columns=score_import.columns,
            made_by=score_import.made_by,
            made_at=score_import.made_at,
        )
    return lists[rule.badge_class_id]


def _row(award_list: AwardList, rule: ScoreRule, result: Result) -> AwardListRow:
    return AwardListRow(
        award_list=award_list,
        line=result.line,
        email=result.email,
        name=result.name,
        narrative=score_rules.explanation(
            rule, result, language=rule.badge_class.published_version.language
        ),
        day_given=result.day_given,
        earned_on=result.earned_on,
        given_key=_key(rule.badge_class_id, result),
    )


def _key(badge_class: int, *results: Result) -> str:
    tests = {
        "\n".join(
            [
                normalize(result.full_test),
                result.earned_on.isoformat() if result.earned_on else "",
            ]
        )
        for result in results
    }
    identity = "\n".join([results[0].email, *sorted(tests)])
    return f"{badge_class}:{hashlib.sha256(identity.encode()).hexdigest()[:40]}"


def _skip_keys_of_undone_awards(rows: Sequence[AwardListRow]) -> None:
    """Number the keys of results whose import was undone, so that they can be awarded again."""
    open_rows, number = list(rows), 1
    while open_rows:
        undone = set(
            AwardListRow.objects.filter(
                given_key__in={row.given_key for row in open_rows},
                outcome=RowOutcome.GRANTED,
                assertion__status__in=[AwardStatus.CANCELLED, AwardStatus.REVOKED],
                award_list__status__in=[ListStatus.UNDOING, ListStatus.HALTED, ListStatus.UNDONE],
            ).values_list("given_key", flat=True)
        )
        open_rows = [row for row in open_rows if row.given_key in undone]
        number += 1
        for row in open_rows:
            row.given_key = f"{':'.join(row.given_key.split(':')[:2])}:{number}"
