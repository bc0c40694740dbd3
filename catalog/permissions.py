from accounts.models import Membership, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass


def can_manage(user: User, badge_class: BadgeClass) -> bool:
    """Coordinators edit, publish and retire the badges of their agency and those below it."""
    return holds_role(user, badge_class.issuer.agency, Membership.Role.COORDINATOR)
