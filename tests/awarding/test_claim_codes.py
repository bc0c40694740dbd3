"""Claim codes: one claim per person, in their time, up to their limit, also under concurrency."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from awarding.claim_codes import operations as claims
from awarding.claim_codes import views
from awarding.models import Claim, ClaimCode
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.models import Assertion
from issuing.states import GrantSource
from tests.factories import BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db

ASK = reverse("awarding:claim_ask")


def code_for(badge=None, **kwargs) -> ClaimCode:
    badge, now = badge or BadgeFactory(), timezone.now()
    rules = {
        "label": "Spring institute",
        "limit": None,
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(hours=1),
    }
    return claims.make_code(badge, **(rules | kwargs), by=coordinator_for(badge))


def test_a_person_who_enters_an_open_code_is_awarded_the_badge():
    code, person = code_for(), UserFactory()

    claimed = claims.claim(code, by=person)

    award = Assertion.objects.get()
    assert claimed.assertion == award
    assert (award.recipient, award.badge_class, award.source) == (
        person,
        code.badge_class,
        "claim_code",
    )


def test_claiming_twice_is_one_claim():
    code, person = code_for(limit=1), UserFactory()

    assert claims.claim(code, by=person) == claims.claim(code, by=person)
    assert Assertion.objects.count() == 1


def test_a_person_who_has_the_badge_does_not_count_toward_the_limit():
    code, person = code_for(limit=1), UserFactory()
    version = code.badge_class.current_version
    grant_all([Grant(person, version, GrantSource.API, key="x")], by=None)

    with pytest.raises(claims.HoldsItAlready):
        claims.claim(code, by=person)

    assert not Claim.objects.exists()
    assert claims.claim(code, by=UserFactory())


@pytest.mark.parametrize(
    ("minutes", "refusal"), [(-61, claims.NotYet), (61, claims.Closed), (60, claims.Closed)]
)
def test_a_code_awards_nothing_before_and_after_its_time(minutes, refusal):
    now = timezone.now()
    code = code_for(opens_at=now - timedelta(minutes=60), closes_at=now + timedelta(minutes=60))

    with pytest.raises(refusal):
        claims.claim(code, by=UserFactory(), now=now + timedelta(minutes=minutes))


def test_an_ended_code_and_a_retired_badge_award_nothing():
    ended, retired = code_for(), code_for()
    claims.end_code(ended, by=ended.made_by)
    BadgeClass.objects.filter(pk=retired.badge_class_id).update(status="retired")

    with pytest.raises(claims.Closed):
        claims.claim(ended, by=UserFactory())
    with pytest.raises(claims.Refused, match="not open"):
        claims.claim(retired, by=UserFactory())
    assert list(AuditEntry.objects.filter(act="claim code ended").values_list("actor")) == [
        (ended.made_by.pk,)
    ]


@pytest.mark.django_db(transaction=True)
def test_concurrent_claims_do_not_exceed_the_limit():
    code = code_for(limit=3)
    people = [UserFactory() for _ in range(8)]
    together, answers = threading.Barrier(len(people)), []

    def work(person):
        try:
            together.wait(5)
            answers.append(claims.claim(code, by=person))
        except claims.Full:
            answers.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 8
    assert Claim.objects.count() == Assertion.objects.count() == 3


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}!"])
def test_a_typed_code_leads_to_its_page(client, typed):
    code = code_for()
    written = code.in_groups.lower()

    answer = client.post(ASK, {"code": typed.format(written)})

    assert answer.url == code.get_claim_url()


@pytest.mark.parametrize("typed", ["", "abc", "ZZZZ-ZZZZ"])
def test_an_unknown_code_shows_an_error(client, typed):
    code_for()

    answer = client.post(ASK, {"code": typed})

    assert answer.status_code == 422
    assert typed in answer.text


def test_a_visitor_signs_in_and_then_claims(client):
    code, person = code_for(), UserFactory()
    page = client.get(code.get_claim_url())
    assert "Sign in to claim it" in page.text
    assert client.post(code.get_claim_url()).url.startswith(reverse("account_login"))

    client.force_login(person)
    assert "Claim this badge" in client.get(code.get_claim_url()).text
    answer = client.post(code.get_claim_url(), follow=True)

    assert "You have claimed this badge." in answer.text or "on the way" in answer.text
    assert Assertion.objects.get().recipient == person


def test_the_page_says_why_a_code_cannot_be_claimed(client):
    now = timezone.now()
    full, over = code_for(limit=1), code_for(closes_at=now - timedelta(minutes=5))
    later = code_for(opens_at=now + timedelta(hours=2), closes_at=now + timedelta(hours=3))
    claims.claim(full, by=UserFactory())
    client.force_login(UserFactory())

    pages = [client.get(code.get_claim_url()).text for code in (full, over, later)]

    assert "This code has reached its limit." in pages[0]
    assert "has ended" in pages[1]
    assert "This code opens on" in pages[2]
    statuses = [client.post(code.get_claim_url()).status_code for code in (full, over, later)]
    assert statuses == [409, 409, 409]


def test_guessing_codes_is_rate_limited(client, monkeypatch):
    monkeypatch.setattr(views, "TRIES", 5)

    answers = [client.get(reverse("awarding:claim", args=["ZZZZ-ZZZZ"])) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [404] * 5 + [429]
    code = code_for()
    assert client.get(code.get_claim_url()).status_code == 200


def test_a_coordinator_makes_a_code_prints_its_poster_and_ends_it(client):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    fields = {
        "badge_class": badge.pk,
        "label": "Spring institute",
        "limit": "40",
        "opens_at": "2026-03-15T09:00",
        "closes_at": "2026-03-15T17:00",
    }
    wrong = client.post(
        reverse("awarding:manage_code_new"), {**fields, "closes_at": "2026-03-15T08:00"}
    )
    assert wrong.status_code == 422

    page = client.post(reverse("awarding:manage_code_new"), fields, follow=True)

    code = ClaimCode.objects.get()
    assert (code.limit, timezone.localtime(code.opens_at).hour) == (40, 9)
    assert code.in_groups in page.text
    poster = client.get(reverse("awarding:manage_code_poster", args=[code.public_id]))
    assert code.in_groups in poster.text
    assert "Scan the code, or open this address, and claim your badge:" in poster.text
    assert "Escanee el código, o abra esta dirección, y obtenga su insignia:" in poster.text
    assert "March 15, 2026, 5:00 PM Pacific Time" in poster.text
    assert "15 de marzo de 2026, 5:00 PM, hora del Pacífico" in poster.text
    picture = client.get(reverse("awarding:manage_code_qr", args=[code.public_id]))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    client.post(reverse("awarding:manage_code_end", args=[code.public_id]))
    code.refresh_from_db()
    assert code.ended_at


def test_codes_of_other_agencies_are_hidden(client):
    hidden = code_for()
    client.force_login(coordinator_for(BadgeFactory()))

    names = ["manage_code", "manage_code_poster", "manage_code_qr"]
    answers = [
        client.get(reverse(f"awarding:{name}", args=[hidden.public_id])).status_code
        for name in names
    ]
    answers.append(
        client.post(reverse("awarding:manage_code_end", args=[hidden.public_id])).status_code
    )

    assert set(answers) == {404}
    assert hidden.label not in client.get(reverse("awarding:manage_codes")).text
