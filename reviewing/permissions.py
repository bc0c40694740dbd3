from accounts.models import User
from reviewing.models import Assignment
from reviewing.querysets import awaiting_review
from submissions.models import EvidenceItem, Submission


def can_claim(user: User, submission: Submission) -> bool:
    """Reviewers take what waits in their agencies, never their own or a colleague's."""
    return awaiting_review(user).filter(pk=submission.pk).exists()


def can_review(user: User, assignment: Assignment) -> bool:
    """Reviewers judge other people's work, never their own."""
    return assignment.reviewer_id == user.pk != assignment.submission.earner_id


def can_read_evidence(user: User, item: EvidenceItem) -> bool:
    """A reviewer reads the evidence of a submission while it is, or was, theirs to decide."""
    return (
        item.attempt.sent_at is not None
        and Assignment.objects.visible_to(user)
        .filter(submission=item.attempt.submission_id)
        .exists()
    )
