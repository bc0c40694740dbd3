"""Is it well? Three parts must answer: the database, the broker, and a worker behind it."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis

log = logging.getLogger(__name__)

HEARTBEAT_KEY = "worker-heartbeat"
# Three missed beats of the schedule.
SILENCE_TOLERATED = 35


class Silent(Exception):
    """A part that is there and has nothing to say. Our own words, so anyone may read them."""


@shared_task(name="badgeproject.health.heartbeat")
def heartbeat() -> None:
    cache.set(HEARTBEAT_KEY, time.time(), timeout=3600)


@worker_ready.connect
def beat_at_once(**kwargs) -> None:
    """A worker that has just started need not wait for the schedule to be called well."""
    heartbeat.delay()


@never_cache
def healthz(request):
    parts = {
        "database": _answers(_ask_database),
        "broker": _answers(_ask_broker),
        "worker": _answers(_ask_worker),
    }
    well = all(answer == "ok" for answer in parts.values())
    return JsonResponse({"ok": well, **parts}, status=200 if well else 503)


def _answers(ask) -> str:
    """ "ok", or what is wrong. Anyone may ask, and an error tells of hosts and accounts: that is
    for the log."""
    try:
        ask()
    except Silent as silence:
        return str(silence)
    except Exception as error:
        log.warning("A part that does not answer: %s", error)
        return "does not answer"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()


def _ask_worker() -> None:
    last = cache.get(HEARTBEAT_KEY)
    if last is None:
        raise Silent("no worker has reported yet")
    if (silence := time.time() - last) > SILENCE_TOLERATED:
        raise Silent(f"no worker has reported for {silence:.0f} seconds")
