"""Entries of the log that would tell somebody too early who reviews, or what is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Value

from accounts.models import User
from audit.models import AuditEntry
from reviewing.models import Assignment
from reviewing.states import ACTS_BEFORE_A_DECISION, ACTS_OF_EARNERS, ACTS_ON_READERS
from submissions.models import StatusChange, Submission
from submissions.querysets import accounts_of
from submissions.states import Status


class Submissions(NamedTuple):
    """The keys of submissions about which a reader of the log must not learn everything.

    Their own; what they review now without knowing whose it is; and what they read as one of
    several readers who must not know of each other.
    """

    own: set[int]
    nameless: set[int]
    blind: set[int]


def submissions_of(user: User, coordinated: Collection[int]) -> Submissions:
    """A reporter may be a reviewer, too. Coordinators know whose everything is."""
    own = Submission.objects.of(user).order_by()
    nameless = Assignment.objects.active().filter(
        reviewer__in=accounts_of(user), submission__version__shows_earner_to_reviewers=False
    )
    nameless = nameless.exclude(submission__badge_class__issuer__agency__in=coordinated).order_by()
    blind = Assignment.objects.reading_blind(user).order_by()
    found = Submissions(set(), set(), set())
    named = own.values_list(Value("own"), "pk").union(
        nameless.values_list(Value("nameless"), "submission"),
        blind.values_list(Value("blind"), "submission"),
    )
    for name, key in named:
        getattr(found, name).add(key)
    return found


def without_early_hints(
    entries: QuerySet[AuditEntry], user: User, *, kept: Submissions
) -> QuerySet[AuditEntry]:
    """Without what would tell earners of a decision before it takes effect.

    And without what would tell a reviewer of another hidden one, or whose work they read.
    """
    own, nameless, blind = (subject_keys(submissions) for submissions in kept)
    entries = entries.exclude(subject_key__in=nameless, act__in=ACTS_OF_EARNERS)
    entries = entries.exclude(subject_key__in=own, act__in=ACTS_BEFORE_A_DECISION)
    return entries.exclude(~Q(actor=user), subject_key__in=blind, act__in=ACTS_ON_READERS)


def without_hidden_people(
    changes: QuerySet[StatusChange], user: User, *, kept: Submissions
) -> QuerySet[StatusChange]:
    """Without the moves by which other readers took what this one is reading.

    And without what earners did themselves whose names this reader must not know.
    """
    person = F("submission__earner__person_key")
    changes = changes.exclude(submission__in=kept.nameless, actor__person_key=person)
    return changes.exclude(~Q(actor=user), to_status=Status.IN_REVIEW, submission__in=kept.blind)


def subject_keys(submissions: Iterable[int]) -> list[str]:
    """As they are in `AuditEntry.subject_key`."""
    return [f"{Submission._meta.label_lower}:{pk}" for pk in submissions]
