"""The verify page and its API: files, links and limits."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.issuing.awards import (
    issued_award,
    revoked_award,
)
from tests.verification.reports import award_address, baked_png

pytestmark = pytest.mark.django_db


def test_the_verify_page_answers_browsers_and_api_clients(client):
    award = issued_award()
    upload = {"file": SimpleUploadedFile("badge.png", baked_png(client, award))}

    page = client.post("/verify/", upload)
    upload["file"].seek(0)
    program = client.post("/verify/", upload, headers={"Accept": "application/json"})

    assert "This badge is valid." in page.content.decode()
    assert program.json()["verdict"] == "valid"
    assert program.json()["document"]["id"] == award_address(award)
    assert program.headers["Access-Control-Allow-Origin"] == "*"


def test_a_link_from_the_award_page_shows_the_verdict_at_once(client):
    award = revoked_award()

    page = client.get("/verify/", {"address": award_address(award)})

    assert "This badge was revoked" in page.content.decode()


def test_opening_a_link_never_fetches_another_site(client):
    page = client.get("/verify/", {"address": "http://127.0.0.1:1/secret"})

    assert page.status_code == 200
    assert page.context["report"] is None


def test_an_incomplete_form_keeps_the_typed_email(client):
    page = client.post("/verify/", {"text": "", "email": "rosa@school.example"})

    assert page.status_code == 422
    assert "rosa@school.example" in page.content.decode()


def test_many_checks_are_rate_limited(client):
    cache.clear()
    pages = [client.post("/verify/", {"text": "hello"}) for _ in range(42)]
    as_json = client.post("/verify.json", {"text": "hello"}).json()
    cache.clear()

    assert [page.status_code for page in pages] == [200] * 40 + [429] * 2
    assert "Please wait 10 minutes, then continue." in " ".join(pages[-1].text.split())
    assert as_json["problems"]["__all__"][0]["message"].endswith("Please wait 10 minutes.")


def test_people_behind_two_proxies_do_not_share_a_rate_limit(client, settings):
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    def ask(person):
        forwarded = {"X-Forwarded-For": f"198.51.100.{person}, 203.0.113.1"}
        return client.post("/verify/", {"text": "hello"}, headers=forwarded).status_code

    for _ in range(41):
        last_of_the_first = ask(1)
    first_of_the_second = ask(2)
    cache.clear()

    assert (last_of_the_first, first_of_the_second) == (429, 200)
