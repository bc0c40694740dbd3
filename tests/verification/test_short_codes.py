"""Short codes from papers lead to the verify page, however they are typed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from issuing import short_codes
from issuing.models import Assertion
from tests.issuing.awards import issued_award, revoked_award, waiting_award

pytestmark = pytest.mark.django_db


def test_a_code_is_twelve_unambiguous_characters_in_three_groups():
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
def test_typed_codes_are_read_tolerantly(typed, meant):
    assert short_codes.read(typed) == meant


def test_a_code_gives_the_same_report_as_the_url(client):
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


def test_a_code_typed_into_the_verify_page_is_recognized(client):
    award = issued_award()

    page = client.post("/verify/", {"text": award.code_in_groups.lower()})

    assert page.context["report"].award == award


def test_the_code_of_a_revoked_badge_is_found_and_of_a_pending_award_is_not(client):
    revoked, waiting = revoked_award(), waiting_award()

    page = client.get(f"/v/{revoked.short_code}", follow=True)

    assert page.context["report"].verdict.value == "revoked"
    assert client.get(f"/v/{waiting.short_code}").status_code == 404


def test_an_unknown_code_gets_an_explanation_and_stays_in_the_form(client):
    page = client.get("/v/7KQ2-M9XH-4TWD")

    assert page.status_code == 404
    assert "We have no badge with this code." in page.content.decode()
    assert 'value="7KQ2-M9XH-4TWD"' in page.content.decode()
    assert client.get("/v/", {"code": ""}).status_code == 422
    assert client.get("/v/").status_code == 200


def test_guessing_codes_is_rate_limited_and_checking_real_ones_is_not(client):
    award = issued_award()
    checked = [client.get(f"/v/{award.short_code}").status_code for _ in range(30)]
    guessed = [client.get(f"/v/0000-0000-{n:04}").status_code for n in range(22)]

    assert checked == [302] * 30
    assert guessed == [404] * 21 + [429]
    assert client.get(f"/v/{award.short_code}").status_code == 429


def test_every_new_award_gets_a_code_that_never_changes():
    award = issued_award()
    new = [Assertion(recipient=award.recipient) for _ in range(3)]

    assert len({assertion.short_code for assertion in new}) == 3
    with pytest.raises(Exception, match="Cannot update"):
        Assertion.objects.filter(pk=award.pk).update(short_code="000000000000")


def test_no_two_awards_share_a_code():
    first, second = issued_award(), issued_award()

    second.pk, second.public_id, second._state.adding = None, None, True
    second.short_code = first.short_code
    with pytest.raises(IntegrityError):
        Assertion.objects.bulk_create([second])
