"""The health check: database, broker and at least one worker must respond."""

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
# Three missed heartbeats.
MAX_SILENCE_SECONDS = 35


class NotReporting(Exception):
    """The worker has not reported. The message is safe to show to anyone."""


@shared_task(name="badgeproject.health.heartbeat")
def heartbeat() -> None:
    cache.set(HEARTBEAT_KEY, time.time(), timeout=3600)


@worker_ready.connect
def send_first_heartbeat(**kwargs) -> None:
    """Count a new worker as healthy at once, before the schedule's first heartbeat."""
    heartbeat.delay()


@never_cache
def healthz(request):
    parts = {
        "database": _status_of(_check_database),
        "broker": _status_of(_check_broker),
        "worker": _status_of(check_worker),
    }
    healthy = all(status == "ok" for status in parts.values())
    return JsonResponse({"ok": healthy, **parts}, status=200 if healthy else 503)


def _status_of(check) -> str:
    """ "ok", or what is wrong. Only the log gets error details, which name hosts and accounts."""
    try:
        check()
    except NotReporting as error:
        return str(error)
    except Exception as error:
        log.warning("Health check failed: %s", error)
        return "does not answer"
    return "ok"


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_broker() -> None:
    Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()


def check_worker() -> None:
    last = cache.get(HEARTBEAT_KEY)
    if last is None:
        raise NotReporting("no worker has reported yet")
    silence = time.time() - last
    if silence < -MAX_SILENCE_SECONDS:
        raise NotReporting("no worker has reported since the clock was set back")
    if silence > MAX_SILENCE_SECONDS:
        raise NotReporting(f"no worker has reported for {silence:.0f} seconds")
