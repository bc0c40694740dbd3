"""What marking people as minors would do, in words, asked of the apps that do it."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet

from accounts.models import User

LookUp = Callable[[QuerySet[User]], list[str]]
_look_ups: list[LookUp] = []


def register_effects(look_up: LookUp) -> LookUp:
    """Decorator for an app to the right. It gets all accounts of the people, and writes nothing."""
    _look_ups.append(look_up)
    return look_up


def effects_of_marking(people: QuerySet[User]) -> list[str]:
    return [line for look_up in _look_ups for line in look_up(people)]
