"""Rate limits by client address or by key, counted in the cache."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def exceeds_rate_limit(request: HttpRequest, action: str, *, times: int, seconds: int) -> bool:
    """Count one request from the client's address. True if it exceeds the limit."""
    return key_exceeds_rate_limit(_key(request, action), times=times, seconds=seconds)


def key_exceeds_rate_limit(key: str, *, times: int, seconds: int) -> bool:
    """Count one request for this key. True if it exceeds the limit."""
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) > times
    except ValueError:  # the key expired between the two calls
        return False


def has_exceeded_rate_limit(request: HttpRequest, action: str, *, times: int) -> bool:
    """Check the limit without counting, for actions that are counted only when they fail."""
    return cache.get(_key(request, action), 0) > times


def _key(request: HttpRequest, action: str) -> str:
    # allauth's reading of the address, which knows the trusted proxies.
    return f"rate:{action}:{get_adapter().get_client_ip(request)}"
