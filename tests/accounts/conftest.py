import pytest
from django.core.cache import cache

from tests.accounts.minors import Role, member
from tests.factories import AgencyFactory, SchoolFactory


@pytest.fixture(autouse=True)
def clear_rate_limits():
    """Rate limits count in the cache, which tests share."""
    cache.clear()


# --- A school with a learner, and a coordinator of the county above it ---


@pytest.fixture
def county():
    return AgencyFactory()


@pytest.fixture
def school(county):
    return SchoolFactory(parent=county)


@pytest.fixture
def coordinator(county):
    return member(county, Role.COORDINATOR)


@pytest.fixture
def learner(school):
    return member(school, name="Mina Park")
