import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def clear_rate_limits():
    """Rate limits count in the cache, which tests share."""
    cache.clear()
