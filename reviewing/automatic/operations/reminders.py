"""Reviewers are reminded to begin and to finish; coordinators hear of what is late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, User
from accounts.workdays import add_working_days, is_working_day
from mail.operations import Letter, queue_each
from reviewing.automatic.due import late_submissions, to_begin
from reviewing.deadlines import closed_days
from reviewing.models import Assignment, Decision
from reviewing.second_looks import operations as second_looks
from reviewing.states import DecisionStatus
from submissions.models import Submission

# Reminders are sent this many working days before the due date, in the morning.
REMIND_DAYS_BEFORE = 1
MORNING = time(7)
LONGEST_BREAK = timedelta(days=21)


@transaction.atomic
def remind_reviewers(*, now: datetime) -> None:
    """Queue reminders about submissions that are due soon or late, to those whose turn it is.

    That is the reviewer, or after a decline everybody who may confirm it: other reviewers, and
    coordinators where there are none. Nobody is reminded of a decision that takes effect by itself.
    Each person gets at most one reminder per working day, because the email's key contains the day.
    One that fails is tried again in the next run.
    """
    today = timezone.localdate(now)
    urgent: dict[User, dict[str, list[int]]] = {}
    for assignment in _due_soon(today):
        if assignment.waiting_status is None:
            if assignment.reviewer.is_active and not assignment.is_finished:
                _add(urgent, assignment.reviewer, "assignments", assignment.pk)
        elif assignment.waiting_status == DecisionStatus.UNCONFIRMED:
            waiting = Decision.objects.unconfirmed().with_submission()
            # It may have been confirmed since it was looked for.
            for decision in waiting.filter(attempt__submission=assignment.submission_id):
                for person in second_looks.people_asked(decision):
                    _add(urgent, person, "second_looks", decision.pk)
    letters = [
        morning_letter("review_reminder", f"{person.pk}:{today}", person, context, now=now)
        for person, context in urgent.items()
    ]
    queue_each(letters, now=now)


@transaction.atomic
def remind_to_begin(*, now: datetime) -> None:
    """Once about each assignment, on the working day before it returns to the queue.

    An email that fails is tried again in the next run.
    """
    today = timezone.localdate(now)
    due = to_begin(today=today, until=today + LONGEST_BREAK).filter(reviewer__is_active=True)
    rows = list(due.select_related("reviewer", "submission__badge_class__issuer"))
    closed = closed_days({_agency(row.submission) for row in rows}, since=today)
    letters = []
    for row in rows:
        days_off = closed[_agency(row.submission)]
        tomorrow = add_working_days(today, 1, days_off)
        if is_working_day(today, days_off) and row.begin_by and row.begin_by <= tomorrow:
            context = {"assignment": row.pk}
            letters.append(
                morning_letter("review_to_begin", row.pk, row.reviewer, context, now=now)
            )
    queue_each(letters, now=now)


@transaction.atomic
def tell_of_late_reviews(*, now: datetime) -> None:
    """To the coordinators of the issuers, at most once a working day."""
    today = timezone.localdate(now)
    late = late_submissions(today=today)
    agencies = set(late.values_list("badge_class__issuer__agency", flat=True))
    closed = closed_days(agencies, since=today)
    working = [one for one in agencies if is_working_day(today, closed[one])]
    letters = [
        morning_letter(
            "late_reviews", f"{person.pk}:{today}", person, {"person": person.pk}, now=now
        )
        for person in _coordinators(working)
    ]
    queue_each(letters, now=now)


def morning_letter(
    kind: str, key: object, person: User, context: Mapping[str, Any], *, now: datetime
) -> Letter:
    """It leaves today, but not in the night."""
    morning = timezone.make_aware(datetime.combine(timezone.localdate(now), MORNING))
    return Letter(
        kind, str(key), person.email, person.language, {**context}, due_at=max(now, morning)
    )


def _due_soon(today: date) -> list[Assignment]:
    """Active assignments that are late or due within REMIND_DAYS_BEFORE, if today is a workday."""
    active = Assignment.objects.active().filter(submission__due_on__lte=today + LONGEST_BREAK)
    active = active.select_related("reviewer", "submission__badge_class__issuer")
    rows = list(active.with_waiting_decision().order_by("submission__due_on", "pk"))
    agencies = {row.submission.badge_class.issuer.agency_id for row in rows}
    closed = closed_days(agencies, since=today)
    urgent = []
    for row in rows:
        days_off = closed[row.submission.badge_class.issuer.agency_id]
        soon = add_working_days(today, REMIND_DAYS_BEFORE, days_off)
        due_on = row.submission.due_on
        if is_working_day(today, days_off) and due_on and due_on <= soon:
            urgent.append(row)
    return urgent


def _add(urgent: dict[User, dict[str, list[int]]], person: User, what: str, pk: int) -> None:
    urgent.setdefault(person, {}).setdefault(what, []).append(pk)


def _coordinators(agencies: Collection[int]) -> QuerySet[User]:
    """Of these agencies, and of those above them."""
    roles = Membership.objects.confirmed().filter(role=Membership.Role.COORDINATOR)
    members = roles.filter(agency__in=Agency.objects.above_any(agencies))
    return User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk")


def _agency(submission: Submission) -> int:
    return submission.badge_class.issuer.agency_id
