"""What ends with a group. These functions run in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Agency, Group, GroupMember, User
from audit.operations import record_all
from postgres.row_locks import lock_all


def close_all(groups: list[Group], *, by: User | None, now: datetime) -> None:
    """Close these locked, open groups. Everybody's time in them ends at the same moment."""
    current = GroupMember.objects.current().filter(group__in=groups).order_by("pk")
    list(current.select_for_update(no_key=True, of=["self"]).values_list("pk"))
    current.update(ended_at=now)
    Group.objects.filter(pk__in=[group.pk for group in groups]).update(closed_at=now)
    for group in groups:
        group.closed_at = now
    record_all([("group closed", group, group.agency) for group in groups], by=by, at=now)


def close_groups_of(agency: Agency, *, by: User, now: datetime) -> None:
    """The agency closes, and its groups with it."""
    close_all(lock_open_groups(agency), by=by, now=now)


def move_groups_of(agency: Agency, into: Agency, *, by: User, now: datetime) -> None:
    """The agency is merged into another, to which its open groups belong from now on."""
    groups = lock_open_groups(agency)
    taken = set(into.groups.exclude(external_id="").values_list("external_id", flat=True))
    for group in groups:
        group.agency = into
        if group.external_id in taken:
            group.external_id = ""
    Group.objects.bulk_update(groups, ["agency", "external_id"])
    record_all([("group moved", group, into) for group in groups], by=by, at=now)


def lock_open_groups(agency: Agency) -> list[Group]:
    return lock_all(Group.objects.open().filter(agency=agency).select_related("agency"))
