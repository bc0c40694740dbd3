"""A new school year: last year's groups close, and their copies go on with the instructors."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.agencies.operations import Closed
from accounts.groups.ending import close_all
from accounts.groups.operations import IdTaken, NameTaken, reopen
from accounts.models import Agency, Group, GroupMember, Membership, SchoolYearMove, User
from accounts.querysets import GroupQuerySet
from audit.operations import record, record_all
from editing.shown import check_shown
from postgres.row_locks import lock_all, lock_one


def groups_of(agency: Agency, year: str) -> GroupQuerySet:
    """The open groups of the agency and those below it in this school year."""
    below = Agency.objects.within(agency).filter(closed_at=None)
    return Group.objects.open().filter(agency__in=below, school_year=year)


def mark_of(agency: Agency, year: str) -> str:
    """Changes when a group is added to the year or closed."""
    return " ".join(map(str, groups_of(agency, year).order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def move_on(
    agency: Agency,
    *,
    from_year: str,
    to_year: str,
    copies: bool,
    by: User,
    ends_on: date | None = None,
    shown: str = "",
    now: datetime | None = None,
) -> SchoolYearMove:
    """Close the groups of a year. With `copies`, each goes on in the next with its instructors.

    `ends_on` becomes the last day of the instructors' roles. Raises NotAsShown.
    """
    now = now or timezone.now()
    lock_all(Agency.objects.filter(groups__in=groups_of(agency, from_year)))
    groups = lock_all(groups_of(agency, from_year).select_related("agency"))
    check_shown(shown, " ".join(str(group.pk) for group in groups))
    teaching = list(
        GroupMember.objects.current().instructors().filter(group__in=groups).order_by("pk")
    )
    close_all(groups, by=by, now=now)
    new = _copy(groups, teaching, to_year, by=by, now=now) if copies else []
    days = _set_last_days(groups, teaching, ends_on, by=by, now=now) if ends_on else []
    move = SchoolYearMove.objects.create(
        agency=agency,
        from_year=from_year,
        to_year=to_year,
        made_by=by,
        made_at=now,
        made={
            "closed": [group.pk for group in groups],
            "copies": [group.pk for group in new],
            "days": days,
            "ends_on": ends_on and ends_on.isoformat(),
        },
    )
    record("school year moved on", move, by=by, agency=agency, at=now)
    return move


@transaction.atomic
def undo(move: SchoolYearMove, *, by: User, now: datetime | None = None) -> int:
    """Open the groups again and close their copies. Undoing twice changes nothing.

    A copy that has members by now stays, and so does what was changed since. Returns how many
    groups stay as they are.
    """
    now = now or timezone.now()
    move = lock_one(SchoolYearMove.objects.select_related("agency"), move.pk)
    if move.undone_at:
        return 0
    copies = Group.objects.open().filter(pk__in=move.made["copies"])
    copies = copies.filter(school_year=move.to_year).select_related("agency")
    lock_all(Agency.objects.filter(groups__in=copies))
    used = GroupMember.objects.current().members().filter(group__in=copies).values("group")
    unused = lock_all(copies.exclude(pk__in=used))
    close_all(unused, by=by, now=now)
    stay = len(move.made["copies"]) - len(unused)
    for group in Group.objects.filter(pk__in=move.made["closed"]).order_by("pk"):
        try:
            with transaction.atomic():
                reopen(group, by=by, now=now)
        except (Closed, NameTaken, IdTaken):
            stay += 1
    _restore_last_days(move, by=by, now=now)
    move.undone_at = now
    move.save(update_fields=["undone_at"])
    record("school year taken back", move, by=by, agency=move.agency, at=now)
    return stay


def _copy(
    groups: list[Group], teaching: list[GroupMember], year: str, *, by: User, now: datetime
) -> list[Group]:
    """Groups that the next year already has under the same name are left out."""
    there = Group.objects.open().filter(school_year=year, agency__in={g.agency_id for g in groups})
    names = {(agency, name.lower()) for agency, name in there.values_list("agency", "name")}
    copied = [group for group in groups if (group.agency_id, group.name.lower()) not in names]
    new = Group.objects.bulk_create(
        Group(agency=group.agency, name=group.name, school_year=year, created_at=now)
        for group in copied
    )
    by_old = {old.pk: group for old, group in zip(copied, new, strict=True)}
    GroupMember.objects.bulk_create(
        GroupMember(
            group=by_old[place.group_id], user_id=place.user_id, part=place.part, begun_at=now
        )
        for place in teaching
        if place.group_id in by_old
    )
    record_all([("group added", group, group.agency) for group in new], by=by, at=now)
    return new


def _set_last_days(
    groups: list[Group], teaching: list[GroupMember], ends_on: date, *, by: User, now: datetime
) -> list[tuple[int, str | None]]:
    """Returns the keys of the roles, each with its former last day."""
    roles = Membership.objects.confirmed().filter(
        role=Membership.Role.INSTRUCTOR,
        user__in={place.user_id for place in teaching},
        agency__in={group.agency_id for group in groups},
    )
    changed = lock_all(roles.exclude(ends_on=ends_on, ends_on__isnull=False))
    was = [(row.pk, row.ends_on.isoformat() if row.ends_on else None) for row in changed]
    Membership.objects.filter(pk__in=[row.pk for row in changed]).update(ends_on=ends_on)
    rows = Membership.objects.filter(pk__in=[row.pk for row in changed])
    acts = [
        ("last day of a role changed", row.user, row.agency)
        for row in rows.select_related("user", "agency")
    ]
    record_all(acts, by=by, at=now, note=ends_on.isoformat())
    return was


def _restore_last_days(move: SchoolYearMove, *, by: User, now: datetime) -> None:
    """Of roles that are in force and still have the last day that the move gave them."""
    was = {key: day and date.fromisoformat(day) for key, day in move.made["days"]}
    still = Membership.objects.confirmed().filter(pk__in=was, ends_on=move.made["ends_on"])
    rows = lock_all(still.select_related("user", "agency"))
    for row in rows:
        row.ends_on = was[row.pk]
    Membership.objects.bulk_update(rows, ["ends_on"])
    acts = [("last day of a role changed", row.user, row.agency) for row in rows]
    record_all(acts, by=by, at=now)
