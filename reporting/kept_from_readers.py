"""Entries of the log that would tell somebody too early who reviews, or what is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import F, Q, QuerySet

from accounts.models import User
from audit.models import AuditEntry
from reviewing.models import Assignment
from reviewing.states import ACTS_BEFORE_A_DECISION, ACTS_OF_EARNERS, ACTS_ON_READERS
from submissions.models import StatusChange, Submission
from submissions.querysets import accounts_of
from submissions.states import Status


def keys_of_own_submissions(user: User) -> list[str]:
    """As they are in `AuditEntry.subject_key`."""
    return _keys(Submission.objects.of(user).values_list("pk", flat=True))


def without_early_hints(
    entries: QuerySet[AuditEntry], user: User, *, own: list[str], nameless: Collection[int]
) -> QuerySet[AuditEntry]:
    """Without what would tell earners of a decision before it takes effect.

    And without what would tell a reviewer of another hidden one, or whose work they read.
    """
    entries = entries.exclude(subject_key__in=_keys(nameless), act__in=ACTS_OF_EARNERS)
    blind = _keys(Assignment.objects.reading_blind(user).values_list("submission", flat=True))
    entries = entries.exclude(subject_key__in=own, act__in=ACTS_BEFORE_A_DECISION)
    return entries.exclude(~Q(actor=user), subject_key__in=blind, act__in=ACTS_ON_READERS)


def without_hidden_people(
    changes: QuerySet[StatusChange], user: User, *, nameless: Collection[int]
) -> QuerySet[StatusChange]:
    """Without the moves by which other readers took what this one is reading.

    And without what the earners of `nameless` did themselves, which is under their names.
    """
    blind = Assignment.objects.reading_blind(user).values("submission")
    person = F("submission__earner__person_key")
    changes = changes.exclude(submission__in=nameless, actor__person_key=person)
    return changes.exclude(~Q(actor=user), to_status=Status.IN_REVIEW, submission__in=blind)


def read_without_names(user: User, coordinated: Collection[int]) -> set[int]:
    """Submissions that this person reviews now without knowing whose they are.

    A reporter may be a reviewer, too. Coordinators know whose everything is.
    """
    reading = Assignment.objects.active().filter(
        reviewer__in=accounts_of(user), submission__version__shows_earner_to_reviewers=False
    )
    elsewhere = reading.exclude(submission__badge_class__issuer__agency__in=coordinated)
    return set(elsewhere.values_list("submission", flat=True))


def _keys(submissions: Iterable[int]) -> list[str]:
    return [f"{Submission._meta.label_lower}:{pk}" for pk in submissions]
