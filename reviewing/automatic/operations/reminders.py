"""Reviewers are reminded to begin; coordinators are told of what is late."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, User
from accounts.workdays import add_working_days, is_working_day
from mail.operations import queue_each
from reviewing.automatic.due import late_submissions, to_begin
from reviewing.deadlines import closed_days
from reviewing.operations import morning_letter
from submissions.models import Submission

LONGEST_BREAK = timedelta(days=21)


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
    """To the coordinators of issuers that assign automatically, at most once a working day."""
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


def _coordinators(agencies: Collection[int]) -> QuerySet[User]:
    """Of these agencies, and of those above them."""
    roles = Membership.objects.confirmed().filter(role=Membership.Role.COORDINATOR)
    members = roles.filter(agency__in=Agency.objects.above_any(agencies))
    return User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk")


def _agency(submission: Submission) -> int:
    return submission.badge_class.issuer.agency_id
