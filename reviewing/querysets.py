from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Agency, Membership
from catalog.models import Criterion
from reviewing.states import OPEN_DECISIONS, DecisionStatus, Outcome
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.querysets import accounts_of
from submissions.states import Status

if TYPE_CHECKING:
    from accounts.models import User
    from reviewing.models import Assignment, Decision, Review, SubmissionNote


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, user: User) -> AssignmentQuerySet:
        """All assignments of a reviewer in agencies where they still are one."""
        agencies = Agency.objects.where_user_is(user, Membership.Role.REVIEWER)
        return self.filter(
            reviewer_id=user.pk, submission__badge_class__issuer__agency__in=agencies
        )

    def visible_to(self, user: User) -> AssignmentQuerySet:
        """The reviewer's active and decided assignments, without released ones."""
        return self.of(user).filter(released_at=None)

    def active(self) -> AssignmentQuerySet:
        """Neither released nor decided. A decision that waits has not ended the assignment."""
        return self.filter(released_at=None, decided_at=None)

    def decided(self) -> AssignmentQuerySet:
        """Decided assignments with decision and attempt number, latest first."""
        decided = Attempt.objects.filter(
            submission=OuterRef("submission"),
            reviews__reviewer=OuterRef("reviewer"),
            reviews__sent_at=OuterRef("decided_at"),
        )
        return (
            self.exclude(decided_at=None)
            .annotate(
                decision=Subquery(decided.values("reviews__decision")[:1]),
                attempt_number=Subquery(decided.values("number")[:1]),
            )
            .order_by("-decided_at", "-pk")
        )

    def with_draft(self) -> AssignmentQuerySet:
        """With the attempt, and the numbers of open criteria and of drafted verdicts."""
        sent = Attempt.objects.filter(submission=OuterRef("submission"), sent_at__isnull=False)
        latest = sent.order_by("-number")
        drafted = Attempt.objects.filter(
            pk=OuterRef("attempt_id"),
            reviews__reviewer=OuterRef("reviewer"),
            reviews__judgments__verdict__gt="",
        )
        return self.annotate(
            attempt_number=Subquery(latest.values("number")[:1]),
            attempt_id=Subquery(latest.values("pk")[:1]),
            verdict_count=_count(drafted),
            criteria_count=_open_criteria("submission", "submission__version"),
        )

    def with_waiting_decision(self) -> AssignmentQuerySet:
        """With outcome, status and moment of the decision that has not taken effect yet."""
        waiting = Attempt.objects.filter(
            submission=OuterRef("submission"), decisions__status__in=OPEN_DECISIONS
        )
        return self.annotate(
            waiting_outcome=Subquery(waiting.values("decisions__outcome")[:1]),
            waiting_status=Subquery(waiting.values("decisions__status")[:1]),
            takes_effect_at=Subquery(waiting.values("decisions__takes_effect_at")[:1]),
        )

    def with_submission(self) -> AssignmentQuerySet:
        return self.select_related(
            "submission__version",
            "submission__badge_class__issuer__agency",
            "submission__badge_class__category",
            "submission__earner",
        )


class ReviewQuerySet(models.QuerySet["Review"]):
    def sent(self) -> ReviewQuerySet:
        """Reviews that the earner can read: their decision is in effect."""
        return self.exclude(sent_at=None)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def open(self) -> DecisionQuerySet:
        """Nothing has followed from them yet."""
        return self.filter(status__in=OPEN_DECISIONS)

    def declines(self) -> DecisionQuerySet:
        return self.filter(outcome=Outcome.DECLINE)

    def unconfirmed(self) -> DecisionQuerySet:
        """Declines that wait for a second person."""
        return self.filter(status=DecisionStatus.UNCONFIRMED)

    def due(self, *, now: datetime) -> DecisionQuerySet:
        due = self.filter(status=DecisionStatus.DUE, takes_effect_at__lte=now)
        return due.order_by("takes_effect_at", "pk")

    def second_looks_of(self, user: User) -> DecisionQuerySet:
        """Decisions about which this user may be the second person.

        Reviewers and coordinators of the agency: neither the reviewer who decided nor the earner,
        and nobody who is or was at the same school as the earner.
        """
        agencies = Agency.objects.where_user_is(
            user, Membership.Role.REVIEWER, Membership.Role.COORDINATOR
        )
        earner = "attempt__submission__earner"
        return (
            self.filter(attempt__submission__badge_class__issuer__agency__in=agencies)
            .exclude(decided_by=user.pk)
            .exclude(**{f"{earner}__in": accounts_of(user)})
            .exclude(Exists(shared_schools(user, OuterRef(f"{earner}__person_key"))))
        )

    def second_looks_now(self, user: User) -> DecisionQuerySet:
        """Declines that the user may confirm, or has confirmed and may still take back."""
        return self.second_looks_of(user).filter(
            Q(status=DecisionStatus.UNCONFIRMED)
            | Q(status=DecisionStatus.DUE, confirmed_by=user.pk)
        )

    def with_submission(self) -> DecisionQuerySet:
        return self.select_related(
            "review",
            "decided_by",
            "attempt__submission__version",
            "attempt__submission__badge_class__issuer__agency",
            "attempt__submission__badge_class__category",
            "attempt__submission__earner",
        )


