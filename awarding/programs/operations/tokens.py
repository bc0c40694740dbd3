"""The tokens with which other programs award badges: made, recognised, revoked."""

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
BETWEEN_NOTES_OF_USE = timedelta(minutes=1)


class NameTaken(Exception):
    """The agency has a token of this name; nobody could tell the two apart."""


@transaction.atomic
def make_token(
    agency: Agency, *, name: str, by: User, now: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token, and the secret itself, which nobody will ever see again."""
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
    """Nothing is awarded with it from now. Revoked twice, it was revoked the first time."""
    token.refresh_from_db(from_queryset=ApiToken.objects.select_for_update(no_key=True))
    if token.revoked_at:
        return
    token.revoked_at, token.revoked_by = now or timezone.now(), by
    token.save(update_fields=["revoked_at", "revoked_by"])
    record("token revoked", token, by=by, agency=token.agency, at=token.revoked_at)


def recognise(secret: str, *, now: datetime | None = None) -> ApiToken | None:
    """The token in force behind this secret, with a note that it was used."""
    tokens = ApiToken.objects.in_force().select_related("agency")
    token = tokens.filter(digest=_digest(secret)).first()
    if token:
        now = now or timezone.now()
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - BETWEEN_NOTES_OF_USE)
        ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
    return token


def _digest(secret: str) -> str:
    # 256 random bits need no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
