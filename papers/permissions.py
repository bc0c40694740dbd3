from accounts.models import User
from issuing.models import Assertion
from issuing.permissions import can_coordinate


def can_print(user: User, assertion: Assertion) -> bool:
    """A paper carries the earner's name: for them, their coordinators, or all who may read it."""
    if assertion.shows_name or assertion.recipient_id == user.pk:
        return True
    return can_coordinate(user, assertion)
