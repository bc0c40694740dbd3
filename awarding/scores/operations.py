"""Imports of test results, which earn badges by rules.

An import creates one award list for each badge that its results earn. These lists are checked,
awarded, stopped and undone like any other. The narrative of a row says why the badge was earned.
Its key is made of badge, person, test and date: the same result uploaded again awards nothing, a
later result of another day can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import islice

from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from awarding.lists.operations import lists as award_lists
from awarding.models import (
    AwardList,
    AwardListRow,
    Condition,
    ScoreImport,
    ScoreResult,
    ScoreRule,
    ScoreUpload,
)
from awarding.scores import judging
from awarding.scores.columns import ScoreReader
from awarding.scores.stored import unsaved_result
from awarding.states import (
    CAN_BE_UNDONE,
    REMARKS_BY_RULES,
    ListStatus,
    RowProblem,
)
from background.enqueue import enqueue_on_commit
from catalog.models import BadgeClass
from postgres.row_locks import lock_one
from spreadsheets.dates import AMBIGUOUS_DATE, SAME_DAY_AND_MONTH

ROWS_PER_INSERT = 2000


@transaction.atomic
def add_rule(
    badge_class: BadgeClass,
    *,
    kind: str,
    test: str = "",
    at_least: Decimal | None = None,
    in_percent: bool = False,
    levels: Sequence[str] = (),
    also: Sequence[Condition] = (),
    needed: int | None = None,
    by: User,
    now: datetime | None = None,
) -> ScoreRule:
    now = now or timezone.now()
    rule = ScoreRule.objects.create(
        badge_class=badge_class,
        kind=kind,
        test=test,
        at_least=at_least,
        in_percent=in_percent,
        levels=list(levels),
        also=[condition.as_json() for condition in also],
        needed=needed if needed and needed <= len(also) else None,
        made_by=by,
        made_at=now,
    )
    record("score rule made", badge_class, by=by, agency=badge_class.agency, note=str(rule), at=now)
    return rule


@transaction.atomic
def remove_rule(rule: ScoreRule, *, by: User, now: datetime | None = None) -> None:
    """Later results no longer earn by it. Badges already earned stay.

    Raises DoesNotExist if somebody else has removed it.
    """
    rule = lock_one(ScoreRule.objects.all(), rule.pk)
    badge_class = rule.badge_class
    note = str(rule)
    record("score rule removed", badge_class, by=by, agency=badge_class.agency, note=note, at=now)
    rule.delete()


@transaction.atomic
def save_import(
    agency: Agency, *, reader: ScoreReader, name: str, by: User, now: datetime | None = None
) -> ScoreImport:
    """Save the results and their award lists. Raises Unreadable, and then saves nothing."""
    now = now or timezone.now()
    score_import = ScoreImport.objects.create(
        agency=agency, name=name[:200], made_by=by, made_at=now
    )
    results = reader.rows()
    while batch := list(islice(results, ROWS_PER_INSERT)):
        ScoreResult.objects.bulk_create(unsaved_result(score_import, result) for result in batch)
    score_import.columns = reader.columns
    score_import.save(update_fields=["columns"])
    if reader.reads_day_first:
        sound = ["", RowProblem.NO_PERSON]
        ambiguous = score_import.results.filter(problem__in=sound, day_given__regex=AMBIGUOUS_DATE)
        ambiguous.exclude(day_given__regex=SAME_DAY_AND_MONTH).update(
            problem=RowProblem.DATE_AMBIGUOUS, remark=""
        )
    judging.make_lists(score_import)
    record("scores brought", score_import, by=by, agency=agency, at=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")
    return score_import


@transaction.atomic
def check_again(
    score_import: ScoreImport, *, ladder: str = "", by: User, now: datetime | None = None
) -> None:
    """Compare the results with the rules of today. `ladder` is that of levels which name none.

    Raises TransitionNotAllowed if some badge of them is awarded, or being awarded.
    """
    score_import = lock_one(ScoreImport.objects.all(), score_import.pk)
    for award_list in score_import.award_lists.order_by("pk"):
        award_list = lock_one(AwardList.objects.all(), award_list.pk)
        if award_list.status not in {ListStatus.DRAFT, ListStatus.CHECKED}:
            raise TransitionNotAllowed(f"{award_list.status} -> checked again")
        AwardListRow.objects.filter(award_list=award_list)._raw_delete("default")
        award_list.delete()
    score_import.ladder = ladder or score_import.ladder
    score_import.save(update_fields=["ladder"])
    score_import.results.filter(is_known_by_id=True).update(
        email="", known_name="", is_known_by_id=False, problem=RowProblem.NO_PERSON
    )
    score_import.results.filter(earns__gt=0).update(earns=0)
    score_import.results.filter(remark__in=REMARKS_BY_RULES).update(remark="")
    judging.make_lists(score_import)
    record("scores checked again", score_import, by=by, agency=score_import.agency, at=now)
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


def start(
    score_import: ScoreImport, *, by: User, at_once: bool = False, now: datetime | None = None
) -> int:
    """Start awarding every checked list of the import. Returns how many were started."""
    start_list = partial(award_lists.start, at_once=at_once)
    started = _apply_to_lists(score_import, start_list, {ListStatus.CHECKED}, by=by, now=now)
    if started:  # what its columns mean can't be changed any more
        ScoreUpload.objects.filter(score_import=score_import).delete()
    return started


def undo(score_import: ScoreImport, *, by: User, reason: str, now: datetime | None = None) -> int:
    """Take back what every list of the import awarded. Returns how many lists that are."""
    undo_list = partial(award_lists.undo, reason=reason)
    return _apply_to_lists(score_import, undo_list, CAN_BE_UNDONE, by=by, now=now)


def stop(score_import: ScoreImport, *, by: User, now: datetime | None = None) -> int:
    return _apply_to_lists(score_import, award_lists.stop, {ListStatus.RUNNING}, by=by, now=now)


def resume(score_import: ScoreImport, *, by: User, now: datetime | None = None) -> int:
    return _apply_to_lists(score_import, award_lists.resume, {ListStatus.STOPPED}, by=by, now=now)


@transaction.atomic
def discard(score_import: ScoreImport, *, by: User, now: datetime | None = None) -> None:
    """Delete results that awarded nothing, with the addresses in them.

    Raises DoesNotExist if somebody else has deleted them.
    """
    score_import = lock_one(ScoreImport.objects.all(), score_import.pk)
    for award_list in score_import.award_lists.order_by("pk"):
        award_lists.delete(award_list)
    record("scores discarded", score_import, by=by, agency=score_import.agency, at=now)
    ScoreResult.objects.filter(score_import=score_import)._raw_delete("default")
    score_import.delete()


def _apply_to_lists(
    score_import: ScoreImport,
    operation: Callable[..., None],
    statuses: Set[ListStatus],
    *,
    by: User,
    now: datetime | None,
) -> int:
    count = 0
    for award_list in score_import.award_lists.filter(status__in=statuses).order_by("pk"):
        try:
            operation(award_list, by=by, now=now)
        except TransitionNotAllowed:
            continue
        count += 1
    return count
