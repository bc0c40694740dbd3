"""For tests of pages: a badge, and its coordinator, who is signed in."""

import pytest

from tests.factories import BadgeFactory, coordinator_for


@pytest.fixture
def badge():
    return BadgeFactory(waiting_hours=48)


@pytest.fixture
def coordinator(badge, client):
    person = coordinator_for(badge)
    client.force_login(person)
    return person
