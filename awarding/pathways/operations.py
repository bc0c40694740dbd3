"""Award the badge at the end of an active pathway to everyone who holds all of its steps.

Two things start a check. When a step is issued, a StepToCount is saved in the same transaction, and
a worker checks its earner. When a pathway is created, changed or resumed, people may already hold
every step, so its sweep is due: a worker checks everybody, in batches. Every pathway is also swept
once a day, which finds renewals that have become possible and anything else that was missed.

A step is held if it is issued, not revoked and not expired. Revoking a step later takes no badge
back: a coordinator decides about the badge at the end. A badge that was cancelled or revoked, or
can be renewed, is awarded again only if a step was granted after it. The order of their rows says
so, not their times, because a clock may be set back; one person's awards are granted one by one.
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
from background.enqueue import enqueue_on_commit
from catalog.models import BadgeClass, Pathway, PathwayStep
from catalog.querysets import PathwayQuerySet
from issuing.awards.operations.granting import MAX_GRANTS, Grant, grant_all
from issuing.expiry import is_due_for_renewal
from issuing.models import Assertion
from issuing.querysets import AssertionQuerySet
from issuing.states import ACTIVE, AwardStatus, GrantSource
from postgres.bulk_insert import insert_rows

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _NumberOfSteps(TypedDict):
        number_of_steps: int

    CountedPathway = WithAnnotations[Pathway, _NumberOfSteps]

log = logging.getLogger(__name__)

PEOPLE_BATCH = 500
SWEEP_INTERVAL = timedelta(days=1)


def queue_steps_to_count(awards: Sequence[Assertion]) -> None:
    """Queue those of the newly issued badges that are steps of an active pathway.

    They are counted later, in a transaction of their own: issuing has locked up to a thousand
    awards, and counting would wait for awards that another transaction has locked.
    """
    badges = {award.badge_class_id for award in awards}
    active = PathwayStep.objects.filter(
        badge_class__in=badges, pathway__in=Pathway.objects.active()
    )
    if steps := set(active.values_list("badge_class", flat=True)):
        rows = [(award.pk,) for award in awards if award.badge_class_id in steps]
        insert_rows(StepToCount, ["step_id"], rows)
        enqueue_on_commit("awarding.tasks.award_pathways")


def queue_steps_of(users: Sequence[User]) -> None:
    """Queue what these people hold: together, their accounts may complete a pathway."""
    queue_steps_to_count(list(Assertion.objects.issued().filter(recipient__in=users)))


def count_due_steps(*, now: datetime) -> None:
    """Award the badges of pathways that queued steps complete. An error delays only its own step.

    The waiting time of the badge at the end begins now, not when the step was issued: coordinators
    get the full time to look at an award even if a killed worker delayed its count.
    """
    last_pk, due = 0, StepToCount.objects.order_by("pk").values_list("pk", flat=True)
    while batch := list(due.filter(pk__gt=last_pk)[:PEOPLE_BATCH]):
        last_pk = batch[-1]
        if not _try_to_count(batch, now=now):
            for key in batch:
                _try_to_count([key], now=now)


def schedule_sweep(pathway: Pathway, *, now: datetime | None = None) -> None:
    """Check everybody from the start: people may already hold every step."""
    PathwaySweep.objects.update_or_create(
        pathway=pathway, defaults={"due_at": now or timezone.now(), "reached": 0}
    )
    enqueue_on_commit("awarding.tasks.award_pathways")


def run_due_sweeps(*, now: datetime) -> None:
    """Run every sweep that is due. An error in one pathway does not delay the others."""
    never_swept = Pathway.objects.filter(sweep=None).values_list("pk", flat=True)
    PathwaySweep.objects.bulk_create(
        [PathwaySweep(pathway_id=pathway, due_at=now) for pathway in never_swept],
        ignore_conflicts=True,
    )
    due = PathwaySweep.objects.filter(_is_sweep_due(now)).order_by("due_at", "pk")
    for sweep in list(due.values_list("pk", flat=True)):
        try:
            while _sweep_batch(sweep, now=now):
                pass
        except Exception:
            log.exception("Could not sweep pathway of sweep %s", sweep)


def pathway_awards_counting(step: Assertion) -> AssertionQuerySet:
    """The earner's awards of pathways in which this award counts as a step."""
    return (
        Assertion.objects.active()
        .filter(
            recipient__in=User.objects.same_person(step.recipient_id),
            badge_class__pathway__steps__badge_class=step.badge_class_id,
        )
        .with_badge()
    )


