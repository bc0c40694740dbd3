from accounts.models import Membership, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass
from catalog.states import BadgeStatus
from submissions.models import Submission
from submissions.states import EDITABLE, OPEN, Status


def can_start(user: User, badge_class: BadgeClass) -> bool:
    """Anyone signed in can start a published badge that they have neither open nor earned."""
    taken = [*OPEN, Status.APPROVED]
    return (
        user.is_authenticated
        and badge_class.status == BadgeStatus.PUBLISHED
        and not Submission.objects.of(user)
        .filter(badge_class=badge_class, status__in=taken)
        .exists()
    )


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
