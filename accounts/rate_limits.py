"""A gentle limit for an address that asks very often."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_too_often(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    """Count one more, and say whether that was more than there should be."""
    return has_come_too_often(_key(request, what), times=times, seconds=seconds)


def has_come_too_often(key: str, *, times: int, seconds: int) -> bool:
    """The same, for whatever is known by this key."""
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) > times
    except ValueError:  # it ran out between the two calls
        return False


def was_too_often(request: HttpRequest, what: str, *, times: int) -> bool:
    """The same, for what is counted only when it went wrong: a look, without counting."""
    return cache.get(_key(request, what), 0) > times


def _key(request: HttpRequest, what: str) -> str:
    # Behind proxies, the address is read as it is for the limits on signing in.
    return f"rate:{what}:{get_adapter().get_client_ip(request)}"
