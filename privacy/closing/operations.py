"""People close their own account: fourteen days to come back, then it is done (ADR 75)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.links.operations import lock_accounts
from accounts.models import Agency, Membership, User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from background.operations import succeeds
from mail.models import OutgoingEmail
from mail.operations import queue_email
from privacy import operations as erasing
from privacy.models import AccountClosing

COMES_BACK_WITHIN = timedelta(days=14)
# When an account that can't be closed at the end is looked at again.
AGAIN = timedelta(days=1)
# After an error, so that it delays nobody else.
AFTER_ERROR = timedelta(hours=1)
# The last email of a closed account is forgotten when it was sent, or could not be for so long.
FAREWELL_KEPT_FOR = timedelta(days=7)


class CannotClose(Exception):
    """The reason, for people to read."""


def why_not_closed(person: User) -> str:
    """Why this person can't leave yet; empty if they can."""
    accounts = User.objects.same_person(person)
    if accounts.filter(is_staff=True).exists() or accounts.filter(is_superuser=True).exists():
        return _("You are an operator. Ask another operator to take these rights away first.")
    held = Membership.objects.confirmed().filter(role=Membership.Role.COORDINATOR)
    # Only who can act there: not somebody invited, deactivated, or closing their account, too.
    active = held.filter(user__is_active=True, user__closes_at=None, user__joined_at__isnull=False)
    others = active.exclude(user__in=accounts).values("agency")
    alone = Agency.objects.filter(pk__in=held.filter(user__in=accounts).values("agency"))
    if agency := alone.exclude(pk__in=others).order_by("name").first():
        return _(
            "You are the only coordinator of %(agency)s. Give somebody else the role first."
        ) % {"agency": agency.name}
    return ""


@transaction.atomic
def ask(person: User, *, keeps_badges: bool, now: datetime | None = None) -> AccountClosing:
    """The account will be closed. Asking again changes nothing. Raises CannotClose.

    What the person reviews returns to the queue at once.
    """
    now = now or timezone.now()
    accounts = User.objects.same_person(person)
    erasing.return_reviews(accounts.values("pk"), now=now)
    people = lock_accounts(person)
    if current := AccountClosing.objects.of(person).waiting().first():
        return current
    if refusal := why_not_closed(person):
        raise CannotClose(refusal)
    closing = AccountClosing.objects.create(
        person=person, keeps_badges=keeps_badges, asked_at=now, due_at=now + COMES_BACK_WITHIN
    )
    User.objects.filter(pk__in=people).update(closes_at=closing.due_at)
    record("closing of account asked for", person, by=person, at=now)
    _email("closing_asked", closing, people[person.pk], context={"closing": closing.pk})
    return closing


@transaction.atomic
def keep(person: User, *, now: datetime | None = None) -> None:
    """The person stays. Raises TransitionNotAllowed if nothing is to be closed any more."""
    now = now or timezone.now()
    people = lock_accounts(person)
    kept = AccountClosing.objects.of(person).waiting().update(kept_at=now)
    if not kept:
        raise TransitionNotAllowed("nothing -> kept")
    User.objects.filter(pk__in=people).update(closes_at=None)
    record("account kept", person, by=person, at=now)


def follow_links(users: Iterable[User]) -> None:
    """Accounts that were linked, or are no longer, close with their person and with nobody else.

    In the transaction that links, which has locked them.
    """
    for user in users:
        waiting = AccountClosing.objects.of(user).waiting().first()
        closes_at = waiting.due_at if waiting else None
        User.objects.filter(pk=user.pk).exclude(closes_at=closes_at).update(closes_at=closes_at)


def end_next(*, now: datetime) -> bool:
    """Close one account whose days are over. False if there is none. After an error, later."""
    closing = AccountClosing.objects.due(now=now).select_related("person").first()
    if closing is None:
        return False
    if not succeeds(lambda: _end_or_put_off(closing, now=now), what=f"close account {closing.pk}"):
        _put_off(closing, now + AFTER_ERROR)
    return True


def _end_or_put_off(closing: AccountClosing, *, now: datetime) -> None:
    try:
        _end(closing, now=now)
    except (CannotClose, erasing.NotErased):
        # Became an operator or the only coordinator meanwhile: they read it on their page.
        _put_off(closing, now + AGAIN)
    except TransitionNotAllowed:
        pass  # kept, or ended by another worker, at this moment


def _put_off(closing: AccountClosing, to: datetime) -> None:
    AccountClosing.objects.waiting().filter(pk=closing.pk).update(due_at=to)


@transaction.atomic
def _end(closing: AccountClosing, *, now: datetime) -> None:
    person = User.objects.get(pk=closing.person_id)
    if refusal := why_not_closed(person):
        raise CannotClose(refusal)
    # The person is emptied, and the last email goes where they could be reached.
    reached_at = User.objects.get(pk=closing.person_id)
    erasing.erase(person, by=None, now=now, keeps_badges=closing.keeps_badges)
    # Under the lock of the accounts, which `keep` takes, too.
    ended = AccountClosing.objects.waiting().filter(pk=closing.pk).update(ended_at=now)
    if not ended:
        raise TransitionNotAllowed("ended -> ended")
    User.objects.filter(pk__in=User.objects.same_person(person)).update(closes_at=None)
    _email("account_closed", closing, reached_at, context={})


def _email(kind: str, closing: AccountClosing, person: User, *, context: dict) -> None:
    if person.has_email:
        key = str(closing.pk)
        queue_email(kind, key, to=person.email, language=person.language, context=context)


@transaction.atomic
def forget_farewells(*, now: datetime) -> None:
    """The last email names the address that was erased: once it has left, it is deleted."""
    farewells = OutgoingEmail.objects.filter(kind="account_closed")
    farewells.exclude(status=OutgoingEmail.Status.DUE).delete()
    farewells.filter(queued_at__lte=now - FAREWELL_KEPT_FOR).delete()
