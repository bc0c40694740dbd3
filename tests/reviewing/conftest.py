import pytest

from tests.factories import AssignmentFactory, BadgeFactory, reviewer_for


@pytest.fixture
def badge_class():
    return BadgeFactory()


@pytest.fixture
def reviewer(badge_class):
    return reviewer_for(badge_class)


@pytest.fixture
def reviewing_client(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def assignment(badge_class, reviewer):
    return AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
