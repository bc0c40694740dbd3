import pytest
from django.core.cache import cache

from badgeproject import health

pytestmark = pytest.mark.django_db


def test_all_is_well_when_every_part_answers(client):
    health.heartbeat()

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (
        200,
        {"ok": True, "database": "ok", "broker": "ok", "worker": "ok"},
    )


def test_what_does_not_answer_is_named_without_telling_strangers_where_it_is(client, settings):
    health.heartbeat()
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (
        503,
        {"ok": False, "database": "ok", "broker": "does not answer", "worker": "ok"},
    )


def test_a_worker_that_was_never_heard_of_is_told(client):
    cache.delete(health.HEARTBEAT_KEY)

    response = client.get("/healthz")

    assert (response.status_code, response.json()["worker"]) == (
        503,
        "no worker has reported yet",
    )
