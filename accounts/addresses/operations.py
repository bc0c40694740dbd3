"""Another address for somebody's account: it takes effect when its mailbox has confirmed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import AddressChange, Agency, Membership, User
from accounts.signals import address_changed
from audit.operations import record
from mail.operations import Letter, allow_emails_to, queue_emails, readdress_due_emails
from postgres.refusals import broken

Answer = TypeVar("Answer")
VALID_FOR = timedelta(days=7)
ONE_ACCOUNT_EACH = ((User, "email"), "unique_verified_email")
TO_THE_OLD_ADDRESS = ("address_announced", "address_changed")


class SameAddress(Exception):
    """It is the address of the account already."""


class AddressTaken(Exception):
    """Another account has this address."""


class NoLongerOpen(Exception):
    """The change was withdrawn, replaced by another one, or asked for more than a week ago."""


@transaction.atomic
def ask_for_change(
    person: User,
    email: str,
    *,
    keeps_old: bool,
    by: User,
    agency: Agency,
    now: datetime | None = None,
) -> AddressChange:
    """Ask the new mailbox, and tell the old one. An earlier change that waits is withdrawn.

    Whether another account has the address is not said before its mailbox has confirmed it.
    Raises SameAddress.
    """
    now = now or timezone.now()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    email = email.strip().lower()
    if email == person.email:
        raise SameAddress
    AddressChange.objects.open().filter(user=person).update(withdrawn_at=now)
    change = AddressChange.objects.create(
        user=person, was=person.email, email=email, keeps_old=keeps_old,
        asked_by=by, agency=agency, asked_at=now,
    )  # fmt: skip
    record("address change asked", person, by=by, agency=agency, note=change.words, at=now)
    _tell(change, "address_asked", email, now=now)
    if not person.is_invited:
        _tell(change, "address_announced", person.email, now=now)
    return change


@transaction.atomic
def add_first(person: User, email: str, *, now: datetime | None = None) -> AddressChange:
    """Somebody without email gives their own address. Their agency reads of it in the activity log.

    Their badges and messages stay theirs. With the class code they sign in until they leave.
    """
    places = Membership.objects.filter(user=person).select_related("agency")
    # The newest that has not ended, or else the newest.
    place = places.order_by(F("ended_at").desc(nulls_first=True), "-pk")[0]
    return ask_for_change(person, email, keeps_old=False, by=person, agency=place.agency, now=now)


@transaction.atomic
def withdraw(person: User, *, by: User, now: datetime | None = None) -> bool:
    """Withdraw the change that waits. False if there is none."""
    now = now or timezone.now()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    change = AddressChange.objects.open().filter(user=person).select_related("agency").first()
    if change is None:
        return False
    change.withdrawn_at = now
    change.save(update_fields=["withdrawn_at"])
    record("address change withdrawn", person, by=by, agency=change.agency, at=now)
    return True


def confirm(change: AddressChange, *, now: datetime | None = None) -> None:
    """The new mailbox has pressed the button. Pressing it twice has no effect.

    Raises NoLongerOpen, or AddressTaken if another account has the address by now.
    """
    with broken(*ONE_ACCOUNT_EACH, means=AddressTaken):
        _confirm(change, now=now or timezone.now())


@transaction.atomic
def _confirm(change: AddressChange, *, now: datetime) -> None:
    person = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
    change = AddressChange.objects.select_related("agency").get(pk=change.pk)
    if change.confirmed_at:
        return
    if change.withdrawn_at or change.asked_at < now - VALID_FOR or person.email != change.was:
        raise NoLongerOpen
    others = EmailAddress.objects.filter(email=change.email, verified=True)
    if (
        User.objects.filter(email=change.email).exclude(pk=person.pk).exists()
        or others.exclude(user=person).exists()
    ):
        raise AddressTaken
    was, person.email = person.email, change.email
    person.save(update_fields=["email"])
    own = EmailAddress.objects.filter(user=person)
    own.update(primary=False)
    if not change.keeps_old:
        own.filter(email=was).delete()
    own.update_or_create(
        user=person, email=person.email, defaults={"primary": True, "verified": True}
    )
    change.confirmed_at = now
    change.save(update_fields=["confirmed_at"])
    record("address changed", person, by=None, agency=change.agency, note=change.words, at=now)
    address_follows(person, was=was, now=now)
    if not person.is_invited:
        _tell(change, "address_changed", was, now=now)


@transaction.atomic
def use_for_signing_in(person: User, email: str, *, choose: Callable[[], Answer]) -> Answer:
    """`choose` makes it the first address of the account: all of it, or nothing.

    Raises AddressTaken if another account signs in with it.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if User.objects.filter(email=email.strip().lower()).exclude(pk=person.pk).exists():
        raise AddressTaken
    # It may be taken at this moment.
    with broken(*ONE_ACCOUNT_EACH, means=AddressTaken), transaction.atomic():
        return choose()


@transaction.atomic
def follow_own_change(person: User, *, was: str, now: datetime | None = None) -> None:
    """The person has made another of their addresses the first one: everything follows."""
    now = now or timezone.now()
    if was == person.email:
        return
    note = f"{was} → {person.email}"
    record("address changed", person, by=person, note=note, at=now)
    address_follows(person, was=was, now=now)


def address_follows(person: User, *, was: str, now: datetime) -> None:
    """What goes to the old address goes to the new one from now on.

    In the caller's transaction, whoever changed it.
    """
    allow_emails_to(person.email)
    readdress_due_emails(was, person.email, but=TO_THE_OLD_ADDRESS)
    address_changed.send(sender=User, user=person, was=was, now=now)


def _tell(change: AddressChange, kind: str, to: str, *, now: datetime) -> None:
    context = {"change": change.pk, "person": change.user_id, "agency": change.agency_id}
    letter = Letter(kind, f"{change.pk}", to, change.user.language, context, now)
    queue_emails([letter], now=now)
