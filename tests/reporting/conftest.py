import pytest

from accounts.models import Membership
from tests.factories import MembershipFactory


@pytest.fixture
def sign_in(client):
    """Sign in a person with a role in an agency."""

    def sign_in_with_role(agency, role=Membership.Role.REPORTER):
        user = MembershipFactory(agency=agency, role=role).user
        client.force_login(user)
        return user

    return sign_in_with_role
