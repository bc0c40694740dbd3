"""Metrics of the overview. The number of queries does not grow with the badges."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from issuing.models import Assertion
from issuing.states import AwardStatus
from reporting.periods import Period
from reporting.scopes import Scope
from submissions.models import Submission
from submissions.states import Status

WITH_REVIEWERS = [Status.SUBMITTED, Status.IN_REVIEW]

# Decisions, with the working days since the submission was sent in: the weekdays, without the days
# on which the agency or an ancestor is closed. Must agree with accounts.workdays, which counts one
# case.
_COUNTED = """
    WITH RECURSIVE above AS (
        SELECT id AS agency_id, id AS above_id, parent_id
        FROM accounts_agency WHERE id = ANY(%(agencies)s)
        UNION
        SELECT above.agency_id, agency.id, agency.parent_id
        FROM above JOIN accounts_agency agency ON agency.id = above.parent_id
    ),
    closed AS (
        SELECT DISTINCT above.agency_id, day.date
        FROM above JOIN accounts_closedday day ON day.agency_id = above.above_id
        WHERE extract(isodow FROM day.date) < 6
    ),
    decided AS (
        SELECT badge.id AS badge, badge.turnaround_days AS promised, issuer.agency_id,
               decision.id AS decision, submission.id AS submission, decision.to_status,
               (least(sent.changed_at, decision.changed_at) AT TIME ZONE %(zone)s)::date AS sent_on,
               (decision.changed_at AT TIME ZONE %(zone)s)::date AS decided_on
        FROM submissions_statuschange decision
        JOIN submissions_submission submission ON submission.id = decision.submission_id
        JOIN catalog_badgeclass badge ON badge.id = submission.badge_class_id
        JOIN catalog_issuer issuer ON issuer.id = badge.issuer_id
        JOIN LATERAL (
            SELECT change.changed_at FROM submissions_statuschange change
            WHERE change.submission_id = decision.submission_id
              AND change.to_status = 'submitted'
              AND change.from_status IN ('draft', 'returned', 'taken_back')
              AND change.id < decision.id
            ORDER BY change.id DESC LIMIT 1
        ) sent ON true
        WHERE decision.to_status IN ('approved', 'returned', 'declined')
          AND decision.changed_at >= %(first)s AND decision.changed_at < %(last)s
          AND issuer.agency_id = ANY(%(agencies)s)
    ),
    counted AS (
        SELECT badge, promised, decision, submission, to_status,
               weekdays_until(decided_on) - weekdays_until(sent_on)
               - (SELECT count(*) FROM closed
                  WHERE closed.agency_id = decided.agency_id
                    AND closed.date > sent_on AND closed.date <= decided_on) AS days
        FROM decided
    )
"""
_MEDIANS = """
    SELECT badge, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
    FROM counted GROUP BY GROUPING SETS ((badge), ())
"""
# The number of weekdays from Monday, 1970-01-05, through the day.
_WEEKDAYS_UNTIL = (
    "(({day} - DATE '1970-01-04') / 7 * 5 + least(({day} - DATE '1970-01-04') %% 7, 5))"
)


@dataclass(frozen=True)
class Backlog:
    """Submissions that are waiting now."""

    for_reviewers: int
    past_the_promise: int
    oldest_since: datetime | None
    for_earners: int


@dataclass(frozen=True)
class Funnel:
    """How far the submissions started in a period have come by now."""

    started: int
    sent: int
    approved: int
    issued: int


@dataclass(frozen=True)
class TurnAround:
    decisions: int
    median_days: float


def backlog(agencies: Collection[int], *, today: date) -> Backlog:
    counts = Submission.objects.filter(badge_class__issuer__agency__in=agencies).aggregate(
        for_reviewers=Count("pk", filter=Q(status__in=WITH_REVIEWERS)),
        past_the_promise=Count("pk", filter=Q(status__in=WITH_REVIEWERS, due_on__lt=today)),
        oldest_since=Min("submitted_at", filter=Q(status__in=WITH_REVIEWERS)),
        for_earners=Count("pk", filter=Q(status__in=[Status.RETURNED, Status.TAKEN_BACK])),
    )
    return Backlog(**counts)


def awards(scope: Scope, *, month: Period, period: Period) -> dict[str, int]:
    """Counts of issued badges, without revoked ones, and of awards that are waiting now."""
    issued = Q(status=AwardStatus.ISSUED)
    return scope.awards().aggregate(
        this_month=Count("pk", filter=issued & month.within("issued_on")),
        in_period=Count("pk", filter=issued & period.within("issued_on")),
        total=Count("pk", filter=issued),
        people=Count("recipient__person_key", distinct=True, filter=issued),
        for_issue=Count("pk", filter=Q(status=AwardStatus.PENDING)),
        on_hold=Count("pk", filter=Q(status=AwardStatus.HELD)),
    )


def funnel(scope: Scope, *, period: Period) -> Funnel:
    started = scope.submissions().filter(period.within("started_at"))
    awarded = Assertion.objects.filter(submission__isnull=False, issued_on__isnull=False)
    return Funnel(
        **started.aggregate(
            started=Count("pk"),
            sent=Count("pk", filter=Q(submitted_at__isnull=False)),
            approved=Count("pk", filter=Q(status=Status.APPROVED)),
            issued=Count("pk", filter=Q(pk__in=awarded.values("submission"))),
        )
    )


def started_and_sent_by_badge(
    scope: Scope, badges: Collection[int], *, period: Period
) -> dict[int, tuple[int, int]]:
    rows = (
        scope.submissions()
        .filter(badge_class__in=badges)
        .values("badge_class")
        .annotate(
            started=Count("pk", filter=period.within("started_at")),
            sent=Count("pk", filter=period.within("submitted_at")),
        )
    )
    return {row["badge_class"]: (row["started"], row["sent"]) for row in rows}


def issued_by_badge(scope: Scope, badges: Collection[int], *, period: Period) -> dict[int, int]:
    awards = scope.awards().issued().filter(period.within("issued_on"), badge_class__in=badges)
    return dict(awards.values_list("badge_class").annotate(Count("pk")))


def turn_around(agencies: Collection[int], *, period: Period) -> dict[int | None, TurnAround]:
    """Median working days from sending in to the decision, by badge; of all badges under None."""
    rows = counted_decisions(_MEDIANS, agencies, period=period)
    return {badge: TurnAround(count, float(days)) for badge, count, days in rows if count}


def counted_decisions(
    select: str, agencies: Collection[int], *, period: Period, **parameters: object
) -> list[tuple]:
    """Rows of a statement over `counted`: the decisions of a period with their working days."""
    first, last = period.bounds
    statement = _COUNTED + select
    for day in ("decided_on", "sent_on"):
        statement = statement.replace(f"weekdays_until({day})", _WEEKDAYS_UNTIL.format(day=day))
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "agencies": list(agencies),
                "zone": timezone.get_current_timezone_name(),
                "first": first,
                "last": last,
                **parameters,
            },
        )
        return cursor.fetchall()
