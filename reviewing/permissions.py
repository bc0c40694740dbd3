from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from reviewing.models import Assignment
from submissions.models import EvidenceItem


def can_review(user: User, assignment: Assignment) -> bool:
    """Reviewers judge other people's work, never their own."""
    return assignment.reviewer_id == user.pk != assignment.submission.earner_id


def can_read_evidence(user: User | AnonymousUser, item: EvidenceItem) -> bool:
    """Reviewers can read the evidence of attempts that they review or have decided.

    They can't read later attempts that another reviewer decides.
    """
    sent_at = item.attempt.sent_at
    return (
        user.is_authenticated
        and sent_at is not None
        and Assignment.objects.visible_to(user)
        .filter(submission=item.attempt.submission_id)
        .filter(Q(decided_at=None) | Q(decided_at__gte=sent_at))
        .exists()
    )


def can_see_earner(user: User, assignment: Assignment) -> bool:
    """The reviewer sees the earner's name only if the badge shows it."""
    return assignment.submission.badge_class.shows_earner_to_reviewers and can_review(
        user, assignment
    )
