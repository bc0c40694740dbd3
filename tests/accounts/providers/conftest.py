"""A district of a county with a provider, and that provider."""

from __future__ import annotations

import pytest

from accounts.models import IdentityProvider
from accounts.providers import views
from accounts.providers.operations import providers as operations
from tests.accounts.provider_elsewhere import ProviderElsewhere
from tests.accounts.providers.arriving import added
from tests.factories import AgencyFactory, UserFactory


@pytest.fixture
def county():
    return AgencyFactory(name="Juniper County")


@pytest.fixture
def district(county):
    return AgencyFactory(name="Alder Unified", parent=county)


@pytest.fixture
def operator():
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def provider(district, operator) -> IdentityProvider:
    operations.declare_domain(district, "alder.example", by=operator)
    return added(district, operator)


@pytest.fixture
def elsewhere(monkeypatch) -> ProviderElsewhere:
    made = ProviderElsewhere()
    monkeypatch.setattr(views, "fetcher", made)
    return made
