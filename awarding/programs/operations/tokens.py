"""API tokens of other programs: created, authenticated, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency, User
from audit.operations import record
from awarding.models import ApiToken

PREFIX = "badges_"
LAST_USED_PRECISION = timedelta(minutes=1)


class NameTaken(Exception):
    """The agency already has a token in force with this name."""


class Revoked(Exception):
    """The token was revoked after the call began."""


@transaction.atomic
def make_token(
    agency: Agency, *, name: str, by: User, now: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not stored and cannot be shown again."""
    now = now or timezone.now()
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        agency=agency,
        name=name,
        digest=_digest(secret),
        ending=secret[-4:],
        made_by=by,
        made_at=now,
    )
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken from error
    record("token made", token, by=by, agency=agency, at=now)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, now: datetime | None = None) -> None:
    """End the token. Revoking it twice changes nothing."""
    token.refresh_from_db(from_queryset=ApiToken.objects.select_for_update(no_key=True))
    if token.revoked_at:
        return
    token.revoked_at, token.revoked_by = now or timezone.now(), by
    token.save(update_fields=["revoked_at", "revoked_by"])
    record("token revoked", token, by=by, agency=token.agency, at=token.revoked_at)


def lock_in_force(token: ApiToken) -> None:
    """Let nobody revoke the token before the caller's transaction ends. Raises Revoked."""
    in_force = ApiToken.objects.in_force().select_for_update(no_key=True)
    if in_force.filter(pk=token.pk).first() is None:
        raise Revoked


def authenticate(secret: str, *, now: datetime | None = None) -> ApiToken | None:
    """The token in force with this secret. Updates `last_used_at`, at most once a minute."""
    tokens = ApiToken.objects.in_force().select_related("agency")
    token = tokens.filter(digest=_digest(secret)).first()
    if token:
        now = now or timezone.now()
        is_outdated = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_PRECISION)
        ApiToken.objects.filter(is_outdated, pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    # 256 random bits need no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
