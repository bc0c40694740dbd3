"""Is it well? Three parts must answer: the database, the broker, and a worker behind it."""

from __future__ import annotations

import time

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis

HEARTBEAT_KEY = "worker-heartbeat"
# Three missed beats of the schedule.
SILENCE_TOLERATED = 35


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
    try:
        ask()
    except Exception as error:
        return str(error) or type(error).__name__
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()


def _ask_worker() -> None:
    last = cache.get(HEARTBEAT_KEY)
    if last is None:
        raise RuntimeError("no worker has reported yet")
    if (silence := time.time() - last) > SILENCE_TOLERATED:
        raise RuntimeError(f"no worker has reported for {silence:.0f} seconds")
