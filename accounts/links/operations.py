"""Accounts of one person are linked, and unlinked: ADR 62.

Nothing else changes: awards, submissions and entries stay with the account that has them, and
whatever is read of a person is read by `User.person_key`. So undoing a link is unlinking.

Both operations lock every account of both people, in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccountLink, Agency, Membership, User
from accounts.permissions import why_not_linked
from accounts.signals import accounts_linked
from audit.moves import TransitionNotAllowed, require_reason
from audit.operations import record
from mail.operations import Letter, queue_emails

Source = AccountLink.Source
Seen = TypeVar("Seen")


# Rooms to the right append what they lock of these accounts before the people themselves, because
# it ends when somebody becomes a minor or is linked with one: docs/architecture.md, Locks.
locks_before_people: list[Callable[[Collection[int]], None]] = []


class CannotLink(Exception):
    """The reason, for people to read."""


@transaction.atomic
def link(
    account: User,
    main: User,
    *,
    by: User,
    source: str,
    reason: str = "",
    now: datetime | None = None,
) -> AccountLink:
    """From now on both accounts are read as one person, with the main account of the second.

    What was linked with the first account follows. Raises CannotLink, or ReasonMissing if a
    coordinator does not say how they know.
    """
    now = now or timezone.now()
    reason = reason.strip()
    if source == Source.COORDINATOR:
        reason = require_reason(reason).strip()
    people = lock_accounts(account, main, may_close=True)
    account, main = people[account.pk], people[people[main.pk].person_key]
    if source == Source.COORDINATOR and (refusal := why_not_linked(by, people.values())):
        raise CannotLink(refusal)
    if account.person_key == main.pk:
        raise CannotLink(_("These accounts already belong to one person."))
    if account.linked_to_id:
        raise CannotLink(_("The first account is linked to another one. Undo that link first."))
    new = AccountLink.objects.create(
        account=account, main=main, source=source, reason=reason, linked_by=by, linked_at=now
    )
    # First, because nothing may be linked to an account that is linked itself.
    _move(AccountLink.objects.in_force().filter(main=account), to=main, follows=new, by=by, now=now)
    User.objects.filter(pk=account.pk).update(linked_to=main)
    agency = _agency_to_record(by, main, source)
    record("accounts linked", new, by=by, agency=agency, note=reason, at=now)
    if source == Source.COORDINATOR:
        _tell("accounts_linked", new, [account, main], now=now)
    accounts_linked.send(sender=User, users=list(people.values()), now=now)
    return new


@transaction.atomic
def rehearse(account: User, main: User, *, by: User, look: Callable[[User], Seen]) -> Seen:
    """What would be read of the person if a coordinator linked the accounts. Nothing is changed.

    Raises CannotLink.
    """
    link(account, main, by=by, source=Source.COORDINATOR, reason="rehearsed")
    seen = look(User.objects.get(pk=main.pk))
    transaction.set_rollback(True)
    return seen


@transaction.atomic
def unlink(linked: AccountLink, *, by: User, now: datetime | None = None) -> None:
    """From now on the accounts are two people again, each with what it has.

    What followed the first account into the link goes with it. Raises TransitionNotAllowed if the
    link was undone already.
    """
    now = now or timezone.now()
    people = lock_accounts(linked.account, linked.main, may_close=True)
    current = AccountLink.objects.in_force().filter(pk=linked.pk).first()
    if current is None:
        raise TransitionNotAllowed("The link was undone already.")
    account = people[current.account_id]
    _end(current, by=by, now=now)
    User.objects.filter(pk=account.pk).update(linked_to=None)
    _move(current.followers.in_force(), to=account, follows=None, by=by, now=now)
    agency = _agency_to_record(by, people[current.main_id], current.source)
    note = current.reason
    record("accounts unlinked", current, by=by, agency=agency, note=note, at=now)
    if current.source == Source.COORDINATOR or by.pk not in people:
        _tell("accounts_unlinked", current, [account, people[current.main_id]], now=now)
    accounts_linked.send(sender=User, users=list(people.values()), now=now)


def link_confirmed_address(
    user: User, address: str, *, now: datetime | None = None
) -> AccountLink | None:
    """Link the account that was invited by an address which this person has just confirmed.

    Nobody ever signed in to that account, so its awards can belong only to whoever reads the
    mailbox. A link that somebody else made before, who did not read it, gives way. Call it in the
    transaction that confirms the address.
    """
    found = unused_accounts([address]).exclude(pk=user.pk)
    lock_accounts(user, *found, may_close=True)
    # Read again: somebody may have joined, or pressed the button twice.
    shell = found.first()
    if shell is None or not user.is_active:
        return None
    earlier = AccountLink.objects.in_force().filter(account=shell).first()
    if earlier and User.objects.same_person(user).filter(pk=shell.pk).exists():
        return earlier
    if earlier:
        unlink(earlier, by=user, now=now)
    made = link(shell, user, by=user, source=Source.ADDRESS, now=now)
    _take_over_roles(shell, user, now=now or timezone.now())
    return made


def _take_over_roles(shell: User, user: User, *, now: datetime) -> None:
    """Roles count for the account that signs in, and nobody ever signs in to the other one.

    They stay with this account if the link is undone: its mailbox was the one that got them.
    """
    held = Membership.objects.confirmed().filter(user=shell, agency__closed_at=None)
    works_somewhere = Membership.objects.current().workplaces().filter(user=user).exists()
    is_minor = User.objects.minors().filter(pk=user.pk).exists()
    for role in (
        held.select_related("agency").order_by("pk").select_for_update(no_key=True, of=["self"])
    ):
        if is_minor and role.role != Membership.Role.EARNER:
            continue  # roles are for adults
        theirs = Membership.objects.current().filter(user=user)
        if role.role == Membership.Role.EARNER and works_somewhere:
            continue
        if not theirs.filter(agency=role.agency, role=role.role).exists():
            Membership.objects.create(
                user=user, agency=role.agency, role=role.role, confirmed_at=now, begun_at=now,
                ends_on=role.ends_on, told_of_last_day=role.told_of_last_day,
            )  # fmt: skip
            record("role given", user, by=user, agency=role.agency, note=role.role, at=now)
        record("role taken", shell, by=user, agency=role.agency, note=role.role, at=now)
        role.ended_at = now
        role.save(update_fields=["ended_at"])


@transaction.atomic
def link_confirmed_addresses(user: User) -> None:
    """Link what was awarded to addresses that were confirmed in another way, such as by a provider.

    What was ever linked before is left as it is: somebody may have undone it.
    """
    confirmed = EmailAddress.objects.filter(user=user, verified=True)
    before = AccountLink.objects.filter(account=OuterRef("pk"))
    shells = unused_accounts(confirmed.values("email")).exclude(pk=user.pk)
    # All of them in one order, before any is locked alone.
    if found := list(shells.filter(~Exists(before))):
        lock_accounts(user, *found, may_close=True)
    for shell in found:
        link_confirmed_address(user, shell.email)


@transaction.atomic
def join_confirmed_address(user: User, address: str) -> AccountLink | None:
    """Link again what the person had unlinked. The address is confirmed: check that before."""
    return link_confirmed_address(user, address)


def unlink_whoever_joins(user: User, *, now: datetime | None = None) -> None:
    """Somebody signs up with the address of a linked account: it is theirs alone from now on.

    Call it in the transaction in which they join.
    """
    if earlier := AccountLink.objects.in_force().filter(account=user).first():
        unlink(earlier, by=user, now=now)


def unused_accounts(addresses: Iterable[str] | QuerySet) -> QuerySet[User]:
    """Accounts with these addresses that nobody ever signed in to: no address is confirmed."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(
        ~Exists(confirmed),
        email__in=addresses,
        last_login=None,
        is_staff=False,
        is_superuser=False,
    )


