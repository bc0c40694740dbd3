from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.permissions import is_coordinator, is_reviewer


def site(request):
    """What every page's frame needs. Looked up only by pages that draw a menu."""

    def nav():
        user = request.user
        return {"can_review": is_reviewer(user), "can_coordinate": is_coordinator(user)}

    return {
        "nav": SimpleLazyObject(nav),
        "demo_mode": settings.DEMO,
        "public_origin": settings.PUBLIC_ORIGIN,
    }
