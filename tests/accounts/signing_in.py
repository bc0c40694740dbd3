"""What the tests of signing in have in common."""

from __future__ import annotations

import re

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from accounts.models import User
from mail.models import OutgoingEmail
from tests.factories import PASSWORD

LOGIN, SECOND_STEP = reverse("account_login"), reverse("mfa_authenticate")
TYPE_CODE = reverse("account_confirm_login_code")
AFTER_SIGNING_IN = resolve_url(settings.LOGIN_REDIRECT_URL)
SECRET = "JBSWY3DPEHPK3PXP"


def sign_in(client, user, **extra):
    return client.post(LOGIN, {"login": user.email, "password": PASSWORD, **extra})


def signed_in_as(client) -> str | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_app(user):
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def mailed_code() -> str:
    email = OutgoingEmail.objects.filter(context__subject="Your code to sign in").latest("pk")
    return re.search(r"^\s*([A-Z0-9-]{6,})\s*$", email.context["text"], re.MULTILINE)[1]


def start(client, provider, **query):
    return client.get(reverse("accounts:provider_start", args=[provider.public_id]), query)


def come_back(client, provider, brought):
    return client.get(reverse("accounts:provider_return", args=[provider.public_id]), brought)