def lock_accounts(*accounts: User, may_close: bool = False) -> dict[int, User]:
    """Lock all accounts of these people and read them, by primary key.

    With `may_close`, something that they show may end, as what minors show does; it is locked
    before them.
    """
    keys = [account.pk for account in accounts]
    while True:
        people = User.objects.filter(
            person_key__in=User.objects.filter(pk__in=keys).values("person_key")
        )
        before = set(people.values_list("pk", flat=True))
        for lock in locks_before_people if may_close else ():
            lock(before)
        locked = User.objects.select_for_update(no_key=True).filter(pk__in=before).order_by("pk")
        list(locked.values_list("pk"))
        found = {person.pk: person for person in people}
        if found.keys() <= before:
            return found
        # Another link was made meanwhile: lock its account, too.
        keys = [*found]


def _move(
    links: Iterable[AccountLink], *, to: User, follows: AccountLink | None, by: User, now: datetime
) -> None:
    """Let these links lead to another main account, and keep who made them and why."""
    for moved in links:
        _end(moved, by=by, now=now)
        AccountLink.objects.create(
            account_id=moved.account_id,
            main=to,
            source=moved.source,
            reason=moved.reason,
            linked_by_id=moved.linked_by_id,
            linked_at=now,
            follows=follows,
        )
        User.objects.filter(pk=moved.account_id).update(linked_to=to)


def _agency_to_record(by: User, main: User, source: str) -> Agency | None:
    """In whose activity log it is: the coordinator's agency, else the person's workplace."""
    held = Membership.objects.confirmed().order_by("pk").select_related("agency")
    if source == Source.COORDINATOR:
        given = held.filter(user=by, role=Membership.Role.COORDINATOR).first()
        if given:
            return given.agency
    work = held.workplaces().filter(user=main).first()
    return work.agency if work else None


def _end(linked: AccountLink, *, by: User, now: datetime) -> None:
    linked.ended_at, linked.ended_by = now, by
    linked.save(update_fields=["ended_at", "ended_by"])


def _tell(kind: str, linked: AccountLink, people: Iterable[User], *, now: datetime) -> None:
    """Tell both accounts, so that neither is linked without the knowledge of its owner."""
    letters = (
        Letter(
            kind,
            f"{linked.pk}:{person.pk}",
            person.email,
            person.language,
            {"link": linked.pk, "user": person.pk},
            now,
        )
        for person in people
    )
    queue_emails(letters, now=now)
