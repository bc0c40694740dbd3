"""The emails about pending, issued and revoked awards."""

from __future__ import annotations

import pytest
from django.utils import timezone

from issuing.awards.operations import changes
from mail.composing import compose
from mail.models import OutgoingEmail
from openbadges import baking
from tests.factories import UserFactory, coordinator_for
from tests.issuing.awards import issued_award, waiting_award
from tests.issuing.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


def compose_email(kind: str):
    return compose(OutgoingEmail.objects.get(kind=kind))


def test_the_baked_badge_is_attached_to_its_email(client):
    award = issued_award(earner=UserFactory(name="Rosa & Co", email="rosa@school.example"))

    message = compose_email("badge_issued")

    (name, content, kind), *rest = message.attachments
    assert (name, kind, rest) == (f"{award.badge_class}.png", "image/png", [])
    assert baking.unbake(content).v2 == text_of(client.get(f"/assertions/{award.public_id}"))
    assert message.to == ["rosa@school.example"]
    assert "Congratulations, Rosa & Co!" in message.body
    assert f"http://localhost:8000/awards/{award.public_id}/" in message.body
    assert "http://localhost:8000/verify/" in message.body
    assert "Rosa &amp; Co" in message.alternatives[0][0]


def test_a_badge_that_was_revoked_meanwhile_is_not_attached():
    award = issued_award()
    changes.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    message = compose_email("badge_issued")

    assert message.attachments == []
    assert "Issued twice." in message.body
    assert "Issued twice." in compose_email("badge_revoked").body


def test_the_email_about_a_pending_award_names_the_date():
    award = waiting_award(hours=48)

    assert str(timezone.localtime(award.due_at).year) in compose_email("award_waiting").body


def test_the_email_about_a_pending_award_links_to_its_page_through_sign_in():
    award = waiting_award(hours=48)
    page = award.get_absolute_url()
    address = f"/account/login/?next={page}"

    message = compose_email("award_waiting")

    assert f"http://localhost:8000{address}" in message.body
    assert address in message.alternatives[0][0]
    assert signed_in(award.recipient).get(address).url == page
