"""How many people have a badge."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Count

from issuing.models import Assertion
from serving.kept_pages import current_minute


def count_holders(**badge: object) -> int:
    """Of the badge that these lookups of awards select. A person counts once."""
    held = Assertion.objects.issued().filter(renewed_at=None, **badge)
    return held.aggregate(people=Count("recipient__person_key", distinct=True))["people"]


def holders_version(slug: str) -> int:
    """The number that the kept page of a badge shows. It may be a minute late."""
    return _counted(slug, current_minute())


@lru_cache(maxsize=2000)
def _counted(slug: str, minute: int) -> int:
    return count_holders(badge_class__slug=slug)
