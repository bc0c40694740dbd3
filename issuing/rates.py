"""A gentle limit for an address that asks very often. Without the cache, nobody is kept out."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)


def is_too_often(request: HttpRequest, what: str, *, times: int, seconds: int) -> bool:
    key = f"rate:{what}:{_where_from(request)}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) > times
    except ValueError:  # it ran out between the two calls
        return False
    except Exception:
        log.warning("The cache does not answer; requests are not counted.")
        return False


def _where_from(request: HttpRequest) -> str:
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        # The last entry is the one that our own proxy wrote.
        return forwarded.rsplit(",", 1)[-1].strip()[:60]
    return request.META.get("REMOTE_ADDR", "")
