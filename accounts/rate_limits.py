"""Rate limits by network or by key, counted in the cache.

A key must never be something that strangers can use up for somebody else, such as an address.
"""

from __future__ import annotations

import ipaddress
import math
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

# Providers give each home or school a whole network of IPv6 addresses.
IPV6_PREFIX = 64


def exceeds_rate_limit(request: HttpRequest, action: str, *, times: int, seconds: int) -> bool:
    """Count one request from the client's network. True if it exceeds the limit."""
    return key_exceeds_rate_limit(_key(request, action), times=times, seconds=seconds)


def key_exceeds_rate_limit(key: str, *, times: int, seconds: int) -> bool:
    """Count one request for this key. True if it exceeds the limit."""
    return increase(key, seconds=seconds) > times


def has_exceeded_rate_limit(request: HttpRequest, action: str, *, times: int) -> bool:
    """Check the limit without counting, for actions that are counted only when they fail."""
    return cache.get(_key(request, action), 0) > times


def minutes_to_wait(request: HttpRequest, action: str) -> int:
    """Minutes until the requests of the client's network are forgotten, rounded up."""
    return minutes_to_wait_for(_key(request, action))


def minutes_to_wait_for(key: str) -> int:
    """Minutes until the counts of this key are forgotten, rounded up; at least one."""
    until, seconds = cache.get(_until(key), (0, 60))
    # Never more than the whole period, also if the clock was set back.
    left = min(until - time.time(), seconds)
    return max(1, math.ceil(left / 60))


def increase(key: str, *, seconds: int) -> int:
    """The new count for this key, which is forgotten so many seconds after its first count."""
    if cache.add(key, 0, timeout=seconds):
        cache.set(_until(key), (time.time() + seconds, seconds), timeout=seconds)
    try:
        return cache.incr(key)
    except ValueError:  # the key expired, or the cache was emptied, between the two calls
        return 1


def decrease(key: str) -> None:
    """Take one count back, if the key is still counted."""
    try:
        cache.incr(key, -1)
    except ValueError:
        return


def origin_of(request: HttpRequest) -> str:
    """The client's network: an IPv4 address, or the network of an IPv6 address."""
    # allauth's reading of the address, which knows the trusted proxies.
    found = get_adapter().get_client_ip(request)
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return found
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))


def _until(key: str) -> str:
    return f"{key}:until"


def _key(request: HttpRequest, action: str) -> str:
    return f"rate:{action}:{origin_of(request)}"
