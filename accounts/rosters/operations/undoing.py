"""Takes back what the rows of a roster made, last row first, in the transaction of their batch.

Only what is still as the row left it is taken back. What has been used or changed since stays, and
the row says so.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError
from django.db.models.fields.reverse_related import ForeignObjectRel

from accounts.agencies import operations as agencies
from accounts.groups import operations as groups
from accounts.minors.roles import minors_locked
from accounts.models import (
    Agency,
    Group,
    GroupMember,
    Membership,
    RosterId,
    RosterImport,
    RosterRow,
    User,
)
from audit.models import AuditEntry
from audit.operations import record
from editing.forms import Edit
from postgres.row_locks import lock_one


class _Used(Exception):
    """Somebody has used it or changed it since."""


def undo_rows(roster: RosterImport, rows: list[RosterRow], *, now: datetime) -> None:
    by = roster.made_by
    for row in rows:
        row.undone_at = now
        for act in (_undo_place, _undo_role, _undo_group, _undo_agency, _undo_account):
            try:
                with transaction.atomic():
                    act(row.made, by=by, now=now)
            except (
                _Used, ProtectedError, agencies.Closed, agencies.NameTaken, agencies.StillOpen,
                agencies.InACircle, groups.NameTaken, groups.IdTaken, groups.GroupClosed,
            ):  # fmt: skip
                row.problem = "used_since"
    RosterRow.objects.bulk_update(rows, ["undone_at", "problem"], batch_size=500)


def _undo_place(made: dict[str, Any], *, by: User, now: datetime) -> None:
    place = _current(GroupMember, made.get("place"))
    if place:
        lock_one(Group.objects.all(), place.group_id)
        _end(place, now=now)
        record("group left", place.user, by=by, agency=place.group.agency, at=now)
    if ended := GroupMember.objects.filter(pk=made.get("place_ended", 0)).first():
        still = GroupMember.objects.current().filter(group=ended.group_id, user=ended.user_id)
        if still.exists() or ended.group.closed_at:
            raise _Used
        GroupMember.objects.create(
            group=ended.group, user=ended.user, part=ended.part, begun_at=now
        )
        record("group joined", ended.user, by=by, agency=ended.group.agency, at=now)


def _undo_role(made: dict[str, Any], *, by: User, now: datetime) -> None:
    if (role := _current(Membership, made.get("membership"))) is not None:
        if role.ends_on and role.ends_on < now.date():
            raise _Used
        _end(role, now=now)
        record("role taken", role.user, by=by, agency=role.agency, note=role.role, at=now)
    if ended := Membership.objects.filter(pk=made.get("ended", 0)).first():
        same = Membership.objects.current().filter(user=ended.user_id, agency=ended.agency_id)
        agency = agencies.lock_open(ended.agency)
        is_adult = ended.role == Membership.Role.EARNER or not minors_locked([ended.user])
        if same.filter(role=ended.role).exists() or not is_adult:
            raise _Used
        Membership.objects.create(
            user=ended.user, agency=agency, role=ended.role, begun_at=now, confirmed_at=now,
            ends_on=ended.ends_on, is_chosen=ended.is_chosen,
        )  # fmt: skip
        record("role given", ended.user, by=by, agency=agency, note=ended.role, at=now)
    if "day" in made:
        role = _current(Membership, made["day"])
        if role is None or str(role.ends_on or "") != (made["new"] or ""):
            raise _Used
        role.ends_on = date.fromisoformat(made["was"]) if made["was"] else None
        role.save(update_fields=["ends_on"])
        record("last day of a role changed", role.user, by=by, agency=role.agency, at=now)


def _undo_group(made: dict[str, Any], *, by: User, now: datetime) -> None:
    if group := Group.objects.filter(pk=made.get("group", 0)).first():
        if group.people.current().exists():
            raise _Used
        groups.close(group, by=by, now=now)
        # Another file may bring a group of this ID again.
        Group.objects.filter(pk=group.pk).update(external_id="")
    if group := Group.objects.filter(pk=made.get("closed", 0)).first():
        groups.reopen(group, by=by, now=now)
    if group := Group.objects.filter(pk=made.get("group_changed", 0)).first():
        stored = groups.stored(group)
        if any(stored[name] != value for name, value in made["new"].items()):
            raise _Used
        groups.change(group, by=by, edit=Edit(made["was"]), now=now)


def _undo_agency(made: dict[str, Any], *, by: User, now: datetime) -> None:
    if agency := Agency.objects.filter(pk=made.get("agency", 0), closed_at=None).first():
        if _is_used(agency):
            raise _Used
        agencies.close(agency, by=by, now=now)
        agency.roster_ids.all().delete()
    if agency := Agency.objects.filter(pk=made.get("changed", 0)).first():
        if names := made.get("names"):
            if agency.name != names[1]:
                raise _Used
            agencies.change(agency, by=by, edit=Edit({"name": names[0]}), now=now)
        if parents := made.get("parents"):
            if agency.parent_id != parents[1]:
                raise _Used
            agencies.move(agency, Agency.objects.get(pk=parents[0]), by=by, now=now)


def _undo_account(made: dict[str, Any], *, by: User, now: datetime) -> None:
    """Delete an account that nobody joined and that nothing else refers to."""
    user = User.objects.filter(pk=made.get("user", 0)).first()
    if user is None:
        return
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_invited or _is_used(user):
        raise _Used
    user.delete()


def _is_used(thing: Model) -> bool:
    """Whether anything refers to it but ended roles and groups, IDs and the activity log."""
    kept = {AuditEntry, RosterId, RosterRow}
    for relation in thing._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        model: Any = relation.related_model
        if model in kept:
            continue
        rows = model._base_manager.filter(**{relation.field.name: thing.pk})
        if model in (Membership, GroupMember):
            rows = rows.filter(ended_at=None)
        elif model in (Agency, Group):
            rows = rows.filter(closed_at=None)
        if rows.exists():
            return True
    return False


def _current(model: Any, key: int | None) -> Any:
    """The row, locked, if it has not ended."""
    locked = model.objects.current().select_for_update(no_key=True, of=["self"])
    return locked.filter(pk=key or 0).first()


def _end(row: Any, *, now: datetime) -> None:
    row.ended_at = now
    row.save(update_fields=["ended_at"])
