"""The API: other programs award badges with a token."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from awarding.models import ApiToken
from awarding.programs import api_views
from awarding.programs.operations import tokens
from catalog import operations as catalog
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from tests.awarding.programs import AWARDS, BADGES, BATCH, ROSA, Program, award_request, token_for
from tests.factories import (
    BadgeFactory,
    DraftBadgeFactory,
    IssuerFactory,
    SchoolFactory,
    UserFactory,
    coordinator_for,
)
from tests.issuing.replacing import rename, replace

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory(slug="media-balance")


@pytest.fixture
def secret(badge):
    return token_for(badge.issuer.agency)


def test_a_request_makes_an_award_and_the_same_request_again_returns_it(badge, secret):
    program = Program(secret)
    sent = award_request(badge, narrative="Completed six modules.", awarded_on="2026-03-15")

    first, second = program.post(AWARDS, sent), program.post(AWARDS, sent)

    award = Assertion.objects.get()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["id"] == str(award.public_id)
    assert first.json()["addresses"]["page"].endswith(award.get_absolute_url())
    assert (award.source, award.narrative) == ("api", "Completed six modules.")
    assert award.earned_on.date().isoformat() == "2026-03-15"
    assert award.granted_by is None
    assert award.recipient.is_invited
    entry = AuditEntry.objects.get(act="award granted")
    assert entry.note == f"API: {ApiToken.objects.get()}"
    assert not first.cookies


def test_an_award_can_be_read_with_its_status_and_addresses(badge, secret):
    program = Program(secret)
    id = program.post(AWARDS, award_request(badge)).json()["id"]
    issue_batch(now=timezone.now())

    content = program.get(f"{AWARDS}/{id}").json()

    assert (content["status"], content["key"], content["email"]) == (
        "issued",
        "course-7/rosa",
        ROSA["email"],
    )
    for name, address in content["addresses"].items():
        path = address.removeprefix("http://localhost:8000")
        assert Client().get(path).status_code == 200, name


def test_an_earlier_id_answers_with_the_award_and_says_what_replaced_it(badge, secret):
    program = Program(secret)
    sent = award_request(badge)
    was = program.post(AWARDS, sent).json()["id"]
    issue_batch(now=timezone.now())
    award = Assertion.objects.get()
    rename(award.recipient, "Rosa Soto")
    replace(award)
    now = str(award.public_id)

    by_old, by_new = program.get(f"{AWARDS}/{was}").json(), program.get(f"{AWARDS}/{now}").json()

    assert was != now
    assert (by_old["id"], by_old["replaced_by"], by_old["name"]) == (now, now, "Rosa Soto")
    assert by_new == by_old | {"replaced_by": None}
    assert program.post(AWARDS, sent).json()["id"] == now
    elsewhere = Program(token_for(SchoolFactory()))
    assert elsewhere.get(f"{AWARDS}/{was}").status_code == 404


def test_a_person_who_has_the_badge_keeps_that_award(badge, secret):
    program = Program(secret)
    program.post(AWARDS, award_request(badge, "one"))

    again = program.post(AWARDS, award_request(badge, "two"))

    assert again.status_code == 200
    assert Assertion.objects.count() == 1


def test_a_key_used_for_another_person_is_refused(badge, secret):
    program = Program(secret)
    program.post(AWARDS, award_request(badge))

    answer = program.post(AWARDS, award_request(badge, email="lee@school.example"))

    assert answer.status_code == 409
    assert answer.json()["field"] == "key"


def test_keys_are_unique_within_an_agency():
    awarded = []
    for badge in (BadgeFactory(), BadgeFactory()):
        first = token_for(badge.issuer.agency, "old")
        awarded.append(Program(first).post(AWARDS, award_request(badge, "1")).status_code)
        tokens.revoke_token(ApiToken.objects.get(name="old", revoked_at=None), by=UserFactory())
        second = token_for(badge.issuer.agency, "new")
        awarded.append(Program(second).post(AWARDS, award_request(badge, "1")).status_code)

    assert awarded == [201, 200, 201, 200]


def test_a_text_may_contain_tabs(badge, secret):
    asked = award_request(badge) | {"narrative": "Led\tit."}

    answer = Program(secret).post(AWARDS, json.dumps(asked))

    assert (answer.status_code, Assertion.objects.get().narrative) == (201, "Led\tit.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"badge": "unknown"}, "badge"),
        ({"badge": None}, "badge"),
        ({"badge": 7}, "badge"),
        ({"badge": "media\x00balance"}, "badge"),
        ({"email": "rosa"}, "email"),
        ({"email": "rosa@school.example\x00"}, "email"),
        ({"email": f"{'a' * 250}@school.example"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "R" * 151}, "name"),
        ({"name": "Rosa \x07"}, "name"),
        ({"name": "Rosa \ud800"}, "name"),
        ({"key": "  "}, "key"),
        ({"key": "k" * 101}, "key"),
        ({"narrative": "n" * 5001}, "narrative"),
        ({"narrative": ["words"]}, "narrative"),
        ({"awarded_on": "15.3.2026"}, "awarded_on"),
        ({"awarded_on": "0001-01-01"}, "awarded_on"),
        ({"awarded_on": "2999-01-01"}, "awarded_on"),
        ({"language": "fr"}, "language"),
        ({"emial": "rosa@school.example"}, "emial"),
    ],
)
def test_an_invalid_request_is_refused_with_the_name_of_the_field(badge, secret, change, field):
    answer = Program(secret).post(AWARDS, json.dumps(award_request(badge) | change))

    assert answer.status_code == 422
    assert (answer.json()["field"], bool(answer.json()["error"])) == (field, True)
    assert not Assertion.objects.exists()


def test_a_badge_that_is_not_published_is_not_awarded(secret, badge):
    draft = DraftBadgeFactory(issuer=badge.issuer)
    catalog.retire(badge, by=None)

    for one in (draft, badge):
        answer = Program(secret).post(AWARDS, award_request(one))
        assert (answer.status_code, answer.json()["field"]) == (422, "badge")


def test_errors_are_in_the_requested_language(badge, secret):
    program = Program(secret, **{"Accept-Language": "es"})

    answer = program.post(AWARDS, award_request(badge) | {"email": "rosa"})

    assert answer.json()["error"] == "Esto no es una dirección de correo electrónico."


def test_an_invalid_request_in_a_batch_does_not_affect_the_others(badge, secret):
    sent = [
        award_request(badge, "1"),
        award_request(badge, "2", email="not an address"),
        "not an order",
        award_request(badge, "3", email="LEE@school.example"),
        award_request(badge, "1"),
    ]

    answer = Program(secret).post(BATCH, {"awards": sent})

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [one["status_code"] for one in results] == [201, 422, 422, 201, 200]
    assert results[1] == {
        "status_code": 422,
        "key": "2",
        "error": "This is not an email address.",
        "field": "email",
    }
    assert set(Assertion.objects.values_list("recipient_email", flat=True)) == {
        "rosa@school.example",
        "lee@school.example",
    }


def test_the_number_of_queries_does_not_grow_with_the_batch(badge, secret):
    program = Program(secret)

    def count_queries(number, start):
        sent = [
            award_request(badge, f"{n}", email=f"person{n}@home.example")
            for n in range(start, start + number)
        ]
        with CaptureQueriesContext(connection) as queries:
            results = program.post(BATCH, {"awards": sent}).json()["results"]
        assert [one["status_code"] for one in results] == [201] * number
        return len(queries)

    count_queries(1, 0)
    assert count_queries(60, 100) == count_queries(120, 200)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        ('{"awards": NaN}', 400),
        ("[]", 422),
        ("{}", 422),
        ('{"awards": [], "more": 1}', 422),
        ('{"awards": [' + ",".join(["{}"] * 1001) + "]}", 422),
        ("x" * (api_views.LARGEST_BATCH + 1), 413),
    ],
)
def test_an_unreadable_body_is_refused_with_an_error(secret, body, status):
    answer = Program(secret).post(BATCH, body)

    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)


def test_only_json_is_accepted(badge, secret):
    answer = Program(secret).post(
        AWARDS, json.dumps(award_request(badge)), content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 415


def test_calls_without_a_token_in_force_are_refused_even_from_a_signed_in_coordinator(
    badge, secret
):
    signed_in = Client()
    signed_in.force_login(coordinator_for(badge))
    tokens.revoke_token(ApiToken.objects.get(), by=UserFactory())

    answers = [
        signed_in.post(AWARDS, award_request(badge), content_type="application/json"),
        Program(secret).post(AWARDS, award_request(badge)),
        Program("badges_guessed").post(AWARDS, award_request(badge)),
        Program("").get(BADGES),
        Client().get(BADGES, headers={"Authorization": f"Basic {secret}"}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 5
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")
    assert not Assertion.objects.exists()


def test_a_token_reaches_only_its_agency_and_those_below_it(badge):
    school = SchoolFactory(parent=badge.issuer.agency)
    below = BadgeFactory(issuer=IssuerFactory(agency=school))
    other = BadgeFactory()
    foreign = (
        Program(token_for(other.issuer.agency)).post(AWARDS, award_request(other)).json()["id"]
    )
    own, schools = Program(token_for(badge.issuer.agency)), Program(token_for(school))

    assert [one["badge"] for one in own.get(BADGES).json()["badges"]] == sorted(
        [badge.slug, below.slug]
    )
    assert [one["badge"] for one in schools.get(BADGES).json()["badges"]] == [below.slug]
    assert own.post(AWARDS, award_request(below)).status_code == 201
    assert own.post(AWARDS, award_request(other)).json()["field"] == "badge"
    assert schools.post(AWARDS, award_request(badge)).json()["field"] == "badge"
    assert own.get(f"{AWARDS}/{foreign}").status_code == 404


def test_badges_are_paginated(badge, secret, monkeypatch):
    monkeypatch.setattr(api_views, "BADGES_PER_PAGE", 1)
    BadgeFactory(slug="another", issuer=badge.issuer)
    program = Program(secret)

    first = program.get(BADGES).json()
    second = program.get(f"{BADGES}?after={first['after']}").json()

    assert [one["badge"] for one in first["badges"] + second["badges"]] == [
        "another",
        "media-balance",
    ]
    assert second["after"] is None


def test_a_wrong_method_and_an_unknown_address_are_answered_in_json(secret):
    method, nowhere = Program(secret).get(AWARDS), Program(secret).get("/api/v1/nothing")

    assert (method.status_code, method["Allow"], bool(method.json())) == (405, "POST", True)
    assert (nowhere.status_code, bool(nowhere.json()["error"])) == (404, True)


def test_calling_too_often_is_answered_with_a_retry_time(secret, monkeypatch):
    monkeypatch.setattr(api_views, "CALLS_A_MINUTE", 2)
    monkeypatch.setattr(api_views, "WRONG_TOKENS_A_MINUTE", 2)

    known = [Program(secret).get(BADGES) for _ in range(3)]
    unknown = [Program("badges_guessed").get(BADGES) for _ in range(3)]

    assert [answer.status_code for answer in known] == [200, 200, 429]
    assert [answer.status_code for answer in unknown] == [401, 401, 429]
    assert known[2]["Retry-After"] == "60"


@pytest.mark.django_db(transaction=True)
def test_concurrent_identical_requests_make_one_award():
    badge = BadgeFactory()
    secret = token_for(badge.issuer.agency)
    together, answers = threading.Barrier(4), []

    def call():
        try:
            together.wait(5)
            answers.append(Program(secret).post(AWARDS, award_request(badge)))
        finally:
            connection.close()

    callers = [threading.Thread(target=call) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (Assertion.objects.count(), User.objects.filter(email=ROSA["email"]).count()) == (1, 1)


# --- The documentation ----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_examples_of_the_documentation_run_unchanged(live_server):
    badge = BadgeFactory(slug="media-balance", name="Media Balance", waiting_hours=0)
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    blocks = re.findall(r"```(sh|json)\n(.*?)```", page, flags=re.DOTALL)
    variables = {"ORIGIN": live_server.url, "TOKEN": token_for(badge.issuer.agency), "ID": ""}
    answers = []

    for language, block in blocks:
        if language == "json":
            assert _shape(answers[-1]) == _shape(json.loads(block))
            continue
        run = subprocess.run(
            ["bash", "-ec", block], capture_output=True, text=True, env={**os.environ, **variables}
        )
        assert run.returncode == 0, run.stderr
        answers.append(json.loads(run.stdout))
        variables["ID"] = variables["ID"] or answers[-1]["id"]

    assert answers[2] == answers[0] | {"replaced_by": None}
    assert len(answers) == 4


def _shape(value):
    """The JSON value with ids, times and addresses, which differ between runs, replaced by “…”."""
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    if isinstance(value, str) and ("://" in value or re.search(r"\d{4}-\w+-|-\w{4}-\w{4}-", value)):
        return "…"
    return value
