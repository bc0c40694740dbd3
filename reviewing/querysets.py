from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Agency, Membership
from catalog.models import Criterion
from reviewing.conflicts import in_conflict, key_of, told_schools
from reviewing.due_process_querysets import read_before
from reviewing.states import OPEN_DECISIONS, DecisionStatus, Outcome, ReaderRole
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.querysets import accounts_of
from submissions.states import Status

if TYPE_CHECKING:
    from accounts.models import User
    from reviewing.models import (
        Absence,
        Assignment,
        CalibrationRules,
        Decision,
        NamedConflict,
        Place,
        Qualification,
        Review,
        SubmissionNote,
    )


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

    def unfinished(self) -> AssignmentQuerySet:
        """Active ones of reviewers who are still reading."""
        return self.active().filter(~Exists(_own_finished()))

    def by_person(self) -> models.QuerySet:
        """For a query over accounts: the `number` and the `last` one of the person of each."""
        theirs = self.filter(reviewer__person_key=OuterRef("person_key"))
        grouped = theirs.order_by().values("reviewer__person_key")
        return grouped.annotate(number=Count("pk"), last=Max("assigned_at"))

    def number_of_person(self) -> Coalesce:
        return Coalesce(Subquery(self.by_person().values("number")), Value(0))

    def reading_blind(self, user: User) -> AssignmentQuerySet:
        """This person's own ones, as long as they must learn nothing of other readers.

        That is until all have finished. Coordinators may be readers, too: what they would see of
        the others on coordinators' pages is kept from them meanwhile.
        """
        own = self.active().filter(reviewer__in=accounts_of(user)).with_waiting_decision()
        return own.exclude(is_finished=True, has_company=True)

    def not_hidden_from(self, user: User) -> AssignmentQuerySet:
        """Without the other readers of what this person reads in ignorance of them."""
        blind = self.model.objects.reading_blind(user).values("submission")
        return self.filter(Q(reviewer__in=accounts_of(user)) | ~Q(submission__in=blind))

    def decided(self) -> AssignmentQuerySet:
        """Decided assignments with what their reviewers found, and the attempt; latest first."""
        return (
            self.exclude(decided_at=None)
            .annotate(
                decision=Subquery(_own_finished().values("decision")[:1]),
                attempt_number=F("place__attempt__number"),
            )
            .order_by("-decided_at", "-pk")
        )

    def with_draft(self) -> AssignmentQuerySet:
        """With the attempt, and the numbers of criteria to judge and of drafted verdicts."""
        own = {"pk": OuterRef("place__attempt"), "reviews__reviewer": OuterRef("reviewer")}
        drafted = Attempt.objects.filter(**own, reviews__judgments__verdict__gt="")
        again = Attempt.objects.filter(**own, reviews__judgments__reopened_because__gt="")
        return self.annotate(
            attempt_number=F("place__attempt__number"),
            verdict_count=_count(drafted),
            criteria_count=_open_criteria("submission", "submission__version") + _count(again),
        )

    def with_waiting_decision(self) -> AssignmentQuerySet:
        """With outcome, status and moment of the decision that has not taken effect yet.

        And whether the reviewer has finished, as the decision may wait for somebody else, and
        whether other readers have: only those who have finished, too, learn it.
        """
        waiting = Attempt.objects.filter(
            submission=OuterRef("submission"), decisions__status__in=OPEN_DECISIONS
        )
        return self.annotate(
            waiting_outcome=Subquery(waiting.values("decisions__outcome")[:1]),
            waiting_status=Subquery(waiting.values("decisions__status")[:1]),
            takes_effect_at=Subquery(waiting.values("decisions__takes_effect_at")[:1]),
            is_finished=Exists(_own_finished()),
            has_company=Exists(_finished_by_others()) & Q(place__number__lt=3),
        )

    def with_schools_told(self) -> AssignmentQuerySet:
        return self.annotate(schools_told=told_schools("reviewer__person_key"))

    def with_submission(self) -> AssignmentQuerySet:
        return self.select_related(
            "place__attempt__reading_plan",
            "submission__version",
            "submission__badge_class__issuer__agency",
            "submission__badge_class__category",
            "submission__earner",
        )


class PlaceQuerySet(models.QuerySet["Place"]):
    def open(self) -> PlaceQuerySet:
        """Of the attempt sent last: nobody has taken them, or their reader released them."""
        later = Attempt.objects.filter(
            submission=OuterRef("attempt__submission"), number__gt=OuterRef("attempt__number")
        )
        taken = _assignments().filter(place=OuterRef("pk"), released_at=None)
        return self.filter(~Exists(taken), ~Exists(later.exclude(sent_at=None)))


