import pytest
from django.core.cache import cache

from badgeproject import health

pytestmark = pytest.mark.django_db


def test_the_health_check_passes_when_every_part_answers(client):
    health.heartbeat()

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (
        200,
        {"ok": True, "database": "ok", "broker": "ok", "worker": "ok"},
    )


def test_the_health_check_names_a_failing_part_without_its_address(client, settings):
    health.heartbeat()
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (
        503,
        {"ok": False, "database": "ok", "broker": "does not answer", "worker": "ok"},
    )


def test_the_health_check_says_that_no_worker_has_reported(client):
    cache.delete(health.HEARTBEAT_KEY)

    response = client.get("/healthz")

    assert (response.status_code, response.json()["worker"]) == (
        503,
        "no worker has reported yet",
    )
