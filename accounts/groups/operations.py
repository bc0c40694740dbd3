"""Groups of an agency: each change locks the agency, then the group, then its people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.agencies.operations import lock_open
from accounts.groups.ending import close_all
from accounts.minors.operations import mark_new_learners
from accounts.models import Agency, Group, GroupMember, Membership, User
from accounts.operations import find_or_invite, invite_to_role
from audit.operations import record, record_all
from editing.forms import Edit
from postgres.row_locks import lock_one


class NameTaken(Exception):
    """The agency has an open group of this name in the same school year."""


class IdTaken(Exception):
    """Another group of the agency has this ID from elsewhere."""


class GroupClosed(Exception):
    """The group has closed in the meantime."""


@transaction.atomic
def add(
    agency: Agency,
    *,
    name: str,
    by: User,
    school_year: str = "",
    external_id: str = "",
    now: datetime | None = None,
) -> Group:
    """Raises agencies.operations.Closed, NameTaken or IdTaken."""
    now = now or timezone.now()
    agency = lock_open(agency)
    group = Group(
        agency=agency, name=name, school_year=school_year, external_id=external_id, created_at=now
    )
    _check_names(group)
    group.save()
    record("group added", group, by=by, agency=agency, at=now)
    return group


def stored(group: Group) -> dict[str, Any]:
    """The stored values of the form of a group."""
    return {name: getattr(group, name) for name in ("name", "school_year", "external_id")}


@transaction.atomic
def change(group: Group, *, by: User, edit: Edit, now: datetime | None = None) -> None:
    """Raises EditConflict, GroupClosed, NameTaken or IdTaken."""
    group = lock_group(group)
    edit.check(stored(group))
    old = group.name
    for field, value in edit.changes.items():
        setattr(group, field, value)
    _check_names(group)
    group.save(update_fields=[*edit.changes])
    note = f"{old} → {group.name}" if group.name != old else ""
    record("group changed", group, by=by, agency=group.agency, note=note, at=now)


@transaction.atomic
def close(group: Group, *, by: User, now: datetime | None = None) -> None:
    """The group is over. Who was in it stays readable. Closing it twice changes nothing."""
    try:
        group = lock_group(group)
    except GroupClosed:
        return
    close_all([group], by=by, now=now or timezone.now())


@transaction.atomic
def reopen(group: Group, *, by: User, now: datetime | None = None) -> None:
    """Open a group that was closed by mistake, with the people who were in it until then.

    Raises agencies.operations.Closed, NameTaken or IdTaken.
    """
    now = now or timezone.now()
    agency = lock_open(Agency.objects.get(groups=group))
    group = lock_one(Group.objects.select_related("agency"), group.pk)
    if group.closed_at is None:
        return
    closed_at, group.closed_at = group.closed_at, None
    _check_names(group)
    group.save(update_fields=["closed_at"])
    last = group.people.filter(ended_at=closed_at).order_by("pk")
    GroupMember.objects.bulk_create(
        GroupMember(group=group, user_id=row.user_id, part=row.part, begun_at=now) for row in last
    )
    record("group opened again", group, by=by, agency=agency, at=now)


@transaction.atomic
def add_people(
    group: Group, people: Iterable[tuple[str, str, str]], *, by: User, now: datetime | None = None
) -> int:
    """Make the people at these addresses members. `people` are (address, name, language).

    Unknown addresses get an account that its owner can join; nothing is sent to anybody. Returns
    how many are new in the group. Raises GroupClosed, agencies.operations.Closed.
    """
    lock_open(group.agency)
    group = lock_group(group)
    found = find_or_invite(people, now=now)
    return _begin(group, found.values(), GroupMember.Part.MEMBER, by=by, now=now)


@transaction.atomic
def add_accounts(
    group: Group, users: Iterable[User], *, by: User, now: datetime | None = None
) -> int:
    """Make these people members. Returns how many are new in the group. Raises GroupClosed."""
    lock_open(group.agency)
    return _begin(lock_group(group), users, GroupMember.Part.MEMBER, by=by, now=now)


@transaction.atomic
def add_instructor(
    group: Group,
    *,
    email: str,
    name: str,
    language: str,
    by: User,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> GroupMember:
    """Make the person at this address an instructor of the group, with the role at its agency.

    They are told by email of a role that is new to them. A member of the group becomes its
    instructor. Raises GroupClosed, agencies.operations.Closed.
    """
    now = now or timezone.now()
    lock_open(group.agency)
    group = lock_group(group)
    [user] = find_or_invite([(email, name, language)], now=now).values()
    role = Membership.Role.INSTRUCTOR
    held = Membership.objects.confirmed().filter(user=user, agency=group.agency, role=role).first()
    if held is None or ends_on != held.ends_on:
        invite_to_role(
            group.agency, email=email, name=name, role=role, language=language, by=by,
            ends_on=ends_on, now=now,
        )  # fmt: skip
    places = group.people.current().filter(user=user)
    if there := places.exclude(part=GroupMember.Part.INSTRUCTOR).first():
        _end(there, by=by, now=now)
    _begin(group, [user], GroupMember.Part.INSTRUCTOR, by=by, now=now)
    return places.get()


@transaction.atomic
def end_place(place: GroupMember, *, by: User, now: datetime | None = None) -> None:
    """Somebody leaves the group. The row stays. Ending it twice changes nothing."""
    lock_one(Group.objects.all(), place.group_id)
    current = GroupMember.objects.current().select_related("user", "group__agency")
    if fresh := current.filter(pk=place.pk).first():
        _end(fresh, by=by, now=now or timezone.now())


def lock_group(group: Group) -> Group:
    """The group as it is now, locked. Raises GroupClosed."""
    group = lock_one(Group.objects.select_related("agency"), group.pk)
    if group.closed_at:
        raise GroupClosed
    return group


def _end(place: GroupMember, *, by: User, now: datetime) -> None:
    place.ended_at = now
    place.save(update_fields=["ended_at"])
    record(
        "group left", place.user, by=by, agency=place.group.agency, note=place.group.name, at=now
    )


def _begin(
    group: Group, users: Iterable[User], part: str, *, by: User, now: datetime | None
) -> int:
    now = now or timezone.now()
    there = set(group.people.current().values_list("user_id", flat=True))
    new = {user.pk: user for user in users if user.pk not in there}
    GroupMember.objects.bulk_create(
        GroupMember(group=group, user=user, part=part, begun_at=now) for user in new.values()
    )
    if part == GroupMember.Part.MEMBER:
        first = GroupMember.objects.filter(user__in=new).exclude(group=group).values("user")
        learners = User.objects.filter(pk__in=new).exclude(pk__in=first)
        mark_new_learners(learners, agency=group.agency, now=now)
    act = "group joined" if part == GroupMember.Part.MEMBER else "instructor of a group"
    acts = [(act, user, group.agency) for user in new.values()]
    record_all(acts, by=by, at=now, note=group.name)
    return len(new)


def _check_names(group: Group) -> None:
    """Raises NameTaken or IdTaken. The agency or the group is locked."""
    others = Group.objects.filter(agency=group.agency).exclude(pk=group.pk)
    same = others.open().filter(name__iexact=group.name, school_year=group.school_year)
    if same.exists():
        raise NameTaken
    if group.external_id and others.filter(external_id=group.external_id).exists():
        raise IdTaken
