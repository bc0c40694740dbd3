from datetime import datetime

from accounts.models import Membership, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass
from issuing.models import Assertion, SharedEvidence
from issuing.states import AwardStatus
from issuing.validity import is_due_for_renewal
from submissions.models import EvidenceItem
from submissions.permissions import Holding


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


def holding(user: User, badge_class: BadgeClass, now: datetime) -> Holding:
    """An award that stands is not earned again before its badge's rule lets it be renewed."""
    standing = Assertion.objects.standing().of(user).filter(badge_class=badge_class)
    award = standing.select_related("badge_class").first()
    if award is None:
        return Holding.NONE
    return Holding.DUE_FOR_RENEWAL if is_due_for_renewal(award, now=now) else Holding.STANDS
