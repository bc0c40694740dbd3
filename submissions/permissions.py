from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto

from django.utils import timezone

from accounts.models import Membership, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass
from catalog.states import BadgeStatus
from submissions.models import EvidenceItem, Submission
from submissions.states import EDITABLE, Status

# Apps to the right know more reasons to let somebody read a piece of evidence: it is their
# review, or the earner shows it with the badge. Each appends its question when it is loaded.
evidence_readers: list[Callable[[User, EvidenceItem], bool]] = []


class Holding(Enum):
    """What an app to the right knows of somebody's award of a badge."""

    NONE = auto()
    STANDS = auto()
    DUE_FOR_RENEWAL = auto()


# An award can come from elsewhere than a submission, and can be due to be earned anew.
holdings: list[Callable[[User, BadgeClass, datetime], Holding]] = []


def has_earned(user: User, badge_class: BadgeClass, *, now: datetime) -> bool:
    """True if there is nothing to earn for them here today."""
    known = {holding(user, badge_class, now) for holding in holdings}
    if known - {Holding.NONE}:
        return Holding.STANDS in known
    return Submission.objects.of(user).earned().filter(badge_class=badge_class).exists()


def can_start(user: User, badge_class: BadgeClass) -> bool:
    """Anyone signed in can start a published badge that they have neither open nor earned."""
    if not user.is_authenticated or badge_class.status != BadgeStatus.PUBLISHED:
        return False
    if badge_class.has_pathway:
        return False
    if Submission.objects.of(user).open().filter(badge_class=badge_class).exists():
        return False
    return not has_earned(user, badge_class, now=timezone.now())


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
