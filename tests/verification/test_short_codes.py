"""The code on a paper leads to the verify page's answer, however it is typed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from issuing import short_codes
from issuing.models import Assertion
from tests.issuing.awards import issued_award, revoked_award, waiting_award

pytestmark = pytest.mark.django_db


def test_a_code_is_twelve_unmistakable_characters_in_three_groups():
    codes = {short_codes.new_short_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(short_codes.read(short_codes.in_groups(code)) == code for code in codes)
    assert set("".join(codes)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7KQ2-M9XH-4TWD", "7KQ2M9XH4TWD"),
        (" 7kq2 m9xh\t4twd ", "7KQ2M9XH4TWD"),
        ("7kq2–m9xh—4twd.", "7KQ2M9XH4TWD"),
        ("OoIiLl-2222-2222", ""),
        ("OoIiLl222222", "001111222222"),
        ("7KQ2M9XH4TW", ""),
        ("7KQ2M9XH4TWU", ""),
        ("", ""),
        ("Ünïcödé٣٣٣٣٣", ""),
    ],
)
def test_what_is_typed_is_read_forgivingly(typed, meant):
    assert short_codes.read(typed) == meant


def test_a_code_leads_to_the_same_answer_as_the_address(client):
    award = issued_award()
    typed = award.code_in_groups.lower().replace("-", " ")

    by_code = client.get(f"/v/{award.short_code}", follow=True)
    by_form = client.get("/v/", {"code": typed}, follow=True)
    by_address = client.get(
        "/verify/", {"address": f"http://localhost:8000/assertions/{award.public_id}"}
    )

    reports = [page.context["report"] for page in (by_code, by_form, by_address)]
    assert {report.award for report in reports} == {award}
    assert reports[0].steps == reports[1].steps == reports[2].steps


def test_a_code_typed_into_the_verify_page_is_understood_too(client):
    award = issued_award()

    page = client.post("/verify/", {"text": award.code_in_groups.lower()})

    assert page.context["report"].award == award


def test_a_revoked_badge_is_found_and_an_award_that_waits_is_not(client):
    revoked, waiting = revoked_award(), waiting_award()

    page = client.get(f"/v/{revoked.short_code}", follow=True)

    assert page.context["report"].verdict.value == "revoked"
    assert client.get(f"/v/{waiting.short_code}").status_code == 404


def test_a_code_that_leads_nowhere_is_told_in_words_and_kept(client):
    page = client.get("/v/7KQ2-M9XH-4TWD")

    assert page.status_code == 404
    assert "No badge issued here has this code." in page.content.decode()
    assert 'value="7KQ2-M9XH-4TWD"' in page.content.decode()
    assert client.get("/v/", {"code": ""}).status_code == 422
    assert client.get("/v/").status_code == 200


def test_who_guesses_is_stopped_and_who_checks_is_not(client):
    award = issued_award()
    checked = [client.get(f"/v/{award.short_code}").status_code for _ in range(30)]
    guessed = [client.get(f"/v/0000-0000-{n:04}").status_code for n in range(22)]

    assert checked == [302] * 30
    assert guessed == [404] * 21 + [429]
    assert client.get(f"/v/{award.short_code}").status_code == 429


def test_a_code_is_given_at_creation_in_bulk_too_and_never_changes():
    award = issued_award()
    made = [Assertion(recipient=award.recipient) for _ in range(3)]

    assert len({one.short_code for one in made}) == 3
    with pytest.raises(Exception, match="Cannot update"):
        Assertion.objects.filter(pk=award.pk).update(short_code="000000000000")


def test_no_two_awards_share_a_code():
    first, second = issued_award(), issued_award()

    second.pk, second.public_id, second._state.adding = None, None, True
    second.short_code = first.short_code
    with pytest.raises(IntegrityError):
        Assertion.objects.bulk_create([second])
