"""Appeals and holds that wait are due rows: somebody is reminded of each, again and again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from background.operations import work_on
from reviewing.due_process.operations.appeals import next_reminder
from reviewing.due_process.telling import coordinators_of, tell_all
from reviewing.models import Appeal, IntegrityHold

BATCH = 100


@transaction.atomic
def remind_of_appeals(*, now: datetime) -> bool:
    """False if none was due. One that fails is tried again as late as the others."""
    due = Appeal.objects.due_for_a_reminder(now=now).with_submission()
    chosen = list(due.select_for_update(no_key=True, skip_locked=True, of=["self"])[:BATCH])
    work_on(chosen, lambda some: _tell_of_appeals(some, now=now), what="remind of an appeal")
    return _put_off(Appeal, chosen, now=now)


@transaction.atomic
def remind_of_holds(*, now: datetime) -> bool:
    due = IntegrityHold.objects.due_for_a_reminder(now=now).with_submission()
    chosen = list(due.select_for_update(no_key=True, skip_locked=True, of=["self"])[:BATCH])
    work_on(chosen, lambda some: _tell_of_holds(some, now=now), what="remind of a hold")
    return _put_off(IntegrityHold, chosen, now=now)


def _put_off(
    model: type[Appeal] | type[IntegrityHold],
    chosen: list[Appeal] | list[IntegrityHold],
    *,
    now: datetime,
) -> bool:
    keys = [one.pk for one in chosen]
    model.objects.filter(pk__in=keys).update(remind_at=next_reminder(now))
    return bool(chosen)


def _tell_of_appeals(chosen: list[Appeal], *, now: datetime) -> None:
    """Its reader, and once it is late the coordinators, too."""
    today = timezone.localdate(now)
    for made in chosen:
        people = [made.reader] if made.reader else []
        if made.reader is None or made.due_on < today:
            people += [one for one in coordinators_of(made.submission) if one not in people]
        tell_all(people, "appeal_reminder", f"{made.pk}:{today}", appeal=made.pk)


def _tell_of_holds(chosen: list[IntegrityHold], *, now: datetime) -> None:
    today = timezone.localdate(now)
    for held in chosen:
        people = coordinators_of(held.submission)
        tell_all(people, "hold_reminder", f"{held.pk}:{today}", hold=held.pk)
