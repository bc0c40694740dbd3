"""Reviewers read anchors: to practice, and to qualify."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from accounts.operations import lock_people
from audit.operations import record
from catalog.models import BadgeClass, Criterion
from reviewing.calibration.readiness import usable
from reviewing.models import (
    Anchor,
    AnchorAnswer,
    AnchorReading,
    AnchorVersion,
    CalibrationRules,
    Qualification,
)
from reviewing.permissions import can_qualify
from reviewing.signals import reviewer_qualified
from reviewing.states import AnchorUse

# A qualification is short enough for one sitting.
MOST_ANCHORS = 5
# Whoever has not reached the mark practices first.
AGAIN_AFTER = timedelta(hours=20)
REMIND_DAYS_BEFORE = 14


class AlreadyAnswered(Exception):
    """It was answered in another window, or the button was pressed twice."""


class TakenOut(Exception):
    """The anchor was taken out before it was answered."""


class NotAllowed(Exception):
    """This person is no reviewer of the badge, or does not hold it."""


class NothingToRead(Exception):
    """The badge has no anchors for this, or all of them were made by this person."""


class TooSoon(Exception):
    """The last try was a few hours ago."""


def criteria_to_judge(reading: AnchorReading) -> list[Criterion]:
    """The criteria that were shown and about which something was agreed."""
    agreed = reading.anchor_version.verdicts.exclude(verdict="").values("criterion__thread")
    return list(reading.version.criteria.filter(thread__in=agreed).prefetch_related("levels"))


@transaction.atomic
def practice(
    given: AnchorVersion, *, by: User, verdicts: Mapping[Criterion, str],
    now: datetime | None = None,
) -> AnchorReading:  # fmt: skip
    """Answer an anchor to practice with. The first answer counts. Raises AlreadyAnswered."""
    now = now or timezone.now()
    lock_people([by])
    reading, is_new = AnchorReading.objects.get_or_create(
        reviewer=by,
        anchor_version=given,
        use=AnchorUse.PRACTICE,
        defaults={"version": given.anchor.badge_class.published_version, "given_at": now},
    )
    if not is_new:
        raise AlreadyAnswered
    _answer(reading, verdicts, now=now)
    return reading


@transaction.atomic
def begin(badge_class: BadgeClass, *, by: User, now: datetime | None = None) -> Qualification:
    """Begin to qualify, or go on. Raises NotAllowed, TooSoon, NothingToRead."""
    now = now or timezone.now()
    lock_people([by])
    own = Qualification.objects.of(by).filter(badge_class=badge_class)
    if begun := own.open().first():
        return begun
    if not can_qualify(by, badge_class, now=now):
        raise NotAllowed
    if too_soon(own.first(), now=now):
        raise TooSoon
    anchors = _choose(badge_class, by)
    if not anchors:
        raise NothingToRead
    rules = CalibrationRules.objects.filter(badge_class=badge_class).first()
    mark = (rules or CalibrationRules()).mark
    begun = Qualification.objects.create(
        reviewer=by, badge_class=badge_class, mark=mark, begun_at=now
    )
    AnchorReading.objects.bulk_create(
        AnchorReading(
            reviewer=by, anchor_version=one, version=badge_class.published_version,
            use=AnchorUse.QUALIFICATION, qualification=begun, position=position, given_at=now,
        )
        for position, one in enumerate(anchors, start=1)
    )  # fmt: skip
    return begun


def too_soon(last: Qualification | None, *, now: datetime) -> bool:
    """After a try that did not reach the mark; not if there was nothing to judge."""
    if last is None or last.finished_at is None or last.is_reached or not last.judged:
        return False
    return now < last.finished_at + AGAIN_AFTER


@transaction.atomic
def answer(
    reading: AnchorReading, *, by: User, verdicts: Mapping[Criterion, str],
    now: datetime | None = None,
) -> Qualification:  # fmt: skip
    """Answer one anchor of a qualification. The last answer ends it.

    Raises AlreadyAnswered, TakenOut.
    """
    now = now or timezone.now()
    assert reading.qualification_id is not None  # noqa: S101 - practice() answers the others
    qualification = _lock(reading.qualification_id)
    reading.refresh_from_db(from_queryset=AnchorReading.objects.select_for_update(no_key=True))
    if reading.reviewer_id != by.pk or reading.answered_at or qualification.finished_at:
        raise AlreadyAnswered
    if reading.dropped_at:
        raise TakenOut
    _answer(reading, verdicts, now=now)
    _finish_if_complete(qualification, now=now)
    return qualification


def drop_unanswered(anchor: Anchor, *, now: datetime) -> None:
    """Whoever has not answered it goes on without it. In the caller's transaction."""
    open_ones = AnchorReading.objects.filter(
        anchor_version__anchor=anchor, answered_at=None, dropped_at=None
    ).exclude(qualification=None)
    for key in sorted(set(open_ones.values_list("qualification", flat=True))):
        qualification = _lock(key)
        open_ones.filter(qualification=qualification).update(dropped_at=now)
        _finish_if_complete(qualification, now=now)


