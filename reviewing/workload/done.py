"""What a reviewer has done, month by month, and what became of it. Nothing here names an earner.

How long people work is not known: nobody is asked, and the time between taking a submission and
deciding about it is mostly waiting. Known are the days on which a review was finished, and how many
working days each of them took.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from reviewing.deadlines import count_working_days
from reviewing.due_process.asked import AT_A_TIME
from reviewing.models import Assignment, Decision, DecisionBasis
from reviewing.states import Outcome
from submissions.querysets import accounts_of
from submissions.states import Status


class Done(NamedTuple):
    """A review on which a decision in effect rests, with what was decided."""

    given_at: datetime | None
    finished_at: datetime
    outcome: str
    submission: int
    status: str  # of the submission, now
    agency: int

    @property
    def day(self) -> date:
        return timezone.localdate(self.finished_at)

    def working_days(self, closed: Mapping[int, Collection[date]]) -> int | None:
        """From the day on which it was given to the reviewer."""
        if self.given_at is None:
            return None
        return working_days(self.given_at, self.finished_at, closed[self.agency])


@dataclass(frozen=True)
class Month:
    """Reviews that were finished in a month."""

    first: date
    reviews: Sequence[Done]
    closed: Mapping[int, Collection[date]]

    @property
    def approved(self) -> int:
        return self._with(Outcome.APPROVE)

    @property
    def returned(self) -> int:
        return self._with(Outcome.RETURN)

    @property
    def declined(self) -> int:
        return self._with(Outcome.DECLINE)

    @property
    def days(self) -> int:
        """Days on which at least one review was finished."""
        return len({one.day for one in self.reviews})

    @property
    def median_days(self) -> float | None:
        return median_working_days(self.reviews, self.closed)

    def _with(self, outcome: Outcome) -> int:
        return sum(one.outcome == outcome for one in self.reviews)


@dataclass(frozen=True)
class BecameOfIt:
    """How the submissions went on that somebody read. `returned` is 0 as long as it is too few."""

    approved: int
    returned: int = 0
    approved_later: int = 0


def working_days(given_at: datetime, finished_at: datetime, closed: Collection[date]) -> int:
    given, finished = timezone.localdate(given_at), timezone.localdate(finished_at)
    return max(count_working_days(given, finished, closed), 0)


def reviews_done(user: User) -> list[Done]:
    """With any account of the person, the latest first."""
    given = Assignment.objects.filter(
        reviewer=OuterRef("review__reviewer"),
        place__attempt=OuterRef("decision__attempt"),
        released_at=None,
    )
    submission = "decision__attempt__submission"
    found = DecisionBasis.objects.filter(
        decision__status=Decision.Status.IN_EFFECT, review__reviewer__in=accounts_of(user)
    ).order_by("-review__finished_at", "-pk")
    rows = found.values_list(
        Subquery(given.values("assigned_at")[:1]),
        "review__finished_at",
        "decision__outcome",
        submission,
        f"{submission}__status",
        f"{submission}__badge_class__issuer__agency",
    )
    return [Done(*row) for row in rows]


def by_month(reviews: Iterable[Done], closed: Mapping[int, Collection[date]]) -> list[Month]:
    """In the order of the reviews."""
    found: dict[date, list[Done]] = {}
    for one in reviews:
        found.setdefault(one.day.replace(day=1), []).append(one)
    return [Month(first, rows, closed) for first, rows in found.items()]


def median_working_days(
    reviews: Iterable[Done], closed: Mapping[int, Collection[date]]
) -> float | None:
    known = [days for one in reviews if (days := one.working_days(closed)) is not None]
    return median(known) if known else None


def became_of(reviews: Collection[Done]) -> BecameOfIt:
    """That submissions were approved after they were returned is said of several together."""
    approved = {one.submission for one in reviews if one.status == Status.APPROVED}
    returned = {one.submission for one in reviews if one.outcome == Outcome.RETURN}
    if len(returned) < AT_A_TIME:
        return BecameOfIt(len(approved))
    return BecameOfIt(len(approved), len(returned), len(returned & approved))
