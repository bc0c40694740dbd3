from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.models import Membership
from accounts.permissions import roles_of

Role = Membership.Role


def site(request):
    """What the base template needs. Roles are only queried by pages that show the menu."""

    def nav():
        roles = roles_of(request.user)
        return {
            "can_review": Role.REVIEWER in roles,
            "can_coordinate": Role.COORDINATOR in roles,
            "can_report": bool(roles & {Role.COORDINATOR, Role.REPORTER}),
        }

    return {
        "nav": SimpleLazyObject(nav),
        "demo_mode": settings.DEMO,
        "public_origin": settings.PUBLIC_ORIGIN,
    }
