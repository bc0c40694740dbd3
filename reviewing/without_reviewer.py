"""Submissions that stay where they are because nobody can review them."""

from __future__ import annotations

from django.db.models import Exists, Func, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from accounts.models import Membership
from reviewing.conflicts import in_conflict
from reviewing.due_process_querysets import read_before
from reviewing.models import Assignment, Decision, Place
from reviewing.querysets import AssignmentQuerySet
from submissions.models import Submission
from submissions.states import Status


class AgenciesAbove(Func):
    """The keys of an agency and of those it belongs to, for each row of a query."""

    template = """(
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM accounts_agency WHERE id = %(expressions)s
            UNION
            SELECT agency.id, agency.parent_id
            FROM accounts_agency agency JOIN above ON agency.id = above.parent_id
        )
        SELECT id FROM above
    )"""


def nobody_can_take(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Submissions that wait for a first or further reader, without one who may take them.

    Their agency has none, or all of them are in conflict with the educator, or have read it before
    and a coordinator wanted somebody else.
    """
    reviewers = _reviewers_for(OuterRef("badge_class__issuer__agency"))
    able = reviewers.exclude(in_conflict("user__person_key", OuterRef("earner__person_key")))
    before = read_before(OuterRef(OuterRef("pk")), OuterRef("user__person_key"))
    able = able.exclude(Exists(before))
    reading = Assignment.objects.active().filter(
        submission=OuterRef(OuterRef("pk")), reviewer__person_key=OuterRef("user__person_key")
    )
    able = able.exclude(Exists(reading))
    places = Place.objects.open().filter(attempt__submission=OuterRef("pk"))
    waiting = Q(status=Status.SUBMITTED) | Q(Exists(places), status=Status.IN_REVIEW)
    return submissions.filter(waiting, ~Exists(able))


def reviewer_is_gone(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Submissions whose reviewer has left or can't sign in, and has not decided."""
    gone = whose_reviewer_is_gone().filter(submission=OuterRef("pk"))
    decided = Decision.objects.open().filter(attempt__submission=OuterRef("pk"))
    return submissions.filter(Exists(gone), ~Exists(decided), status=Status.IN_REVIEW)


def whose_reviewer_is_gone() -> AssignmentQuerySet:
    """Unfinished ones of people who are no reviewers of the agency any more, or can't sign in."""
    still = _reviewers_for(OuterRef("submission__badge_class__issuer__agency"))
    unfinished = Assignment.objects.unfinished()
    return unfinished.exclude(Exists(still.filter(user=OuterRef("reviewer"))))


def _reviewers_for(agency: Combinable) -> QuerySet[Membership]:
    members = Membership.objects.confirmed().filter(role=Membership.Role.REVIEWER)
    return members.filter(Q(user__is_active=True), agency_id__in=AgenciesAbove(agency))
