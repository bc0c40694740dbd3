"""An email about a changed second step is in the transaction of the change."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError
from django.urls import reverse

from accounts.adapter import AccountAdapter
from mail.models import OutgoingEmail
from tests.accounts.signing_in import SECRET, code_now, sign_in, with_app
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(client):
    user = UserFactory()
    sign_in(client, user)
    return user


def subjects() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("context__subject", flat=True))


def test_the_email_is_there_before_the_commit(client, ann):
    """Nothing runs what waits for the commit here, as after a crash."""
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert subjects() == ["An app with codes was added to your account"]

    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))

    assert len(subjects()) == 3
    assert not Authenticator.objects.exists()


def test_a_refused_change_sends_nothing(client, ann):
    client.get(reverse("mfa_activate_totp"))

    client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert subjects() == []


def test_without_its_email_nothing_changes(client, ann, monkeypatch):
    with_app(ann)

    def fails(*args):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(AccountAdapter, "tell_of_second_step", fails)
    with pytest.raises(DatabaseError):
        client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_now(SECRET))


def test_changes_are_told_once_after_the_commit(client, ann, after_commit):
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    with after_commit:
        client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert subjects() == ["An app with codes was added to your account"]
