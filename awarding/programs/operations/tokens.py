"""API tokens of other programs: created, authenticated, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency, User
from audit.operations import record
from awarding.models import ApiToken
from postgres.refusals import broken

PREFIX = "badges_"
LAST_USED_PRECISION = timedelta(minutes=1)
HOUR = timedelta(hours=1)


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
    with broken("one_token_in_force_of_a_name", means=NameTaken), transaction.atomic():
        token.save(force_insert=True)
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


def lock_in_force(token: ApiToken) -> ApiToken:
    """Let nobody revoke the token before the caller's transaction ends. Raises Revoked."""
    in_force = ApiToken.objects.in_force().select_for_update(no_key=True)
    locked = in_force.filter(pk=token.pk).first()
    if locked is None:
        raise Revoked
    return locked


def awards_of_this_hour(locked: ApiToken, *, now: datetime) -> int:
    """How many awards the token made since its hour began: with the first award after the last."""
    began = locked.hour_began_at
    return locked.awards_in_hour if began and began <= now < began + HOUR else 0


def count_awards(locked: ApiToken, awards: int, *, now: datetime) -> None:
    """Add new awards to those of the token's hour. In the caller's transaction, under the lock."""
    earlier = awards_of_this_hour(locked, now=now)
    if not earlier:
        locked.hour_began_at = now
    locked.awards_in_hour = earlier + awards
    locked.save(update_fields=["hour_began_at", "awards_in_hour"])


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
