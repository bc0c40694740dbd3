"""What is due of the automatic assignment, and who could be given a place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Agency, Membership, User
from reviewing.conflicts import in_conflict, key_of, told_schools
from reviewing.models import (
    Absence,
    Assignment,
    Decision,
    Place,
    PutOff,
    Review,
    ReviewerSettings,
)
from reviewing.querysets import AssignmentQuerySet
from reviewing.without_reviewer import whose_reviewer_is_gone
from submissions.models import Submission
from submissions.states import Status

# Who sent something in can take it back until somebody has it, and reviewers can take it first.
WAIT = timedelta(minutes=15)


def places_to_assign(*, now: datetime) -> QuerySet[Place]:
    """Open places of issuers that assign automatically, most urgent first."""
    put_off = PutOff.objects.filter(place=OuterRef("pk"), until__gt=now)
    submission = "attempt__submission"
    return (
        Place.objects.open()
        .filter(
            ~Exists(put_off),
            opened_at__lte=now - WAIT,
            attempt__submission__status__in=[Status.SUBMITTED, Status.IN_REVIEW],
            attempt__submission__badge_class__issuer__assigns_reviewers=True,
        )
        .order_by(f"{submission}__due_on", f"{submission}__submitted_at", "pk")
    )


def possible_reviewers(place: Place, *, today: date) -> QuerySet[User]:
    """Reviewers who have time for it, with what they know and how much they have.

    How much somebody has and wants is counted over all accounts of the person.
    Not those who had this attempt and gave it back. Whether somebody may read it at all is the
    question of `reviewable_by`, asked of whoever is chosen.
    """
    submission = place.attempt.submission
    badge_class = submission.badge_class
    agencies = Agency.objects.above(badge_class.issuer.agency)
    members = Membership.objects.confirmed().filter(
        role=Membership.Role.REVIEWER, agency__in=agencies
    )
    people = User.objects.filter(told_schools(), pk__in=members.values("user"), is_active=True)
    people = people.exclude(in_conflict("person_key", key_of(submission.earner)))
    had = Assignment.objects.filter(place__attempt=place.attempt)
    people = people.exclude(person_key__in=had.values("reviewer__person_key"))
    settings = ReviewerSettings.objects.filter(user=OuterRef("pk"))
    language = submission.version.language
    return (
        with_load(people, today=today)
        .annotate(
            knows_badge=Exists(settings.filter(badges=badge_class)),
            knows_category=Exists(settings.filter(categories=badge_class.category_id)),
            knows_something=Exists(settings.exclude(badges=None, categories=None)),
        )
        .filter(
            Q(weekly_maximum=None) | Q(this_week__lt=F("weekly_maximum")),
            Q(reviewer_settings=None)
            | Q(reviewer_settings__languages=[])
            | Q(reviewer_settings__languages__contains=[language]),
            away_until=None,
        )
    )


def with_load(people: QuerySet[User], *, today: date) -> QuerySet[User]:
    """How much each person has, with all accounts, and the last day on which they are away."""
    away = Absence.objects.on(today).filter(user__person_key=OuterRef("person_key"))
    return people.annotate(
        weekly_maximum=Subquery(
            ReviewerSettings.objects.filter(user__person_key=OuterRef("person_key"))
            .order_by(F("weekly_maximum").asc(nulls_last=True))
            .values("weekly_maximum")[:1]
        ),
        this_week=Assignment.objects.filter(
            released_at=None, assigned_at__gte=monday(today)
        ).number_of_person(),
        in_hand=Assignment.objects.unfinished().number_of_person(),
        last_given=Subquery(Assignment.objects.by_person().values("last")),
        away_until=Subquery(away.order_by("-last_day").values("last_day")[:1]),
    )


def to_return(*, today: date) -> AssignmentQuerySet:
    """Assignments that end by themselves: not begun in time, or of somebody who has left."""
    decided = Decision.objects.open().filter(attempt=OuterRef("place__attempt"))
    late = _not_begun().filter(begin_by__lt=today)
    gone = whose_reviewer_is_gone()
    unfinished = Assignment.objects.unfinished().filter(~Exists(decided))
    due = unfinished.filter(Q(pk__in=late.values("pk")) | Q(pk__in=gone.values("pk")))
    return due.order_by("pk")


def to_begin(*, today: date, until: date) -> AssignmentQuerySet:
    """Assignments that somebody has to begin by one of these days."""
    return _not_begun().filter(begin_by__range=(today, until)).order_by("pk")


def late_submissions(*, today: date) -> QuerySet[Submission]:
    """Whatever should have been answered by now."""
    return Submission.objects.filter(
        status__in=[Status.SUBMITTED, Status.IN_REVIEW], due_on__lt=today
    )


def monday(today: date) -> datetime:
    """When this week began, where the program is."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=today.weekday()), time.min))


def _not_begun() -> AssignmentQuerySet:
    """Their reviewers have written nothing about the attempt."""
    written = Review.objects.by_readers().filter(
        attempt=OuterRef("place__attempt"), reviewer=OuterRef("reviewer")
    )
    return Assignment.objects.unfinished().filter(~Exists(written))
