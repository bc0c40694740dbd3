"""The pages tell the sandbox whose files they read."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from badgeproject.middleware import share_places_fairly
from sandbox import places
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def whose(user, address="192.0.2.7") -> str:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    request.user = user
    return share_places_fairly(lambda _request: places._whose.get()())(request)


def test_a_person_has_one_share_from_everywhere_and_visitors_one_of_their_network():
    rosa, other = UserFactory(), UserFactory()

    assert whose(rosa) == whose(rosa, "198.51.100.1") != whose(other)
    assert whose(AnonymousUser()) != whose(AnonymousUser(), "198.51.100.1")
    assert places._whose.get() is None


def test_the_middleware_is_installed(settings):
    assert "badgeproject.middleware.share_places_fairly" in settings.MIDDLEWARE
