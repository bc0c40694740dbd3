"""How many of the issuing agency's working days are left until a submission is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from accounts.workdays import is_working_day
from reviewing.models import Assignment, Decision
from submissions.models import Submission

# A single query for all agencies on the page and those above them.
_CLOSED_DAYS = """
    WITH RECURSIVE above AS (
        SELECT id AS agency_id, id, parent_id FROM accounts_agency WHERE id = ANY(%s)
        UNION
        SELECT above.agency_id, agency.id, agency.parent_id
        FROM accounts_agency agency JOIN above ON agency.id = above.parent_id
    )
    SELECT above.agency_id, closed.date
    FROM above JOIN accounts_closedday closed ON closed.agency_id = above.id
    WHERE closed.date >= %s
"""


@dataclass(frozen=True)
class SubmissionDeadline:
    """A submission with the working days until it is due; negative if it is late."""

    submission: Submission
    days_left: int
    is_late: bool

    @property
    def days_late(self) -> int:
        return -self.days_left


def closed_days(agencies: Collection[int], *, since: date) -> dict[int, set[date]]:
    """The closed days from `since` on of each agency, including those of agencies above it."""
    days: dict[int, set[date]] = {agency: set() for agency in agencies}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED_DAYS, [list(agencies), since])
        for agency, day in cursor.fetchall():
            days[agency].add(day)
    return days


def count_working_days(start: date, end: date, closed: Collection[date] = ()) -> int:
    """Working days after `start`, up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -count_working_days(end, start, closed)
    days = ((start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, closed) for day in days)


def with_deadlines(submissions: Iterable[Submission], *, today: date) -> list[SubmissionDeadline]:
    submissions = list(submissions)
    if not submissions:
        return []
    agencies = {submission.badge_class.issuer.agency_id for submission in submissions}
    since = min([today, *(submission.due_on for submission in submissions)])
    return deadlines_of(submissions, closed_days(agencies, since=since), today=today)


def deadlines_of(
    submissions: Iterable[Submission], closed: Mapping[int, Collection[date]], *, today: date
) -> list[SubmissionDeadline]:
    return [
        SubmissionDeadline(
            submission=submission,
            days_left=count_working_days(
                today, submission.due_on, closed[submission.badge_class.issuer.agency_id]
            ),
            is_late=submission.due_on < today,
        )
        for submission in submissions
    ]


def paired_with_deadlines(
    rows: Sequence[Assignment] | Sequence[Decision], *, today: date
) -> list[tuple[Assignment | Decision, SubmissionDeadline]]:
    """Each row with the deadline of its submission."""
    deadlines = with_deadlines([row.submission for row in rows], today=today)
    return list(zip(rows, deadlines, strict=True))
