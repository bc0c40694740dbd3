"""How often somebody may ask whose badge it is."""

from __future__ import annotations

import re
import time

import pytest

from tests.issuing.awards import issued_award
from tests.verification.asking import NAME, compare, hidden_award, text_of
from verification.report_page import (
    MOST_QUESTIONS,
    MOST_QUESTIONS_ABOUT_ONE,
    MOST_QUESTIONS_OF_ALL,
)

pytestmark = pytest.mark.django_db


@pytest.mark.long
def test_nobody_uses_up_the_questions_about_an_award_for_somebody_else(client):
    award = hidden_award()

    answers = [
        compare(client, award, f"Guess {n}", REMOTE_ADDR="192.0.2.1").status_code
        for n in range(MOST_QUESTIONS_ABOUT_ONE + 20)
    ]
    employer = [
        compare(client, award, NAME, REMOTE_ADDR=f"198.51.100.{n}").context["is_match"]
        for n in range(MOST_QUESTIONS_OF_ALL - MOST_QUESTIONS_ABOUT_ONE)
    ]

    assert answers == [200] * MOST_QUESTIONS_ABOUT_ONE + [429] * 20
    assert all(employer)


@pytest.mark.long
def test_guessing_for_one_award_is_limited_for_everybody_together(client):
    award, other = hidden_award(), issued_award()

    answers = [
        compare(client, award, f"Guess {n}", REMOTE_ADDR=f"192.0.2.{n}").status_code
        for n in range(MOST_QUESTIONS_OF_ALL + 1)
    ]
    right = compare(client, award, NAME, REMOTE_ADDR="192.0.2.200")

    assert answers == [200] * MOST_QUESTIONS_OF_ALL + [429]
    assert right.status_code == 429
    assert "is_match" not in right.context
    assert NAME in text_of(right)  # it stays in the form
    assert compare(client, other, "Somebody", REMOTE_ADDR="192.0.2.201").status_code == 200


def test_one_client_asks_about_many_awards_only_so_often(client):
    awards = [issued_award() for _ in range(5)]

    answers = [
        compare(client, awards[n % 5], "Guess").status_code for n in range(MOST_QUESTIONS + 1)
    ]

    assert answers == [200] * MOST_QUESTIONS + [429]


def test_the_page_says_how_long_the_wait_is(client, monkeypatch):
    award, start = hidden_award(), time.time()
    for _ in range(MOST_QUESTIONS_ABOUT_ONE):
        compare(client, award, "Guess")

    words = []
    for minutes in (0, 16.5, 59.5, -300):  # the clock may be set back
        moment = start + 60 * minutes
        monkeypatch.setattr("accounts.rate_limits.time.time", lambda moment=moment: moment)
        page = compare(client, award, NAME)
        assert page.status_code == 429
        words.append(re.search(r"try again in (\d+ minutes?)\.", text_of(page))[1])

    assert words == ["60 minutes", "44 minutes", "1 minute", "60 minutes"]


def test_asking_for_an_email_address_with_the_badge_counts_too(client):
    award = hidden_award()
    data = {"text": award.code_in_groups, "email": "eve@alder.example"}

    pages = [client.post("/verify/", data) for _ in range(MOST_QUESTIONS_ABOUT_ONE + 1)]
    as_json = client.post("/verify.json", data)

    assert {page.status_code for page in pages[:-1]} == {200}
    assert pages[-1].status_code == 429
    assert pages[-1].context["report"] is None
    assert (as_json.status_code, as_json.json()["verdict"]) == (429, None)
