from datetime import timedelta

import pytest
from django.utils import timezone

from badgeproject import health
from badgeproject.metrics import QUEUES
from mail.models import OutgoingEmail
from mail.operations import queue_email
from tests.factories import approved_submission

pytestmark = pytest.mark.django_db


def scraped(client):
    response = client.get("/metrics", headers={"Authorization": "Bearer a token"})
    lines = response.content.decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("token", ["", "a token"])
@pytest.mark.parametrize("sent", [None, "Bearer ", "Bearer wrong", "a token", "Bearer é"])
def test_without_the_token_the_page_does_not_exist(client, settings, token, sent):
    settings.METRICS_TOKEN = token
    headers = {"Authorization": sent} if sent else {}

    assert client.get("/metrics", headers=headers).status_code == 404


def test_due_rows_are_counted_with_the_age_of_the_oldest(client, settings):
    settings.METRICS_TOKEN = "a token"
    approved_submission()
    OutgoingEmail.objects.all().delete()
    queue_email("badge_issued", "1", to="ana@school.example")
    queue_email("badge_issued", "2", to="ben@school.example")
    OutgoingEmail.objects.filter(key="2").update(status="refused")
    OutgoingEmail.objects.filter(key="1").update(due_at=timezone.now() - timedelta(minutes=5))
    health.heartbeat()

    found = scraped(client)

    assert found['badges_due_rows{queue="awards"}'] == "1.0"
    assert found['badges_due_rows{queue="emails"}'] == "1.0"
    assert found["badges_refused_emails"] == "1.0"
    assert 300 <= float(found['badges_oldest_due_seconds{queue="emails"}']) < 400
    assert 0 <= float(found["badges_worker_silence_seconds"]) < 60
    assert len([name for name in found if name.startswith("badges_due_rows")]) == len(QUEUES)


def test_nothing_about_a_person_is_in_it(client, settings):
    settings.METRICS_TOKEN = "a token"
    submission = approved_submission()

    page = str(scraped(client))

    assert submission.earner.email not in page
    assert submission.earner.name not in page