def _try_to_count(keys: Collection[int], *, now: datetime) -> bool:
    """Count the steps; on an error, log it and return False."""
    try:
        while not _count(keys, now=now):
            pass
    except Exception:
        log.exception("Could not count %s steps together", len(keys))
        return False
    return True


@transaction.atomic
def _count(keys: Collection[int], *, now: datetime) -> bool:
    """Count the steps and delete them from the queue.

    False if they complete more than one transaction can award: they stay queued; call again.
    """
    due = StepToCount.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
    queued = list(due.filter(pk__in=keys).select_related("step"))
    steps = [to_count.step for to_count in queued]
    pathway_steps = PathwayStep.objects.filter(
        badge_class__in={step.badge_class_id for step in steps}
    )
    pathways = _with_number_of_steps(Pathway.objects.filter(pk__in=pathway_steps.values("pathway")))
    if pathways and not _award({step.recipient_id for step in steps}, pathways, now=now):
        return False
    StepToCount.objects.filter(pk__in=[to_count.pk for to_count in queued]).delete()
    return True


def _is_sweep_due(now: datetime) -> Q:
    """None is ever scheduled further ahead than one interval, unless a clock was ahead."""
    return Q(due_at__lte=now) | Q(due_at__gt=now + SWEEP_INTERVAL)


@transaction.atomic
def _sweep_batch(key: int, *, now: datetime) -> bool:
    """Check the next people. False if nobody is left, or another worker holds the sweep."""
    locked = PathwaySweep.objects.select_for_update(no_key=True, skip_locked=True)
    sweep = locked.filter(_is_sweep_due(now), pk=key).first()
    if sweep is None:
        return False
    pathways = _with_number_of_steps(Pathway.objects.filter(pk=sweep.pathway_id))
    people = _candidates(pathways[0], after=sweep.reached, now=now) if pathways else []
    if people:
        _award(people, pathways, now=now)
    if has_more := len(people) == PEOPLE_BATCH:
        sweep.reached = people[-1]
    else:
        sweep.reached, sweep.due_at = 0, now + SWEEP_INTERVAL
    sweep.save(update_fields=["reached", "due_at"])
    return has_more


def _award(people: Collection[int], pathways: Sequence[CountedPathway], *, now: datetime) -> bool:
    """Award the badges of these pathways to those of the people who hold every step.

    The number of queries does not grow with the people. False if more awards are due than one
    transaction can make: call again in another.
    """
    # What several accounts of a person hold counts together, and the main one gets the badge.
    accounts = User.objects.filter(
        person_key__in=User.objects.filter(pk__in=people).values("person_key")
    )
    by_key = {account.pk: account for account in accounts}
    # Waits for a transaction that is revoking a step, so that the step no longer counts.
    lock_people(by_key.values())
    mains = {account.person_key for account in by_key.values()}
    needed = {pathway.pk: pathway for pathway in pathways}
    completed = [
        (by_key[person], needed[pathway], newest)
        for person, pathway, steps, newest in _steps_held(mains, pathways, now=now)
        if steps == needed[pathway].number_of_steps
    ]
    if not completed:
        return True
    earlier = defaultdict(list)
    earlier_awards = Assertion.objects.filter(
        recipient__person_key__in={person.pk for person, _, _ in completed},
        badge_class__in={pathway.badge_class_id for _, pathway, _ in completed},
    ).select_related("badge_class", "recipient")
    for award in earlier_awards:
        earlier[award.recipient.person_key, award.badge_class_id].append(award)
    grants = [
        Grant(
            person,
            pathway.badge_class.published_version,
            GrantSource.PATHWAY,
            key=f"{pathway.pk}:{person.pk}:{_award_number(awards)}",
        )
        for person, pathway, newest in completed
        if _is_due(awards := earlier[person.pk, pathway.badge_class_id], newest=newest, now=now)
    ]
    outcomes = grant_all(grants[:MAX_GRANTS], by=None, now=now)
    agencies = {pathway.badge_class_id: pathway.agency for pathway in pathways}
    acts = [
        (COMPLETED, new, agencies[new.badge_class_id])
        for outcome in outcomes
        if (new := outcome.new_award)
    ]
    if acts:
        record_all(acts, by=None, at=now)
    # If none was granted, another call would only repeat this. The daily sweep finds the rest.
    return len(grants) <= MAX_GRANTS or not acts


