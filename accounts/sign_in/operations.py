"""The second step, and the browsers in which somebody is signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agency, Membership, SignedInBrowser, User
from audit.moves import require_reason
from audit.operations import record
from editing.forms import Edit
from mail.operations import Letter, queue_emails
from postgres.row_locks import lock_one

Kind = Authenticator.Type
Answer = TypeVar("Answer")
TOLD_WHEN_ADDED: dict[str, str] = {
    Kind.TOTP: "totp_activated",
    Kind.WEBAUTHN: "webauthn_added",
    Kind.RECOVERY_CODES: "recovery_codes_generated",
}
TOLD_WHEN_REMOVED: dict[str, str] = {
    Kind.TOTP: "totp_deactivated",
    Kind.WEBAUTHN: "webauthn_removed",
}
# A person's browser is noted again after this time, so that most requests write nothing.
NOTED_EVERY = timedelta(hours=1)


def stored(agency: Agency) -> dict[str, Any]:
    """The stored values of the form of an agency's second step."""
    return {"roles": [*agency.second_step_roles]}


@transaction.atomic
def require_second_step(
    agency: Agency, *, by: User, edit: Edit, now: datetime | None = None
) -> None:
    """Set the roles that need a second step, here and below. Raises EditConflict."""
    agency = lock_one(Agency.objects.all(), agency.pk)
    edit.check(stored(agency))
    if "roles" not in edit.changes:
        return
    agency.second_step_roles = [
        role for role in Membership.Role.values if role in edit.changes["roles"]
    ]
    agency.save(update_fields=["second_step_roles"])
    note = ", ".join(agency.second_step_roles)
    record("second step required", agency, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def reset_second_step(user: User, *, by: User, reason: str, now: datetime | None = None) -> bool:
    """Remove all second steps of somebody who lost theirs. They are told. False if there are none.

    Every browser of theirs asks to sign in again: somebody else may have the telephone.
    """
    reason = require_reason(reason)
    now = now or timezone.now()
    user = lock_one(User.objects.all(), user.pk)
    if not Authenticator.objects.filter(user=user).exists():
        return False
    Authenticator.objects.filter(user=user).delete()
    _end(SignedInBrowser.objects.filter(user=user))
    entry = record("second step reset", user, by=by, note=reason, at=now)
    letter = Letter(
        "second_step_reset", str(entry.pk), user.email, user.language, {"user": user.pk}, now
    )
    queue_emails([letter], now=now)
    return True


@transaction.atomic
def change_second_step(
    user: User, change: Callable[[], Answer], *, tell: Callable[[str], None]
) -> Answer:
    """Add or remove a second step, with the email about it in the same transaction."""
    user = lock_one(User.objects.all(), user.pk)
    before = _kinds_of_second_steps(user)
    answer = change()
    after = _kinds_of_second_steps(user)
    for _key, kind in sorted(after.items() - before.items()):
        # The first recovery codes come with the first second step, and with its email.
        if kind != Kind.RECOVERY_CODES or kind in before.values():
            tell(TOLD_WHEN_ADDED[kind])
    for _key, kind in sorted(before.items() - after.items()):
        if kind in TOLD_WHEN_REMOVED:
            tell(TOLD_WHEN_REMOVED[kind])
    return answer


def _kinds_of_second_steps(user: User) -> dict[int, str]:
    return dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))


@transaction.atomic
def note_browser(
    user: User, *, session_key: str, browser: str, system: str, now: datetime
) -> SignedInBrowser:
    """Somebody has signed in. Browsers whose sessions have ended are forgotten."""
    current = current_browsers(user, now=now).values("pk")
    SignedInBrowser.objects.filter(user=user).exclude(pk__in=current).delete()
    noted, _new = SignedInBrowser.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "browser": browser,
            "system": system,
            "begun_at": now,
            "seen_at": now,
        },
    )
    return noted


def current_browsers(user: User, *, now: datetime) -> QuerySet[SignedInBrowser]:
    """Where this person is signed in. A session that ended by itself is not among them."""
    current = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SignedInBrowser.objects.filter(user=user, session_key__in=current)


def see_browser(pk: int, *, session_key: str, now: datetime) -> None:
    """The browser is in use. Its session may have got another key meanwhile."""
    SignedInBrowser.objects.filter(pk=pk).update(session_key=session_key, seen_at=now)


@transaction.atomic
def end_browsers(browsers: QuerySet[SignedInBrowser], *, by: User, now: datetime) -> int:
    """Sign out there. The next page that is opened there asks to sign in."""
    count = _end(browsers)
    if count:
        record("signed out elsewhere", by, by=by, at=now)
    return count


def _end(browsers: QuerySet[SignedInBrowser]) -> int:
    keys = list(browsers.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return SignedInBrowser.objects.filter(session_key__in=keys).delete()[0]


@transaction.atomic
def distrust_typed_password(user: User) -> None:
    """The owner of the mailbox signs in for the first time, with a code.

    Nobody had confirmed the address, so somebody else may have typed the password of the account.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
