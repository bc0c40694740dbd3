"""What is reported about an error has nothing about a person."""

import json
import logging

import pytest
import sentry_sdk
from django.test import Client
from sentry_sdk.transport import Transport

from badgeproject import error_reports
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class Kept(Transport):
    def __init__(self, options=None):
        super().__init__(options)
        self.events = []

    def capture_envelope(self, envelope):
        self.events += [item.payload.json for item in envelope.items if item.type == "event"]


@pytest.fixture
def reports():
    transport = Kept()
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope():
        error_reports.start("https://key@errors.example/1", transport=transport)
        yield transport.events
        sentry_sdk.get_global_scope().set_client(None)


def test_a_failing_page_reports_where_it_broke_and_nobody(reports, monkeypatch):
    user = UserFactory(name="Rosa Secreto", email="rosa@secret.example")
    client = Client(raise_request_exception=False, headers={"X-Forwarded-For": "203.0.113.9"})
    client.force_login(user)

    def broken(*args, **kwargs):
        typed = "what Rosa typed"
        raise ValueError(f"{user.email} /claim/live-key-1234/ {len(typed)}")

    monkeypatch.setattr("submissions.views.Submission.objects.of", broken)
    client.get("/submissions/?token=live-key-1234", headers={"Referer": "https://x.example/live"})

    [report] = reports
    told = json.dumps(report)
    assert "submissions.views" in told
    assert "ValueError" in told
    secrets = ["Rosa", "secret.example", "live", "203.0.113.9", client.cookies["sessionid"].value]
    assert [secret for secret in secrets if secret in told] == []


def test_a_logged_error_reports_its_words_without_values(reports):
    logging.getLogger("mail").error("Could not reach %s at %s", "ana@school.example", "/x/key")

    [report] = reports
    assert report["logentry"] == {"message": "Could not reach %s at %s"}
    assert "ana@" not in json.dumps(report)


def test_of_a_request_only_the_method_is_kept():
    event = {
        "request": {
            "method": "POST",
            "url": "https://badges.example/claim/key-1234",
            "query_string": "token=key-1234",
            "headers": {"Cookie": "sessionid=key-1234"},
            "data": {"name": "Rosa"},
            "env": {"REMOTE_ADDR": "203.0.113.9"},
        },
        "user": {"id": 7, "email": "rosa@school.example"},
        "extra": {"sys.argv": ["Rosa"]},
        "breadcrumbs": {"values": [{"message": "Rosa"}]},
        "transaction": "submissions.views.detail",
    }

    assert error_reports.scrub(event, {}) == {
        "transaction": "submissions.views.detail",
        "tags": {"method": "POST"},
    }
