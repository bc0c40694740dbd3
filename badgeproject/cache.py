"""A cache that falls back to memory while its Redis server does not answer."""

from __future__ import annotations

import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# Wait for an unresponsive server once, not at every call.
RETRY_SECONDS = 5


def _with_fallback(name: str):
    """The Redis method of this name; while Redis is down, that of the memory cache."""

    def method(self, *args, **kwargs):
        if time.monotonic() >= RedisWithMemoryFallback.away_until:
            try:
                return getattr(super(RedisWithMemoryFallback, self), name)(*args, **kwargs)
            except RedisError as error:
                RedisWithMemoryFallback.away_until = time.monotonic() + RETRY_SECONDS
                log.warning("The cache does not answer; using memory instead: %s", error)
        return getattr(self.fallback, name)(*args, **kwargs)

    return method


class RedisWithMemoryFallback(RedisCache):
    """Redis or, while Redis is down, the memory of this process.

    Sign-in attempts are counted in the cache. Without a cache nobody could sign in, and without
    counting anybody could guess passwords. In memory, the limits apply to each process.
    """

    away_until = 0.0

    def __init__(self, server, params):
        super().__init__(server, params)
        self.fallback = LocMemCache("fallback", {**params, "OPTIONS": {"MAX_ENTRIES": 1000}})

    add = _with_fallback("add")
    get = _with_fallback("get")
    set = _with_fallback("set")
    touch = _with_fallback("touch")
    delete = _with_fallback("delete")
    get_many = _with_fallback("get_many")
    set_many = _with_fallback("set_many")
    delete_many = _with_fallback("delete_many")
    has_key = _with_fallback("has_key")
    incr = _with_fallback("incr")
    clear = _with_fallback("clear")