class SubmissionNoteQuerySet(models.QuerySet["SubmissionNote"]):
    def about(self, submission: Submission) -> SubmissionNoteQuerySet:
        """Oldest first, with who wrote them."""
        found = self.filter(submission=submission)
        return found.select_related("author").order_by("written_at", "pk")


def reviewable_by(user: User) -> models.QuerySet[Submission]:
    """Submissions to the reviewer's agencies that they may review.

    Excludes their own, and those of people who are or were at the same school.
    """
    agencies = Agency.objects.where_user_is(user, Membership.Role.REVIEWER)
    return (
        Submission.objects.with_badge()
        .exclude(status=Status.DRAFT)
        .filter(badge_class__issuer__agency__in=agencies)
        .exclude(earner__in=accounts_of(user))
        .exclude(Exists(shared_schools(user, OuterRef("earner__person_key"))))
    )


def shared_schools(user: User, earner: object) -> models.QuerySet[Membership]:
    """What connects two people: schools at which both are or once were, confirmed or not.

    Colleagues can't judge each other freely, and leaving a school does not change that. `earner`
    is the earner's `person_key`: what any account of either says of them counts.
    """
    own_schools = _at_schools().filter(user__in=accounts_of(user)).values("agency")
    return _at_schools().filter(user__person_key=earner, agency__in=own_schools)


def _at_schools() -> models.QuerySet[Membership]:
    return Membership.objects.filter(agency__kind__in=Agency.SCHOOLS)


def second_people(decision: Decision, *roles: str) -> models.QuerySet[User]:
    """Everyone with one of these roles who may confirm a decline, or send it back."""
    submission = decision.attempt.submission
    agencies = Agency.objects.above(submission.badge_class.issuer.agency)
    members = Membership.objects.confirmed().filter(role__in=roles, agency__in=agencies)
    earner = accounts_of(submission.earner)
    schools = _at_schools().filter(user__in=earner).values("agency")
    colleagues = Membership.objects.filter(agency__in=schools)
    people = Membership.user.field.related_model.objects.filter(
        pk__in=members.values("user"), is_active=True
    )
    return (
        people.exclude(pk=decision.decided_by_id)
        .exclude(pk__in=earner)
        .exclude(person_key__in=colleagues.values("user__person_key"))
        .order_by("pk")
    )


def awaiting_review(user: User) -> models.QuerySet[Submission]:
    """Submissions that this reviewer can claim, most urgent first."""
    return (
        reviewable_by(user).filter(status=Status.SUBMITTED).order_by("due_on", "submitted_at", "pk")
    )


def with_workload(
    submissions: models.QuerySet[Submission], user: User
) -> models.QuerySet[Submission]:
    """With the attempt number, and the numbers of open criteria and evidence items."""
    sent = Attempt.objects.filter(submission=OuterRef("pk"), sent_at__isnull=False)
    latest = sent.order_by("-number")
    return submissions.annotate(
        attempt_number=Subquery(latest.values("number")[:1]),
        attempt_id=Subquery(latest.values("pk")[:1]),
        evidence_count=_count(EvidenceItem.objects.filter(attempt=OuterRef("attempt_id"))),
        criteria_count=_open_criteria("pk", "version"),
        read_by_me=Exists(sent.filter(reviews__reviewer=user.pk, reviews__sent_at__isnull=False)),
    )


def _open_criteria(submission: str, version: str) -> models.expressions.Combinable:
    met = Submission.met_criteria.through.objects.filter(submission=OuterRef(submission))
    return _count(Criterion.objects.filter(version=OuterRef(version))) - _count(met)


def _count(rows: models.QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(one=models.Value(1)).values("one")
    return Coalesce(
        Subquery(counted.annotate(total=models.Count("pk")).values("total")), models.Value(0)
    )
