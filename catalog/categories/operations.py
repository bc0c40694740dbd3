"""Changes of the categories that badges are put into. They are the whole program's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Agency, User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from catalog.categories.uses import counting
from catalog.models import Category
from editing.fingerprints import fingerprint
from editing.forms import Edit
from editing.shown import check_shown
from postgres.row_locks import lock_all, lock_one

FIELDS = ("name", "name_es", "description", "description_es", "palette", "icon")
RESERVED_SLUGS = {"new"}
LONGEST_SLUG = 50


class NameTaken(Exception):
    """Another category that is offered has this name."""


class CountsInDrawings(Exception):
    """Running drawings count badges by one of the categories; `names` says which."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = list(names)


def stored(category: Category) -> dict[str, Any]:
    """The stored values of the form of a category."""
    return {name: getattr(category, name) for name in FIELDS}


@transaction.atomic
def add(*, by: User, agency: Agency | None, now: datetime | None = None, **fields: str) -> Category:
    """A category at the end of the list. Raises NameTaken."""
    listed = lock_all(Category.objects.all())
    _check_name(listed, fields["name"])
    last = max((category.position for category in listed), default=0)
    category = Category.objects.create(
        slug=_free_slug(fields["name"], {one.slug for one in listed}), position=last + 1, **fields
    )
    record("category added", category, by=by, agency=agency, at=now)
    return category


@transaction.atomic
def change(
    category: Category, *, by: User, agency: Agency | None, edit: Edit, now: datetime | None = None
) -> None:
    """Its address stays the same. Raises NameTaken, and EditConflict if it is not as compared."""
    listed = lock_all(Category.objects.all())
    category = _found(listed, category)
    before = stored(category)
    edit.check(before)
    changes = edit.only(FIELDS)
    if not changes:
        return
    if "name" in changes:
        _check_name([one for one in listed if one != category], changes["name"])
    for name, value in changes.items():
        setattr(category, name, value)
    category.save(update_fields=list(changes))
    renamed = category.name != before["name"]
    act = "category renamed" if renamed else "category changed"
    note = f"{before['name']} → {category.name}" if renamed else ""
    record(act, category, by=by, agency=agency, note=note, at=now)


@transaction.atomic
def move(
    category: Category, *, up: bool, by: User, agency: Agency | None, now: datetime | None = None
) -> None:
    """Exchange it with the one before or after it. The first can't go up: nothing changes."""
    offered = [one for one in lock_all(Category.objects.all()) if one.retired_at is None]
    offered.sort(key=lambda one: (one.position, one.name))
    if category not in offered:
        raise TransitionNotAllowed("retired", "moved")
    at = offered.index(category)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(offered):
        return
    offered[at], offered[to] = offered[to], offered[at]
    for position, one in enumerate(offered, start=1):
        one.position = position
    Category.objects.bulk_update(offered, ["position"])
    act = "category moved up" if up else "category moved down"
    record(act, category, by=by, agency=agency, at=now)


@transaction.atomic
def retire(
    category: Category, *, by: User, agency: Agency | None, now: datetime | None = None
) -> None:
    """It stays on its badges and is no longer offered. Retiring it again changes nothing."""
    category = lock_one(Category.objects.all(), category.pk)
    if category.retired_at is not None:
        return
    category.retired_at = now or timezone.now()
    category.save(update_fields=["retired_at"])
    record("category retired", category, by=by, agency=agency, at=now)


@transaction.atomic
def bring_back(
    category: Category, *, by: User, agency: Agency | None, now: datetime | None = None
) -> None:
    """Offer it again, also if it was merged: badges that moved stay where they are.

    Raises NameTaken.
    """
    listed = lock_all(Category.objects.all())
    category = _found(listed, category)
    if category.retired_at is None:
        return
    _check_name([one for one in listed if one != category], category.name)
    category.retired_at, category.merged_into = None, None
    category.save(update_fields=["retired_at", "merged_into"])
    record("category brought back", category, by=by, agency=agency, at=now)


def merge_mark(category: Category, into: Category) -> str:
    """Changes with what a merge would do: the names, and the badges that would move."""
    badges = category.badge_classes.order_by("pk").values_list("pk", flat=True)
    return fingerprint([category.name, into.name, *map(str, badges)])


@transaction.atomic
def merge(
    category: Category, *, into: Category, by: User, agency: Agency | None, shown: str = "",
    now: datetime | None = None,
) -> int:  # fmt: skip
    """Move its badges to the other category and retire it. Returns how many moved.

    Its address leads to the other one from then on. Raises NotAsShown if `shown` is not the
    `merge_mark`, and CountsInDrawings: who has a chance must not depend on a change of names.
    """
    listed = lock_all(Category.objects.filter(pk__in=[category.pk, into.pk]))
    category, into = _found(listed, category), _found(listed, into)
    if category == into or into.retired_at is not None or category.merged_into is not None:
        raise TransitionNotAllowed("retired", "merged")
    if names := counting([category, into]):
        raise CountsInDrawings(names)
    badges = lock_all(category.badge_classes.all())
    check_shown(shown, merge_mark(category, into))
    moved = category.badge_classes.filter(pk__in=[one.pk for one in badges]).update(category=into)
    category.retired_at, category.merged_into = category.retired_at or now or timezone.now(), into
    category.save(update_fields=["retired_at", "merged_into"])
    Category.objects.filter(merged_into=category).update(merged_into=into)
    note = f"{category.name} → {into.name}: {moved}"
    record("category merged", category, by=by, agency=agency, note=note, at=now)
    return moved


def lock_current(category: Category) -> Category:
    """Lock it before a badge that gets it: somebody may be merging it into another one."""
    category = lock_one(Category.objects.select_related("merged_into"), category.pk)
    return category.merged_into or category


def _found(listed: Sequence[Category], category: Category) -> Category:
    for one in listed:
        if one == category:
            return one
    raise Category.DoesNotExist


def _check_name(others: Sequence[Category], name: str) -> None:
    if any(one.retired_at is None and one.name.casefold() == name.casefold() for one in others):
        raise NameTaken(name)


def _free_slug(name: str, taken: set[str]) -> str:
    slug = slugify(name)[: LONGEST_SLUG - 5].strip("-_") or "category"
    number, free = 2, slug
    while free in taken | RESERVED_SLUGS:
        number, free = number + 1, f"{slug}-{number}"
    return free
