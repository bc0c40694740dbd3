"""Whoever holds every step of an active pathway is awarded the badge at its end.

Two ways lead here. When a step is issued, its count is due in the same transaction: a worker looks
at who got it. When a pathway is made, changed or resumed, people may hold every step already: its
sweep is due, and a worker looks at everybody in batches. Every pathway is swept once a day besides,
so a renewal whose time has come is found, and whatever else changed in between.

Holding a step means: issued, not revoked, not expired. A step that is revoked later takes nothing
back by itself: a coordinator decides about the badge at the end. A badge that was taken back is
awarded again once a step has been earned anew, and so is one that is due for renewal.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.operations import lock_people
from audit.operations import record_all
from awarding.models import PathwaySweep, StepToCount
from background.due_rows import enqueue_on_commit
from catalog.models import BadgeClass, Pathway, PathwayStep
from catalog.querysets import PathwayQuerySet
from issuing.awards.operations.granting import AT_ONCE, Grant, grant_all
from issuing.expiry import is_due_for_renewal
from issuing.models import Assertion
from issuing.querysets import AssertionQuerySet
from issuing.states import STANDING, AwardStatus, GrantSource
from postgres.bulk_insert import insert_rows

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _NumberOfSteps(TypedDict):
        number_of_steps: int

    CountedPathway = WithAnnotations[Pathway, _NumberOfSteps]

log = logging.getLogger(__name__)

PEOPLE_AT_ONCE = 500
BETWEEN_SWEEPS = timedelta(days=1)


def make_count_due(awards: Sequence[Assertion]) -> None:
    """These newly issued badges may be the last steps that somebody lacked.

    They are not counted here: whoever issues a thousand awards holds all of them, and would wait
    for others that somebody else holds.
    """
    badges = {award.badge_class_id for award in awards}
    active = PathwayStep.objects.filter(
        badge_class__in=badges, pathway__in=Pathway.objects.active()
    )
    if steps := set(active.values_list("badge_class", flat=True)):
        rows = [(award.pk,) for award in awards if award.badge_class_id in steps]
        insert_rows(StepToCount, ["step_id"], rows)
        enqueue_on_commit("awarding.tasks.award_pathways")


def count_due(*, now: datetime) -> None:
    """Award what newly issued steps complete. One that gives trouble keeps no other waiting.

    The waiting time of the badge at the end begins now: a step may wait long to be counted, when
    a worker was killed, and coordinators look at every award for as long as the badge says.
    """
    reached, due = 0, StepToCount.objects.order_by("pk").values_list("pk", flat=True)
    while batch := list(due.filter(pk__gt=reached)[:PEOPLE_AT_ONCE]):
        reached = batch[-1]
        if not _have_counted(batch, now=now):
            for each in batch:
                _have_counted([each], now=now)


def make_sweep_due(pathway: Pathway, *, now: datetime | None = None) -> None:
    """Somebody may hold every step already: look at everybody, from the start."""
    PathwaySweep.objects.update_or_create(
        pathway=pathway, defaults={"due_at": now or timezone.now(), "reached": 0}
    )
    enqueue_on_commit("awarding.tasks.award_pathways")


def sweep_due(*, now: datetime) -> None:
    """Work off every sweep that is due. A pathway that gives trouble keeps no other waiting."""
    unknown = Pathway.objects.filter(sweep=None).values_list("pk", flat=True)
    PathwaySweep.objects.bulk_create(
        [PathwaySweep(pathway_id=pathway, due_at=now) for pathway in unknown],
        ignore_conflicts=True,
    )
    due = PathwaySweep.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    for sweep in list(due.values_list("pk", flat=True)):
        try:
            while _sweep_on(sweep, now=now):
                pass
        except Exception:
            log.exception("Could not sweep pathway of sweep %s", sweep)


def ends_counting(step: Assertion) -> AssertionQuerySet:
    """Badges at the end of pathways that this person holds, and to which this award counted."""
    return (
        Assertion.objects.standing()
        .filter(
            recipient=step.recipient_id,
            badge_class__pathway__steps__badge_class=step.badge_class_id,
        )
        .with_badge()
    )


def _have_counted(keys: Collection[int], *, now: datetime) -> bool:
    try:
        while not _count(keys, now=now):
            pass
    except Exception:
        log.exception("Could not count %s steps together", len(keys))
        return False
    return True


@transaction.atomic
def _count(keys: Collection[int], *, now: datetime) -> bool:
    """False when they complete more than one transaction can award, and are counted once more."""
    due = StepToCount.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
    mine = list(due.filter(pk__in=keys).select_related("step"))
    steps = [each.step for each in mine]
    leading_on = PathwayStep.objects.filter(badge_class__in={step.badge_class_id for step in steps})
    pathways = _with_number_of_steps(Pathway.objects.filter(pk__in=leading_on.values("pathway")))
    if pathways and not _award({step.recipient_id for step in steps}, pathways, now=now):
        return False
    StepToCount.objects.filter(pk__in=[each.pk for each in mine]).delete()
    return True


@transaction.atomic
def _sweep_on(key: int, *, now: datetime) -> bool:
    """Look at the next people. False when there is nobody left, or another worker is at it."""
    locked = PathwaySweep.objects.select_for_update(no_key=True, skip_locked=True)
    sweep = locked.filter(pk=key, due_at__lte=now).first()
    if sweep is None:
        return False
    pathways = _with_number_of_steps(Pathway.objects.filter(pk=sweep.pathway_id))
    people = _candidates(pathways[0], after=sweep.reached, now=now) if pathways else []
    if people:
        _award(people, pathways, now=now)
    if goes_on := len(people) == PEOPLE_AT_ONCE:
        sweep.reached = people[-1]
    else:
        sweep.reached, sweep.due_at = 0, now + BETWEEN_SWEEPS
    sweep.save(update_fields=["reached", "due_at"])
    return goes_on


def _award(people: Collection[int], pathways: Sequence[CountedPathway], *, now: datetime) -> bool:
    """Award the badges at the end of these pathways to those of these people who earned them.

    A number of statements that does not grow with them. False when there are more than one
    transaction can award: call again in another.
    """
    by_key = User.objects.in_bulk(people)
    # A step that is being revoked is waited for, and does not count.
    lock_people(by_key.values())
    needed = {pathway.pk: pathway for pathway in pathways}
    completed = [
        (by_key[person], needed[pathway], newest)
        for person, pathway, steps, newest in _held(people, pathways, now=now)
        if steps == needed[pathway].number_of_steps
    ]
    if not completed:
        return True
    earlier = defaultdict(list)
    before = Assertion.objects.filter(
        recipient__in={person.pk for person, _, _ in completed},
        badge_class__in={pathway.badge_class_id for _, pathway, _ in completed},
    ).select_related("badge_class")
    for award in before:
        earlier[award.recipient_id, award.badge_class_id].append(award)
    grants = [
        Grant(
            person,
            pathway.badge_class.published_version,
            GrantSource.PATHWAY,
            key=f"{pathway.pk}:{person.pk}:{_round(those)}",
        )
        for person, pathway, newest in completed
        if _is_due(those := earlier[person.pk, pathway.badge_class_id], newest=newest, now=now)
    ]
    outcomes = grant_all(grants[:AT_ONCE], by=None, now=now)
    agencies = {pathway.badge_class_id: pathway.agency for pathway in pathways}
    acts = [
        (COMPLETED, new, agencies[new.badge_class_id])
        for outcome in outcomes
        if (new := outcome.new_award)
    ]
    if acts:
        record_all(acts, by=None, at=now)
    # Where nothing came of any, the same ones would only come again. The rest is swept.
    return len(grants) <= AT_ONCE or not acts


COMPLETED = "pathway completed"


def _round(earlier: Iterable[Assertion]) -> int:
    return 1 + sum(award.source == GrantSource.PATHWAY for award in earlier)


def _is_due(earlier: Iterable[Assertion], *, newest: datetime, now: datetime) -> bool:
    """The first time, always. After that a step must have been earned since."""
    for award in earlier:
        stands = award.status in STANDING and award.renewed_at is None
        if stands and not is_due_for_renewal(award, now=now):
            return False
        cancelled = award.status == AwardStatus.CANCELLED
        # A cancelled list says nothing about whoever was on it and went the whole way.
        if cancelled and award.source != GrantSource.PATHWAY:
            continue
        if newest <= award.created_at:
            return False
    return True


def _held(
    people: Collection[int], pathways: Iterable[Pathway], *, now: datetime
) -> Iterable[tuple[int, int, int, datetime]]:
    """Of each person and pathway, how many steps are held, and when the last one was earned."""
    return (
        _holding(now)
        .filter(recipient__in=people, badge_class__pathway_steps__pathway__in=pathways)
        .values_list("recipient", "badge_class__pathway_steps__pathway")
        .annotate(Count("badge_class", distinct=True), Max("issued_on"))
    )


def _candidates(pathway: CountedPathway, *, after: int, now: datetime) -> list[int]:
    """The next people who hold every step and not, or not for much longer, the badge."""
    badge_class: BadgeClass = pathway.badge_class
    settled = Assertion.objects.standing().filter(
        recipient=OuterRef("recipient"), badge_class=badge_class
    )
    if badge_class.renewable:
        opens = now + timedelta(days=badge_class.renewal_days_before)
        settled = settled.exclude(status=AwardStatus.ISSUED, expires__lte=opens)
    people = (
        _holding(now)
        .filter(badge_class__pathway_steps__pathway=pathway, recipient__gt=after)
        .exclude(Exists(settled))
        .values("recipient")
        .annotate(steps=Count("badge_class", distinct=True))
        .filter(steps=pathway.number_of_steps)
    )
    return list(people.order_by("recipient").values_list("recipient", flat=True)[:PEOPLE_AT_ONCE])


def _holding(now: datetime) -> AssertionQuerySet:
    return Assertion.objects.issued().filter(Q(expires=None) | Q(expires__gt=now)).order_by()


def _with_number_of_steps(pathways: PathwayQuerySet) -> list[CountedPathway]:
    active: QuerySet[Pathway] = pathways.active()
    counted = active.annotate(number_of_steps=Count("steps"))
    return list(
        counted.filter(number_of_steps__gt=0).select_related(
            "badge_class__current_version", "badge_class__issuer__agency"
        )
    )
