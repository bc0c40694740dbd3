from __future__ import annotations

import pytest

from accounts.models import Membership
from tests.factories import BadgeFactory, DraftBadgeFactory, IssuerFactory, MembershipFactory


@pytest.fixture
def issuer():
    return IssuerFactory()


@pytest.fixture
def coordinator(issuer, client):
    user = MembershipFactory(agency=issuer.agency, role=Membership.Role.COORDINATOR).user
    client.force_login(user)
    return user


@pytest.fixture
def published(issuer):
    return BadgeFactory(slug="media-balance", name="Media Balance", issuer=issuer)


@pytest.fixture
def draft(issuer):
    return DraftBadgeFactory(slug="media-balance", name="Media Balance", issuer=issuer)
