"""What a coordinator may see of who reviews what: the numbers are those of the rows they may see.

A coordinator who is reading a submission learns nothing of its other readers, so neither rows nor
numbers have these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, User
from reviewing.automatic.due import monday, with_load
from reviewing.deadlines import closed_days
from reviewing.models import Assignment, Place, Review
from reviewing.querysets import AssignmentQuerySet
from reviewing.workload.done import working_days
from submissions.models import Submission
from submissions.querysets import accounts_of
from submissions.states import Status

# Medians are of the last quarter of a year, so that they say how it is now.
RECENT = timedelta(days=90)
WITH_REVIEWERS = (Status.SUBMITTED, Status.IN_REVIEW)
Role = Membership.Role


@dataclass(frozen=True)
class ReviewerRow:
    reviewer: User
    in_hand: int = 0
    late: int = 0
    this_week: int = 0
    last_decided: datetime | None = None
    median_days: float | None = None


def visible_assignments(user: User) -> AssignmentQuerySet:
    """Of submissions of others, without those of whom this coordinator may not know."""
    found = Assignment.objects.filter(
        released_at=None, submission__in=Submission.objects.read_as_coordinator(user)
    )
    return found.not_hidden_from(user)


def open_places(user: User) -> QuerySet[Place]:
    """Places that nobody has taken, or whose reader has not finished; most urgent first.

    `reading` has the assignment of the reader, if there is one.
    """
    own = accounts_of(user)
    unfinished = Assignment.objects.unfinished()
    reading = unfinished.filter(place=OuterRef("pk"))
    blind = Assignment.objects.reading_blind(user).filter(
        submission=OuterRef("attempt__submission")
    )
    return (
        Place.objects.filter(
            Q(pk__in=Place.objects.open()) | Exists(reading),
            Exists(reading.filter(reviewer__in=own)) | ~Exists(blind),
            attempt__submission__in=Submission.objects.read_as_coordinator(user),
            attempt__submission__status__in=WITH_REVIEWERS,
        )
        .select_related(
            "attempt__submission__version", "attempt__submission__badge_class__issuer__agency"
        )
        .prefetch_related(
            Prefetch("assignments", unfinished.select_related("reviewer"), to_attr="reading")
        )
        .order_by("attempt__submission__due_on", "pk")
    )


def reviewers_of(user: User) -> QuerySet[User]:
    """Reviewers in the coordinator's part and above it."""
    coordinated = Agency.objects.where_user_is(user, Role.COORDINATOR)
    above = Agency.objects.above_where_user_is(user, Role.COORDINATOR)
    members = Membership.objects.confirmed().filter(
        Q(agency__in=coordinated) | Q(agency__in=above), role=Role.REVIEWER
    )
    return User.objects.filter(pk__in=members.values("user"), is_active=True)


def reviewer_rows(user: User, *, now: datetime) -> list[ReviewerRow]:
    """One for each person who reviews, or has something left."""
    today = timezone.localdate(now)
    visible = visible_assignments(user)
    is_open = Q(pk__in=Assignment.objects.unfinished().values("pk"))
    counted = {
        row.pop("reviewer__person_key"): row
        for row in visible.order_by()
        .values("reviewer__person_key")
        .annotate(
            in_hand=Count("pk", filter=is_open),
            late=Count("pk", filter=is_open & Q(submission__due_on__lt=today)),
            this_week=Count("pk", filter=Q(assigned_at__gte=monday(today))),
            last_decided=Max("decided_at"),
        )
    }
    medians = _median_days(visible, since=now - RECENT)
    left = [key for key, row in counted.items() if row["in_hand"]]
    people = User.objects.filter(Q(pk__in=reviewers_of(user)) | Q(pk__in=left)).annotate(
        is_coordinated=Exists(
            Membership.objects.confirmed()
            .coordinated_by(user)
            .filter(user=OuterRef("pk"), role=Role.REVIEWER)
        )
    )
    by_person = {one.person_key: one for one in with_load(people, today=today).order_by("-pk")}
    return [
        ReviewerRow(person, **counted.get(key, {}), median_days=medians.get(key))
        for key, person in by_person.items()
    ]


SORTS = {
    "name": lambda row: str(row.reviewer).casefold(),
    "in_hand": lambda row: row.in_hand,
    "late": lambda row: row.late,
    "week": lambda row: row.this_week,
    "days": lambda row: row.median_days,
    "last": lambda row: row.last_decided,
}


def in_order(rows: Iterable[ReviewerRow], sort: str) -> list[ReviewerRow]:
    """`sort` is a key of SORTS, with a minus for falling order. What is not known comes last."""
    value = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    rows = sorted(rows, key=SORTS["name"])
    known = [row for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    return sorted(known, key=value, reverse=sort.startswith("-")) + unknown


def _median_days(visible: QuerySet[Assignment], *, since: datetime) -> Mapping[int, float]:
    """By person: working days from getting a submission to finishing its review."""
    finished = Review.objects.by_readers().filter(
        attempt=OuterRef("place__attempt"), reviewer=OuterRef("reviewer")
    )
    rows = list(
        visible.filter(decided_at__gte=since)
        .annotate(finished_at=finished.values("finished_at")[:1])
        .values_list(
            "reviewer__person_key",
            "assigned_at",
            "finished_at",
            "submission__badge_class__issuer__agency",
        )
    )
    if not rows:
        return {}
    first = timezone.localdate(min(row[1] for row in rows))
    closed = closed_days({row[3] for row in rows}, since=first)
    days: dict[int, list[int]] = defaultdict(list)
    for key, given, ended, agency in rows:
        if ended:
            days[key].append(working_days(given, ended, closed[agency]))
    return {key: median(found) for key, found in days.items()}
