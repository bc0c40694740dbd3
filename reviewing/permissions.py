from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q

from accounts.models import User
from accounts.permissions import is_coordinator, is_reviewer
from reviewing.models import Assignment, Decision, Review
from submissions.models import EvidenceItem, Submission


def can_review(user: User, assignment: Assignment) -> bool:
    """Reviewers judge other people's work, never their own."""
    return assignment.reviewer_id == user.pk != assignment.submission.earner_id


def is_reading(assignment: Assignment) -> bool:
    """Nothing that others do may reach this reader yet. Of an assignment with_waiting_decision."""
    if assignment.released_at or assignment.decided_at:
        return False
    return not (assignment.is_finished and assignment.has_company)


def can_read_evidence(user: User | AnonymousUser, item: EvidenceItem) -> bool:
    """Reviewers can read the evidence of attempts that they review or have decided.

    They can't read later attempts that another reviewer decides. The second person of a decline
    reads the same evidence until it takes effect.
    """
    attempt = item.attempt
    if not user.is_authenticated or attempt.sent_at is None:
        return False
    second_looks = Decision.objects.second_looks_now(user).filter(
        attempt__submission=attempt.submission_id, attempt__number__gte=attempt.number
    )
    if second_looks.exists():
        return True
    # By number, not by time: a clock may have been set back between sending and deciding.
    decided = (
        Review.objects.by_readers()
        .finished()
        .filter(
            reviewer=user.pk,
            attempt__submission=attempt.submission_id,
            attempt__number__gte=attempt.number,
        )
    )
    return (
        Assignment.objects.visible_to(user)
        .filter(submission=attempt.submission_id)
        .filter(Q(decided_at=None) | Exists(decided))
        .exists()
    )


def has_begun_to_read(submission: Submission) -> bool:
    """Somebody has what was sent last, or has judged it."""
    latest = submission.attempts.exclude(sent_at=None).order_by("-number")[:1]
    return (
        Assignment.objects.active().filter(submission=submission).exists()
        or Review.objects.sent().filter(attempt__in=latest).exists()
    )


def can_be_second_person(user: User | AnonymousUser) -> bool:
    """Reviewers and coordinators may confirm declines of others."""
    return is_reviewer(user) or is_coordinator(user)


def can_confirm(user: User, decision: Decision) -> bool:
    return Decision.objects.second_looks_of(user).filter(pk=decision.pk).exists()


def can_see_earner(user: User, assignment: Assignment) -> bool:
    """The reviewer sees the earner's name only if the badge shows it."""
    return assignment.submission.badge_class.shows_earner_to_reviewers and can_review(
        user, assignment
    )
