from accounts.models import User
from issuing.models import Assertion
from issuing.permissions import can_coordinate


def can_print(user: User, assertion: Assertion) -> bool:
    """A paper shows the earner's name, so only people who may see the name can print it."""
    if assertion.shows_name or assertion.recipient_id == user.pk:
        return True
    return can_coordinate(user, assertion)
