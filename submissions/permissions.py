from collections.abc import Callable

from accounts.models import Membership, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass
from catalog.states import BadgeStatus
from submissions.models import EvidenceItem, Submission
from submissions.states import EDITABLE, Status

# Apps to the right know more reasons to let somebody read a piece of evidence: it is their
# review, or the earner shows it with the badge. Each appends its question when it is loaded.
evidence_readers: list[Callable[[User, EvidenceItem], bool]] = []


def can_start(user: User, badge_class: BadgeClass) -> bool:
    """Anyone signed in can start a published badge that they have neither open nor earned."""
    if not user.is_authenticated or badge_class.status != BadgeStatus.PUBLISHED:
        return False
    mine = Submission.objects.of(user).filter(badge_class=badge_class)
    return not (mine.open() | mine.earned()).exists()


def can_edit(user: User, submission: Submission) -> bool:
    """The earner alone changes evidence, and only while it is their turn."""
    return submission.earner_id == user.pk and submission.status in EDITABLE


def can_withdraw(user: User, submission: Submission) -> bool:
    return submission.earner_id == user.pk and submission.status in {
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.RETURNED,
    }


def can_discard(user: User, submission: Submission) -> bool:
    """A draft was never sent: its earner may throw it away."""
    return submission.earner_id == user.pk and submission.status == Status.DRAFT


def can_coordinate(user: User, submission: Submission) -> bool:
    return holds_role(user, submission.badge_class.issuer.agency, Membership.Role.COORDINATOR)


def may_read_evidence(user: User, item: EvidenceItem) -> bool:
    """The earner, coordinators once it is sent, and whom a later app vouches for.

    `user` may be anonymous: evidence that is shown with a badge is for everyone.
    """
    readable = EvidenceItem.objects.readable_by(user).filter(pk=item.pk)
    return readable.exists() or any(allows(user, item) for allows in evidence_readers)


def may_know_earner(user: User, submission: Submission) -> bool:
    """File names often hold the earner's own. Reviewers and the public get neutral ones."""
    return submission.earner_id == user.pk or can_coordinate(user, submission)
