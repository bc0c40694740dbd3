"""The cache, and what stands in for it while its server does not answer."""

from __future__ import annotations

import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# So that a server that hangs is waited for once, and not once for every question.
SECONDS_UNTIL_ASKED_AGAIN = 5


def _with_a_spare(name: str):
    """The method of the cache; while the server is away, the same of the spare."""

    def method(self, *args, **kwargs):
        if time.monotonic() >= CacheWithASpare.away_until:
            try:
                return getattr(super(CacheWithASpare, self), name)(*args, **kwargs)
            except RedisError as error:
                CacheWithASpare.away_until = time.monotonic() + SECONDS_UNTIL_ASKED_AGAIN
                log.warning("The cache does not answer, memory stands in for it: %s", error)
        return getattr(self.spare, name)(*args, **kwargs)

    return method


class CacheWithASpare(RedisCache):
    """Redis or, for as long as Redis is away, the memory of this process.

    Signing in counts tries in the cache. Without the cache nobody could sign in; without the
    counting, anybody could guess passwords meanwhile. In memory the limits hold for each process.
    """

    away_until = 0.0

    def __init__(self, server, params):
        super().__init__(server, params)
        self.spare = LocMemCache("spare", {**params, "OPTIONS": {"MAX_ENTRIES": 1000}})

    add = _with_a_spare("add")
    get = _with_a_spare("get")
    set = _with_a_spare("set")
    touch = _with_a_spare("touch")
    delete = _with_a_spare("delete")
    get_many = _with_a_spare("get_many")
    set_many = _with_a_spare("set_many")
    delete_many = _with_a_spare("delete_many")
    has_key = _with_a_spare("has_key")
    incr = _with_a_spare("incr")
    clear = _with_a_spare("clear")
