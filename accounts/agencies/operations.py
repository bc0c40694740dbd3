"""Changes of the tree of agencies, one at a time: each locks the roots of the tree.

A closed agency stays in the tree with everything that was made under it. Coordinators of the
agency above it still see its badges, awards and people. An agency that is merged into another
closes and becomes a part of it; its people work at the other from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.groups.ending import close_groups_of, move_groups_of
from accounts.models import Agency, Membership, User
from accounts.signals import workplaces_confirmed
from audit.operations import record, record_all
from editing.forms import Edit
from editing.shown import check_shown
from postgres.row_locks import lock_one

LONGEST_SLUG = Agency._meta.get_field("slug").max_length or 0


class NameTaken(Exception):
    """Another open agency in the same place has this name."""


class InACircle(Exception):
    """An agency cannot be part of itself, or of an agency below it."""


class Closed(Exception):
    """The agency, or the one that it would belong to, has closed in the meantime."""


class StillOpen(Exception):
    """Agencies below it are open. `names` are some of them."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names


@transaction.atomic
def add(parent: Agency, *, name: str, kind: str, by: User, now: datetime | None = None) -> Agency:
    """Add an agency below another. Raises Closed or NameTaken."""
    _lock_tree()
    parent = lock_open(parent)
    _check_name(name, parent)
    agency = Agency.objects.create(name=name, slug=_free_slug(name), kind=kind, parent=parent)
    record("agency added", agency, by=by, agency=parent, at=now)
    return agency


def stored(agency: Agency) -> dict[str, Any]:
    """The stored values of the form of an agency."""
    return {"name": agency.name, "kind": agency.kind}


@transaction.atomic
def change(agency: Agency, *, by: User, edit: Edit, now: datetime | None = None) -> None:
    """Rename the agency, or correct its kind. Its address stays, so that links go on working.

    Papers and badges that were issued keep the name under which they were. Raises EditConflict or
    NameTaken.
    """
    _lock_tree()
    agency = lock_one(Agency.objects.select_related("parent"), agency.pk)
    edit.check(stored(agency))
    old = agency.name
    for field, value in edit.changes.items():
        setattr(agency, field, value)
    if agency.name != old:
        _check_name(agency.name, agency.parent, but=agency)
        record(
            "agency renamed", agency, by=by, agency=agency, note=f"{old} → {agency.name}", at=now
        )
    if "kind" in edit.changes:
        note = agency.get_kind_display()
        record("kind of agency changed", agency, by=by, agency=agency, note=note, at=now)
    agency.save(update_fields=[*edit.changes])


def place_mark(agency: Agency) -> str:
    """Changes when the agency moves, closes or opens again."""
    return f"{agency.parent_id} {agency.closed_at}"


@transaction.atomic
def move(
    agency: Agency, to: Agency, *, by: User, shown: str = "", now: datetime | None = None
) -> None:
    """Make the agency, with all below it, a part of another.

    Coordinators of the agencies above its old place lose it, and those above the new place gain
    it. Raises NotAsShown, Closed, InACircle or NameTaken.
    """
    _lock_tree()
    agency = lock_one(Agency.objects.select_related("parent"), agency.pk)
    check_shown(shown, place_mark(agency))
    to = lock_open(to)
    if to.pk == agency.parent_id:
        return
    if Agency.objects.above(to).filter(pk=agency.pk).exists():
        raise InACircle
    _check_name(agency.name, to, but=agency)
    note = f"{agency.parent or '–'} → {to}"
    # Readable above both places.
    for place in filter(None, (agency.parent, to)):
        record("agency moved", agency, by=by, agency=place, note=note, at=now)
    agency.parent = to
    agency.save(update_fields=["parent"])


@transaction.atomic
def close(agency: Agency, *, by: User, shown: str = "", now: datetime | None = None) -> None:
    """Say that the agency no longer exists. Its workplaces and roles end.

    Raises NotAsShown, Closed, or StillOpen if there are open agencies below it.
    """
    now = now or timezone.now()
    _lock_tree()
    check_shown(shown, place_mark(lock_one(Agency.objects.all(), agency.pk)))
    agency = lock_open(agency)
    _check_none_open_below(agency)
    close_groups_of(agency, by=by, now=now)
    _end_all(_lock_memberships(agency), by=by, now=now)
    agency.closed_at = now
    agency.save(update_fields=["closed_at"])
    record("agency closed", agency, by=by, agency=agency, at=now)


@transaction.atomic
def reopen(agency: Agency, *, by: User, now: datetime | None = None) -> None:
    """Open an agency again that was closed by mistake. People choose it again themselves.

    Opening an open agency changes nothing. Raises Closed if the agency above it is closed, and
    NameTaken.
    """
    _lock_tree()
    agency = lock_one(Agency.objects.select_related("parent", "merged_into"), agency.pk)
    if agency.closed_at is None:
        return
    if agency.parent and agency.parent.closed_at:
        raise Closed
    _check_name(agency.name, agency.parent, but=agency)
    agency.closed_at = agency.merged_into = None
    agency.save(update_fields=["closed_at", "merged_into"])
    record("agency opened again", agency, by=by, agency=agency, at=now)