def _choose(badge_class: BadgeClass, by: User) -> list[AnchorVersion]:
    """Those that the reviewer has read least often come first, by chance among equals."""
    anchors = usable(badge_class, AnchorUse.QUALIFICATION, without=by)
    read = AnchorReading.objects.filter(reviewer__person_key=by.person_key)
    times = dict(
        read.filter(anchor_version__anchor__in=[one.anchor_id for one in anchors])
        .order_by()
        .values_list("anchor_version__anchor")
        .annotate(Count("pk"))
    )
    secrets.SystemRandom().shuffle(anchors)
    return sorted(anchors, key=lambda one: times.get(one.anchor_id, 0))[:MOST_ANCHORS]


def _answer(reading: AnchorReading, verdicts: Mapping[Criterion, str], *, now: datetime) -> None:
    agreed = {
        one.criterion.thread: one
        for one in reading.anchor_version.verdicts.select_related("criterion")
    }
    AnchorAnswer.objects.bulk_create(
        AnchorAnswer(
            reading=reading, criterion=criterion, verdict=verdicts.get(criterion, ""),
            agreed=agreed[criterion.thread].verdict, is_must=agreed[criterion.thread].is_must,
        )
        for criterion in criteria_to_judge(reading)
    )  # fmt: skip
    reading.answered_at = now
    reading.save(update_fields=["answered_at"])


def _finish_if_complete(qualification: Qualification, *, now: datetime) -> None:
    left = qualification.readings.filter(answered_at=None, dropped_at=None)
    if qualification.finished_at or left.exists():
        return
    answers = list(AnchorAnswer.objects.filter(reading__qualification=qualification))
    q = qualification
    q.judged = len(answers)
    q.as_agreed = sum(one.is_as_agreed for one in answers)
    q.musts_missed = sum(one.is_must and not one.is_as_agreed for one in answers)
    q.is_reached = bool(answers) and not q.musts_missed and q.as_agreed * 100 >= q.mark * q.judged
    q.finished_at = now
    if q.is_reached:
        q.recheck_on = _recheck_on(q.badge_class, now=now)
        q.remind_on = q.recheck_on and q.recheck_on - timedelta(days=REMIND_DAYS_BEFORE)
    q.save()
    if q.is_reached:
        agency = q.badge_class.issuer.agency
        concerns = [q.reviewer_id]
        record(
            "reviewer qualified", q.badge_class, by=None, agency=agency, at=now, concerns=concerns
        )
        reviewer_qualified.send(sender=Qualification, qualification=q, now=now)


def _recheck_on(badge_class: BadgeClass, *, now: datetime) -> date | None:
    rules = CalibrationRules.objects.filter(badge_class=badge_class).first()
    months = (rules or CalibrationRules()).recheck_months
    return _months_after(timezone.localdate(now), months) if months else None


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _lock(qualification: int) -> Qualification:
    locked = Qualification.objects.select_for_update(no_key=True, of=["self"])
    return locked.select_related("badge_class__issuer__agency").get(pk=qualification)
