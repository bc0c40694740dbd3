import re

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from mail.models import OutgoingEmail


@pytest.fixture(autouse=True)
def nobody_has_knocked_yet():
    """Rate limits count in the cache, which tests share."""
    cache.clear()


@pytest.fixture
def letter_to():
    """The newest letter to an address, and the link in it as a path."""

    def find(address):
        letter = OutgoingEmail.objects.filter(to=address).latest("pk")
        links = re.findall(
            re.escape(django_settings.PUBLIC_ORIGIN) + r"(/\S+)", letter.context["text"]
        )
        return letter.context | {"link": links[0] if links else None}

    return find