@transaction.atomic
def merge(
    agency: Agency, into: Agency, *, by: User, shown: str = "", now: datetime | None = None
) -> int:
    """Close the agency as a part of another, to which its people move. Returns how many.

    Agencies below it become parts of the other. Confirmed workplaces stay confirmed; the others
    wait for a coordinator there. Raises NotAsShown, Closed, InACircle or NameTaken.
    """
    now = now or timezone.now()
    _lock_tree()
    check_shown(shown, place_mark(lock_one(Agency.objects.all(), agency.pk)))
    agency, into = lock_open(agency), lock_open(into)
    if Agency.objects.within(agency).filter(pk=into.pk).exists():
        raise InACircle
    below = list(agency.children.filter(closed_at=None).order_by("pk"))
    for child in below:
        _check_name(child.name, into, but=child)
    move_groups_of(agency, into, by=by, now=now)
    memberships = _lock_memberships(agency)
    _end_all(memberships, by=by, now=now, note=str(into))
    moved = _begin_all(memberships, into, by=by, now=now)
    for child in below:
        child.parent = into
        child.save(update_fields=["parent"])
        record("agency moved", child, by=by, agency=into, note=f"{agency} → {into}", at=now)
    for place in filter(None, (agency.parent, into)):
        record("agency merged", agency, by=by, agency=place, note=str(into), at=now)
    # From today on, the other agency's closed days count; earlier ones stay in what was reported.
    agency.closed_days.filter(date__gte=timezone.localdate(now)).delete()
    agency.parent = agency.merged_into = into
    agency.closed_at = now
    agency.save(update_fields=["parent", "merged_into", "closed_at"])
    return len({row.user_id for row in moved})


def _lock_tree() -> None:
    roots = Agency.objects.filter(parent=None).order_by("pk")
    list(roots.select_for_update(no_key=True).values_list("pk"))


def lock_open(agency: Agency) -> Agency:
    """The agency as it is now, locked, so that it cannot close meanwhile. Raises Closed."""
    agency = lock_one(Agency.objects.select_related("parent"), agency.pk)
    if agency.closed_at:
        raise Closed
    return agency


def _check_name(name: str, parent: Agency | None, *, but: Agency | None = None) -> None:
    there = Agency.objects.filter(parent=parent, name__iexact=name, closed_at=None)
    if but:
        there = there.exclude(pk=but.pk)
    if there.exists():
        raise NameTaken


def _check_none_open_below(agency: Agency) -> None:
    below = Agency.objects.within(agency).filter(closed_at=None).exclude(pk=agency.pk)
    if names := list(below.order_by("name").values_list("name", flat=True)[:4]):
        raise StillOpen(names)


def _free_slug(name: str) -> str:
    base = slugify(name)[: LONGEST_SLUG - 6].strip("-") or "agency"
    taken = {"new", *Agency.objects.filter(slug__startswith=base).values_list("slug", flat=True)}
    numbered = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], numbered) if slug not in taken)


def _lock_memberships(agency: Agency) -> list[Membership]:
    current = Membership.objects.current().filter(agency=agency).order_by("pk")
    keys = current.select_for_update(no_key=True, of=["self"]).values_list("pk", flat=True)
    rows = Membership.objects.current().filter(pk__in=list(keys))
    return list(rows.select_related("user", "agency").order_by("pk"))


def _end_all(rows: Iterable[Membership], *, by: User, now: datetime, note: str = "") -> None:
    rows = list(rows)
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now)
    record_all([("role ended", row.user, row.agency) for row in rows], by=by, at=now, note=note)


def _begin_all(
    rows: Iterable[Membership], agency: Agency, *, by: User, now: datetime
) -> list[Membership]:
    """Begin the same roles at another agency, except those that somebody already has there."""
    held = set(Membership.objects.current().filter(agency=agency).values_list("user_id", "role"))
    begun = Membership.objects.bulk_create(
        Membership(
            user=row.user,
            agency=agency,
            role=row.role,
            begun_at=now,
            confirmed_at=now if row.confirmed_at else None,
            ends_on=row.ends_on,
            is_chosen=row.is_chosen,
        )
        for row in rows
        if (row.user_id, row.role) not in held
    )
    record_all([("role moved", row.user, agency) for row in begun], by=by, at=now)
    works_there = [
        row.user for row in begun if row.role == Membership.Role.EARNER and row.confirmed_at
    ]
    if works_there:
        workplaces_confirmed.send(sender=User, users=works_there)
    return begun