COMPLETED = "pathway completed"


def _award_number(earlier: Iterable[Assertion]) -> int:
    """Which award by this pathway it would be, from 1: part of the key of its grant."""
    return 1 + sum(award.source == GrantSource.PATHWAY for award in earlier)


def _is_due(earlier: Iterable[Assertion], *, newest: int, now: datetime) -> bool:
    """Whether to award: always the first time, then only if a step was granted since."""
    for award in earlier:
        is_current = award.status in ACTIVE and award.renewed_at is None
        if is_current and not is_due_for_renewal(award, now=now):
            return False
        cancelled = award.status == AwardStatus.CANCELLED
        # A cancelled award from another source, such as a list, does not matter to the pathway.
        if cancelled and award.source != GrantSource.PATHWAY:
            continue
        if newest < award.pk:
            return False
    return True


def _steps_held(
    people: Iterable[int], pathways: Iterable[Pathway], *, now: datetime
) -> Iterable[tuple[int, int, int, int]]:
    """(person, pathway, number of steps held, key of the last one granted) for each pair."""
    return (
        _steps_in_force(now)
        .filter(recipient__person_key__in=people, badge_class__pathway_steps__pathway__in=pathways)
        .values_list("recipient__person_key", "badge_class__pathway_steps__pathway")
        .annotate(Count("badge_class", distinct=True), Max("pk"))
    )


def _candidates(pathway: CountedPathway, *, after: int, now: datetime) -> list[int]:
    """The next people who hold every step, and who lack the badge or can renew it."""
    badge_class: BadgeClass = pathway.badge_class
    lasting = Assertion.objects.active().filter(
        recipient__person_key=OuterRef("recipient__person_key"), badge_class=badge_class
    )
    if badge_class.renewable:
        renewable_until = now + timedelta(days=badge_class.renewal_days_before)
        lasting = lasting.exclude(status=AwardStatus.ISSUED, expires__lte=renewable_until)
    people = (
        _steps_in_force(now)
        .filter(badge_class__pathway_steps__pathway=pathway, recipient__person_key__gt=after)
        .exclude(Exists(lasting))
        .values("recipient__person_key")
        .annotate(steps=Count("badge_class", distinct=True))
        .filter(steps=pathway.number_of_steps)
    )
    person = "recipient__person_key"
    return list(people.order_by(person).values_list(person, flat=True)[:PEOPLE_BATCH])


def _steps_in_force(now: datetime) -> AssertionQuerySet:
    return Assertion.objects.issued().filter(Q(expires=None) | Q(expires__gt=now)).order_by()


def _with_number_of_steps(pathways: PathwayQuerySet) -> list[CountedPathway]:
    active: QuerySet[Pathway] = pathways.active()
    counted = active.annotate(number_of_steps=Count("steps"))
    return list(
        counted.filter(number_of_steps__gt=0).select_related(
            "badge_class__current_version", "badge_class__issuer__agency"
        )
    )
