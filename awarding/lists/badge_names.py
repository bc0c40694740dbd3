"""Which badges the values of a badge column name."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from catalog.models import BadgeClass
from spreadsheets.words import normalize


def badges_named(values: Sequence[str], *, by: User) -> dict[str, int]:
    """The badge of each value: by name or slug, within the badges that the person can award.

    A name that two badges have names neither. A number is not a key of ours: other programs number
    their badges, too.
    """
    if not values:
        return {}
    by_name: dict[str, set[int]] = {}
    for badge in BadgeClass.objects.managed_by(by).published().select_related("current_version"):
        for name in (badge.slug, badge.current_version.name, badge.get_absolute_url()):
            by_name.setdefault(normalize(name), set()).add(badge.pk)
    found = {}
    for value in values:
        badges = by_name.get(normalize(value), set())
        if len(badges) == 1:
            [found[value]] = badges
    return found
