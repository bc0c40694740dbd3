"""Coordinators make and revoke the tokens with which programs award badges."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from awarding.models import ApiToken
from awarding.programs.operations import tokens
from tests.awarding.programs import BADGES, Program, token_for
from tests.factories import AgencyFactory, BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory(slug="media-balance")


def test_a_coordinator_makes_a_token_sees_it_once_and_revokes_it(client, badge):
    client.force_login(coordinator_for(badge))
    page = reverse("awarding:manage_tokens")

    made = client.post(page, {"name": "Course site", "agency": badge.issuer.agency.pk})
    secret = re.search(r'value="(badges_[\w-]+)"', made.text)[1]

    assert "no-store" in made["Cache-Control"]
    assert secret not in client.get(page).text
    assert secret not in str(ApiToken.objects.values().get())
    assert Program(secret).get(BADGES).status_code == 200
    assert ApiToken.objects.get().last_used_at is not None
    token = ApiToken.objects.get()
    client.post(reverse("awarding:manage_token_revoke", args=[token.public_id]))
    assert Program(secret).get(BADGES).status_code == 401
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert [act for act in acts if act.startswith("token")] == ["token made", "token revoked"]


def test_tokens_in_force_have_different_names(client, badge):
    client.force_login(coordinator_for(badge))
    typed = {"name": "Course site", "agency": badge.issuer.agency.pk}
    client.post(reverse("awarding:manage_tokens"), typed)

    again = client.post(reverse("awarding:manage_tokens"), typed)

    assert again.status_code == 422
    assert "Choose another one" in again.text
    assert ApiToken.objects.count() == 1


def test_tokens_of_other_agencies_are_hidden(client, badge):
    other = AgencyFactory()
    token, _ = tokens.make_token(other, name="Somebody else’s", by=UserFactory())
    client.force_login(coordinator_for(badge))

    page = client.get(reverse("awarding:manage_tokens")).text
    typed = {"name": "Mine", "agency": other.pk}
    assert "Somebody else’s" not in page
    assert client.post(reverse("awarding:manage_tokens"), typed).status_code == 422
    revoke = reverse("awarding:manage_token_revoke", args=[token.public_id])
    assert client.post(revoke).status_code == 404
    client.force_login(UserFactory())
    assert client.get(reverse("awarding:manage_tokens")).status_code == 403


def test_the_last_use_of_a_token_is_saved_at_most_once_a_minute(badge):
    secret = token_for(badge.issuer.agency)
    now = timezone.now()
    for seconds in (0, 30, 90):
        tokens.authenticate(secret, now=now + timedelta(seconds=seconds))

    assert ApiToken.objects.get().last_used_at == now + timedelta(seconds=90)
