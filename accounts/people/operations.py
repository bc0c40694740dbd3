"""What coordinators change of an account: each act is recorded, and its person is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.agencies.operations import lock_open
from accounts.models import Agency, Membership, User
from accounts.operations import invite_to_role, lock_people, people_by_address, take_role
from accounts.signals import people_named
from audit.operations import record
from editing.forms import Edit
from mail.operations import Letter, queue_emails


@transaction.atomic
def correct_name(
    person: User, *, edit: Edit, by: User, agency: Agency, now: datetime | None = None
) -> None:
    """Correct the name. Badges that somebody has keep theirs. Raises EditConflict."""
    now = now or timezone.now()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    edit.check({"name": person.name})
    name = edit.changes.get("name", person.name)
    if name == person.name:
        return
    was, person.name = person.name, name
    person.save(update_fields=["name"])
    note = f"{was} → {name}"
    entry = record("name corrected", person, by=by, agency=agency, note=note, at=now)
    if not was:
        people_named.send(sender=User, users=[person])
    _tell(person, "name_corrected", str(entry.pk), agency, now=now)


@transaction.atomic
def deactivate(
    people: Iterable[User], *, by: User, agency: Agency, now: datetime | None = None
) -> int:
    """Let these people no longer sign in, and end their sessions at once. Returns how many.

    Their badges, submissions and roles stay as they are.
    """
    now = now or timezone.now()
    locked = _lock(people).filter(is_active=True)
    for person in locked:
        person.is_active = False
        person.signed_out_at = now
        person.save(update_fields=["is_active", "signed_out_at"])
        entry = record("account deactivated", person, by=by, agency=agency, at=now)
        _tell(person, "account_deactivated", str(entry.pk), agency, now=now)
    return len(locked)


@transaction.atomic
def reactivate(
    people: Iterable[User], *, by: User, agency: Agency, now: datetime | None = None
) -> int:
    """Let these people sign in again. Sessions from before do not come back."""
    now = now or timezone.now()
    locked = _lock(people).filter(is_active=False)
    for person in locked:
        person.is_active = True
        person.save(update_fields=["is_active"])
        entry = record("account reactivated", person, by=by, agency=agency, at=now)
        _tell(person, "account_reactivated", str(entry.pk), agency, now=now)
    return len(locked)


@transaction.atomic
def invite_again(
    people: Iterable[User], *, by: User, agency: Agency, now: datetime | None = None
) -> int:
    """Send the invitation again to those who have not signed up, at most once a day."""
    now = now or timezone.now()
    waiting = _lock(people).filter(joined_at=None, is_active=True)
    for person in waiting:
        record("invitation sent again", person, by=by, agency=agency, at=now)
        _tell(person, "invitation", f"{person.pk} {timezone.localdate(now)}", agency, now=now)
    return len(waiting)


@transaction.atomic
def invite_many(
    people: Iterable[tuple[str, str]],
    *,
    agency: Agency,
    role: str,
    ends_on: date | None,
    language: str,
    by: User,
    now: datetime | None = None,
) -> int:
    """Give the role to the people at these addresses, with their names.

    Raises Closed or RoleRefused.

    All of them or nobody: a list that fails can be sent again. Returns how many.
    """
    now = now or timezone.now()
    wanted = sorted(set(people))
    agency = lock_open(agency)
    # In one order, before any is locked alone.
    lock_people(people_by_address([email for email, _name in wanted]).values())
    for email, name in wanted:
        invite_to_role(
            agency, email=email, name=name, role=role, ends_on=ends_on, language=language,
            by=by, now=now,
        )  # fmt: skip
    return len(wanted)


@transaction.atomic
def withdraw_invitations(
    people: Iterable[User], agencies: Collection[int], *, by: User, now: datetime | None = None
) -> int:
    """End what those who have not signed up were given at these agencies. Returns how many."""
    now = now or timezone.now()
    waiting = list(_lock(people).filter(joined_at=None))
    given = Membership.objects.current().filter(user__in=waiting, agency__in=agencies)
    ended = set()
    for membership in given.order_by("pk"):
        take_role(membership, by=by, now=now)
        ended.add(membership.user_id)
    return len(ended)


def _lock(people: Iterable[User]) -> QuerySet[User]:
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    return rows.filter(pk__in=[person.pk for person in people])


def _tell(person: User, kind: str, key: str, agency: Agency, *, now: datetime) -> None:
    context = {"person": person.pk, "agency": agency.pk}
    letter = Letter(kind, key, person.email, person.language, context, now)
    queue_emails([letter], now=now)
