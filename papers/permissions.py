from accounts.models import User
from accounts.permissions import are_one_person
from issuing.models import Assertion
from issuing.permissions import can_coordinate


def can_print(user: User, assertion: Assertion) -> bool:
    """A paper shows the earner's name, so only people who may see the name can print it."""
    if assertion.shows_name or are_one_person(user, assertion.recipient_id):
        return True
    return can_coordinate(user, assertion)
