"""Reads of appeals, holds and what goes with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Agency, Membership, User
from reviewing.conflicts import in_conflict, key_of
from reviewing.states import AppealStatus, HoldStatus
from submissions.models import Submission
from submissions.querysets import accounts_of

if TYPE_CHECKING:
    from reviewing.models import Appeal, FeedbackAnswer, IntegrityHold, Reopening

_STAFF = (Membership.Role.REVIEWER, Membership.Role.COORDINATOR)

# Who had a part in a submission: in which model, how it leads to the submission, and who it was.
# `reviewing/due_process_triggers.py` has the same list.
_PARTS = (
    ("Assignment", "submission", "reviewer"),
    ("Review", "attempt__submission", "reviewer"),
    ("Decision", "attempt__submission", "decided_by"),
    ("Decision", "attempt__submission", "confirmed_by"),
    ("Decision", "attempt__submission", "ended_by"),
    ("IntegrityHold", "submission", "placed_by"),
    ("IntegrityHold", "submission", "ended_by"),
    ("Reopening", "submission", "reopened_by"),
)


class IntegrityHoldQuerySet(models.QuerySet["IntegrityHold"]):
    def open(self) -> IntegrityHoldQuerySet:
        return self.filter(status=HoldStatus.OPEN)

    def of(self, user: User) -> IntegrityHoldQuerySet:
        """About submissions of this person."""
        return self.filter(submission__earner__in=accounts_of(user))

    def coordinated_by(self, user: User) -> IntegrityHoldQuerySet:
        return self.filter(submission__in=Submission.objects.read_as_coordinator(user))

    def to_settle(self, *, now: datetime) -> IntegrityHoldQuerySet:
        """Open ones that were answered, or whose time to answer is over."""
        return self.open().filter(Q(answered_at__isnull=False) | Q(answer_until__lte=now))

    def due_for_a_reminder(self, *, now: datetime) -> IntegrityHoldQuerySet:
        return self.open().filter(remind_at__lte=now).order_by("remind_at", "pk")

    def with_submission(self) -> IntegrityHoldQuerySet:
        return self.select_related(*_of_submission("submission"))


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> AppealQuerySet:
        return self.filter(status=AppealStatus.OPEN)

    def coordinated_by(self, user: User) -> AppealQuerySet:
        return self.filter(submission__in=Submission.objects.read_as_coordinator(user))

    def without_reader(self) -> AppealQuerySet:
        return self.open().filter(reader=None)

    def read_by(self, user: User) -> AppealQuerySet:
        """Open ones that were given to this person, who may still read them."""
        return self.open().filter(reader=user.pk).readable_by(user)

    def readable_by(self, user: User) -> AppealQuerySet:
        """Those that this person could decide.

        Reviewers and coordinators of the agency who had no part in the submission, and whom nothing
        connects with its earner.
        """
        agencies = Agency.objects.where_user_is(user, *_STAFF)
        found = self.filter(submission__badge_class__issuer__agency__in=agencies)
        found = found.exclude(in_conflict("submission__earner__person_key", key_of(user)))
        for model, path, who in _PARTS:
            part = apps.get_model("reviewing", model)._default_manager
            had = part.filter(**{path: OuterRef("submission"), f"{who}__in": accounts_of(user)})
            found = found.exclude(Exists(had))
        return found

    def due_for_a_reminder(self, *, now: datetime) -> AppealQuerySet:
        return self.open().filter(remind_at__lte=now).order_by("remind_at", "pk")

    def with_submission(self) -> AppealQuerySet:
        return self.select_related("decision", "hold", "reader", *_of_submission("submission"))


class FeedbackAnswerQuerySet(models.QuerySet["FeedbackAnswer"]):
    def coordinated_by(self, user: User) -> FeedbackAnswerQuerySet:
        submissions = Submission.objects.read_as_coordinator(user)
        return self.filter(decision__attempt__submission__in=submissions)

    def about_reviews_of(self, user: User) -> FeedbackAnswerQuerySet:
        """About what this person wrote, with any of their accounts."""
        return self.filter(decision__review__reviewer__in=accounts_of(user))


def read_before(submission: object, person: object) -> models.QuerySet[Reopening]:
    """Reopenings that keep this person from reading again, as they have read it before.

    Both are what the outer query has: the key of a submission, and the `person_key`.
    """
    return apps.get_model("reviewing", "Reopening")._default_manager.filter(
        submission=submission,
        by_others=True,
        submission__assignments__place__attempt__number__lt=F("attempt__number"),
        submission__assignments__reviewer__person_key=person,
    )


def possible_readers(submission: Submission) -> models.QuerySet[User]:
    """Everyone who may decide an appeal about this submission, by name."""
    agencies = Agency.objects.above(submission.badge_class.issuer.agency)
    members = Membership.objects.confirmed().filter(role__in=_STAFF, agency__in=agencies)
    people = User.objects.filter(pk__in=members.values("user"), is_active=True)
    people = people.exclude(in_conflict("person_key", key_of(submission.earner)))
    for model, path, who in _PARTS:
        part = apps.get_model("reviewing", model)._default_manager
        had = part.filter(**{path: submission, f"{who}__isnull": False})
        people = people.exclude(person_key__in=had.values(f"{who}__person_key"))
    return people.order_by("name", "pk")


def _of_submission(path: str) -> list[str]:
    names = ["version", "badge_class__issuer__agency", "badge_class__category", "earner"]
    return [f"{path}__{name}" for name in names]