class ReviewQuerySet(models.QuerySet["Review"]):
    def sent(self) -> ReviewQuerySet:
        """Reviews that the earner can read: their decision is in effect."""
        return self.exclude(sent_at=None)

    def by_readers(self) -> ReviewQuerySet:
        """All but the words of approvers."""
        return self.exclude(role=ReaderRole.APPROVER)

    def finished(self) -> ReviewQuerySet:
        return self.exclude(finished_at=None)

    def of_places(self) -> ReviewQuerySet:
        """Finished reviews that count: their readers still have their places. First place first."""
        kept = _assignments().filter(
            reviewer=OuterRef("reviewer"), place__attempt=OuterRef("attempt"), released_at=None
        )
        return (
            self.by_readers()
            .finished()
            .annotate(place_number=Subquery(kept.values("place__number")[:1]))
            .exclude(place_number=None)
            .order_by("attempt", "place_number")
        )

    def independent_pairs(self) -> ReviewQuerySet:
        """The first of two finished reviews of an attempt whose readers saw nothing of each other.

        `other_id` is the second one. Neither approvers nor third readers are among them.
        """
        other = self.model._default_manager.filter(
            attempt=OuterRef("attempt"), role=ReaderRole.READER
        )
        other = other.of_places().filter(place_number=2).order_by()
        pairs = self.filter(role=ReaderRole.READER).of_places().filter(place_number=1)
        return pairs.annotate(other_id=Subquery(other.values("pk")[:1])).exclude(other_id=None)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> AbsenceQuerySet:
        return self.filter(first_day__lte=day, last_day__gte=day)

    def not_over(self, day: date) -> AbsenceQuerySet:
        """Those that last, and those to come."""
        return self.filter(last_day__gte=day)


