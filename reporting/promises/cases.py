"""What happened in a quarter, case by case, each with the person it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from accounts.models import Agency
from issuing.models import Assertion
from reporting import metrics
from reporting.periods import Period
from reviewing.agreement.pairs import Pair, independent_pairs
from submissions.models import StatusChange
from submissions.states import Status

DECISIONS = (Status.APPROVED, Status.RETURNED, Status.DECLINED)

# The first decision about each submission. A person with several accounts counts once.
_FIRST_ANSWERS = """
    SELECT counted.submission, earner.person_key, counted.days, counted.promised,
           counted.to_status = 'returned',
           EXISTS (
               SELECT 1 FROM submissions_statuschange later
               WHERE later.submission_id = counted.submission AND later.to_status = 'approved'
                 AND later.changed_at < %(until)s
           ),
           (SELECT count(*) FROM reviewing_review review
            JOIN submissions_attempt attempt ON attempt.id = review.attempt_id
            WHERE attempt.submission_id = counted.submission AND attempt.number = 1
              AND review.role = 'reader' AND review.finished_at IS NOT NULL) >= 2,
           EXISTS (
               SELECT 1 FROM reviewing_appeal appeal
               WHERE appeal.submission_id = counted.submission
                 AND appeal.status IN ('upheld', 'changed') AND appeal.ended_at < %(until)s
           ),
           EXISTS (
               SELECT 1 FROM reviewing_appeal appeal
               WHERE appeal.submission_id = counted.submission
                 AND appeal.status = 'changed' AND appeal.ended_at < %(until)s
           )
    FROM counted
    JOIN submissions_submission submission ON submission.id = counted.submission
    JOIN accounts_user earner ON earner.id = submission.earner_id
    WHERE NOT EXISTS (
        SELECT 1 FROM submissions_statuschange earlier
        WHERE earlier.submission_id = counted.submission AND earlier.id < counted.decision
          AND earlier.to_status IN ('approved', 'returned', 'declined')
    )
"""


@dataclass(frozen=True)
class Answer:
    """The first answer to a submission, and what had come of it on the day of publication."""

    submission: int
    person: object
    days: int
    promised: int
    returned: bool
    approved: bool
    read_twice: bool = False  # by two people who did not know each other's verdicts
    appealed: bool = False  # and the appeal was decided
    changed: bool = False  # on appeal

    @property
    def on_time(self) -> bool:
        return self.days <= self.promised


def first_answers(period: Period, *, until: datetime) -> list[Answer]:
    agencies = Agency.objects.order_by().values_list("pk", flat=True)
    rows = metrics.counted_decisions(_FIRST_ANSWERS, agencies, period=period, until=until)
    return [Answer(*row) for row in rows]


def pairs_of_readers(period: Period) -> list[Pair]:
    since, until = period.bounds
    agencies = Agency.objects.order_by().values_list("pk", flat=True)
    return independent_pairs(agencies, since=since, until=until)


def awards_issued(period: Period) -> dict[int, object]:
    """Awards with their people, those that were revoked later, too."""
    issued = Assertion.objects.filter(period.within("issued_on")).order_by()
    return dict(issued.values_list("pk", "recipient__person_key"))


def first_day() -> date | None:
    """The day on which the first award was issued or the first decision made."""
    moments = [
        Assertion.objects.aggregate(first=Min("issued_on"))["first"],
        StatusChange.objects.filter(to_status__in=DECISIONS).aggregate(first=Min("changed_at"))[
            "first"
        ],
    ]
    found = [moment for moment in moments if moment]
    return timezone.localdate(min(found)) if found else None


def having(answers: list[Answer], holds: Callable[[Answer], bool]) -> set[int]:
    return {answer.submission for answer in answers if holds(answer)}
