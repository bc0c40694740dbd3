from accounts.models import Membership, User
from accounts.permissions import holds_role
from issuing.models import Assertion, SharedEvidence
from issuing.states import AwardStatus
from submissions.models import EvidenceItem


def can_coordinate(user: User, assertion: Assertion) -> bool:
    """Coordinators hold, release, cancel and revoke the awards of their agencies."""
    return holds_role(user, assertion.badge_class.issuer.agency, Membership.Role.COORDINATOR)


def can_share(user: User, assertion: Assertion) -> bool:
    """What is shown of a badge is for its earner alone to choose."""
    return assertion.recipient_id == user.pk


def can_print(user: User, assertion: Assertion) -> bool:
    """A paper carries the earner's name: for them, their coordinators, or all who may read it."""
    if assertion.shows_name or assertion.recipient_id == user.pk:
        return True
    return can_coordinate(user, assertion)


def is_shared(user: User, item: EvidenceItem) -> bool:
    """Anyone may read what an earner shows with a badge, for as long as the badge stands."""
    return SharedEvidence.objects.filter(item=item, assertion__status=AwardStatus.ISSUED).exists()