class NamedConflictQuerySet(models.QuerySet["NamedConflict"]):
    def in_force(self) -> NamedConflictQuerySet:
        return self.filter(ended_at=None)

    def named_by(self, key: int | Combinable) -> NamedConflictQuerySet:
        """Those that this person named, with an account, by their `person_key`."""
        return self.filter(person__person_key=key, other__isnull=False)

    def who_named(self, key: int | Combinable) -> NamedConflictQuerySet:
        return self.filter(other__person_key=key)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def open(self) -> DecisionQuerySet:
        """Nothing has followed from them yet."""
        return self.filter(status__in=OPEN_DECISIONS)

    def confirmable(self) -> DecisionQuerySet:
        """Those that a second person confirms: declines, and whatever needs an approver."""
        return self.filter(Q(outcome=Outcome.DECLINE) | Q(needs_approver=True))

    def unconfirmed(self) -> DecisionQuerySet:
        """Decisions that wait for a second person."""
        return self.filter(status=DecisionStatus.UNCONFIRMED)

    def due(self, *, now: datetime) -> DecisionQuerySet:
        """Without those whose submission is on hold."""
        due = self.filter(status=DecisionStatus.DUE, takes_effect_at__lte=now)
        held = apps.get_model("reviewing", "IntegrityHold").objects.open()
        due = due.exclude(Exists(held.filter(submission=OuterRef("attempt__submission"))))
        return due.order_by("takes_effect_at", "pk")

    def second_looks_of(self, user: User) -> DecisionQuerySet:
        """Decisions about which this user may be the second person.

        Reviewers and coordinators of the agency: neither those who have read it, with any account,
        nor anybody in conflict with the earner.
        """
        agencies = Agency.objects.where_user_is(
            user, Membership.Role.REVIEWER, Membership.Role.COORDINATOR
        )
        earner = "attempt__submission__earner"
        own = accounts_of(user)
        return (
            self.filter(attempt__submission__badge_class__issuer__agency__in=agencies)
            .exclude(Exists(_basis().filter(decision=OuterRef("pk"), review__reviewer__in=own)))
            .exclude(in_conflict(f"{earner}__person_key", key_of(user)))
        )

    def second_looks_now(self, user: User) -> DecisionQuerySet:
        """Decisions that the user may confirm, or has confirmed and may still take back."""
        return self.second_looks_of(user).filter(
            Q(status=DecisionStatus.UNCONFIRMED)
            | Q(status=DecisionStatus.DUE, confirmed_by=user.pk)
        )

    def with_submission(self) -> DecisionQuerySet:
        return self.select_related(
            "review",
            "wording",
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

    def shown_to(self, user: User, submission: Submission) -> SubmissionNoteQuerySet:
        """Without those of other readers, while they must not know of each other's reviews."""
        notes = self.about(submission)
        active = _assignments().active().filter(submission=submission)
        others = active.exclude(reviewer__in=accounts_of(user))
        from_others = Q(author__in=others.values("reviewer"))
        return notes.exclude(Exists(active.reading_blind(user)) & from_others)


def reviewable_by(user: User) -> models.QuerySet[Submission]:
    """Submissions to the reviewer's agencies that they may review.

    Without a conflict, and not for badges that ask for a qualification which they don't have.
    Without those that a coordinator had read again by somebody else, too.
    """
    agencies = Agency.objects.where_user_is(user, Membership.Role.REVIEWER)
    return (
        Submission.objects.with_badge()
        .exclude(status=Status.DRAFT)
        .filter(badge_class__issuer__agency__in=agencies)
        .exclude(in_conflict("earner__person_key", key_of(user)))
        .exclude(badge_class__in=badges_not_qualified_for(user))
        .exclude(Exists(read_before(OuterRef("pk"), key_of(user))))
    )


def qualifications_to_award(*, today: date) -> models.QuerySet[Qualification]:
    """Those in force of badges whose reviewers are awarded a badge."""
    found = apps.get_model("reviewing", "Qualification").objects.in_force(today=today)
    awarding = found.filter(badge_class__calibration_rules__reviewer_badge__isnull=False)
    return awarding.filter(reviewer__is_active=True).select_related("reviewer")


def badges_not_qualified_for(user: User) -> models.QuerySet[CalibrationRules]:
    """Keys of badges whose reviewers have to qualify, and for which this person does not count."""
    reached = apps.get_model("reviewing", "Qualification").objects.of(user)
    in_force = reached.in_force(today=timezone.localdate())
    rules = apps.get_model("reviewing", "CalibrationRules").objects.filter(is_required=True)
    return rules.exclude(badge_class__in=in_force.values("badge_class")).values("badge_class")


def second_people(decision: Decision, *roles: str) -> models.QuerySet[User]:
    """Everyone with one of these roles who may confirm a decision, or send it back."""
    submission = decision.attempt.submission
    agencies = Agency.objects.above(submission.badge_class.issuer.agency)
    members = Membership.objects.confirmed().filter(role__in=roles, agency__in=agencies)
    people = Membership.user.field.related_model.objects.filter(
        pk__in=members.values("user"), is_active=True
    )
    readers = _basis().filter(decision=decision).values("review__reviewer__person_key")
    return (
        people.exclude(person_key__in=readers)
        .exclude(in_conflict("person_key", key_of(submission.earner)))
        .order_by("pk")
    )


def awaiting_review(user: User) -> models.QuerySet[Submission]:
    """Submissions with a place that this reviewer can take, most urgent first.

    Also those that somebody else reads already, if they are read twice: nothing tells them apart.
    """
    places = _places().open().filter(attempt__submission=OuterRef("pk"))
    own = Q(reviewer__in=accounts_of(user), place__attempt__submission=OuterRef("pk"))
    reading = _assignments().active().filter(own)
    return (
        reviewable_by(user)
        .filter(
            Q(status=Status.SUBMITTED)
            | Q(Exists(places), ~Exists(reading), status=Status.IN_REVIEW)
        )
        .order_by("due_on", "submitted_at", "pk")
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


def _own_finished() -> ReviewQuerySet:
    """Of an assignment in an outer query: the review that its reviewer has finished."""
    return (
        _reviews()
        .by_readers()
        .finished()
        .filter(attempt=OuterRef("place__attempt"), reviewer=OuterRef("reviewer"))
    )


def _finished_by_others() -> ReviewQuerySet:
    finished = _reviews().by_readers().finished().filter(attempt=OuterRef("place__attempt"))
    return finished.exclude(reviewer=OuterRef("reviewer"))


def _assignments() -> AssignmentQuerySet:
    return apps.get_model("reviewing", "Assignment").objects.all()


def _basis() -> models.QuerySet:
    return apps.get_model("reviewing", "DecisionBasis").objects.all()


def _places() -> PlaceQuerySet:
    return apps.get_model("reviewing", "Place").objects.all()


def _reviews() -> ReviewQuerySet:
    return apps.get_model("reviewing", "Review").objects.all()
