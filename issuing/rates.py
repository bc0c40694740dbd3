"""A gentle limit for an address that asks very often."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_too_often(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    # Behind proxies, the address is read as it is for the limits on signing in.
    key = f"rate:{what}:{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) > times
    except ValueError:  # it ran out between the two calls
        return False
