import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_has_knocked_yet():
    """Rate limits count in the cache, which tests share."""
    cache.clear()
