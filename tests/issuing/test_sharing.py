"""What an earner meets after a badge is issued: joy, then a name, then ways to show it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from issuing.awards.operations import changes
from issuing.models import SignedCredential
from tests.factories import UserFactory
from tests.issuing.awards import evidence_of, issued_award, revoked_award
from tests.issuing.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    return issued_award(earner=UserFactory(name="Rosa Alvarez"))


@pytest.fixture
def rosa(award):
    return signed_in(award.recipient)


def press(visitor, award, answer: str):
    return visitor.post(f"{award.get_absolute_url()}name/", {"shows_name": answer}, follow=True)


def in_order(page: str, *words: str) -> bool:
    places = [page.index(word) for word in words]
    return places == sorted(places)


def test_a_new_badge_is_celebrated_and_then_shown(rosa, award):
    page = text_of(rosa.get(award.get_absolute_url()))

    issuer = award.badge_class.issuer.name
    assert in_order(
        page,
        "Congratulations, Rosa Alvarez!",
        f"<strong>{issuer}</strong> confirms that you earned this badge.",
        "Show your name?",
        "Add to your LinkedIn profile",
        "Certificate (PDF)",
        "Copy link",
        "Signed badge (JSON)",
    )


def test_after_a_week_the_page_is_calm():
    award = issued_award(now=timezone.now() - timedelta(days=8))

    page = text_of(signed_in(award.recipient).get(award.get_absolute_url()))

    assert "Congratulations" not in page
    assert "Show your name?" in page


def test_others_are_not_congratulated(client, award):
    assert "Congratulations" not in text_of(client.get(award.get_absolute_url()))


def test_one_press_shows_the_name_and_changes_nothing_else(rosa, award, client):
    shown = evidence_of(award)[:1]
    changes.share(award, shows_name=False, is_listed=True, items=shown)

    page = text_of(press(rosa, award, "yes"))

    award.refresh_from_db()
    assert "The page shows your name." in page
    assert award.shows_name
    assert award.is_listed
    assert [shared.item for shared in award.shared_evidence.all()] == shown
    assert "Awarded to <strong>Rosa Alvarez</strong>" in text_of(
        client.get(award.get_absolute_url())
    )


def test_one_press_hides_it_again(rosa, award, client):
    press(rosa, award, "yes")

    assert "Show your name?" in text_of(press(rosa, award, "no"))

    assert "Rosa" not in text_of(client.get(award.get_absolute_url()))


def test_pressing_twice_signs_once(rosa, award):
    press(rosa, award, "yes")
    signed = SignedCredential.objects.get(assertion=award)

    press(rosa, award, "yes")

    assert SignedCredential.objects.get(assertion=award).pk == signed.pk


def test_the_earner_sees_what_others_see(rosa, award, client):
    as_others = text_of(rosa.get(award.get_absolute_url(), {"as": "others"}))

    assert "This is what others see" in as_others
    assert "Awarded to <strong>An educator</strong>" in as_others
    for own in ("Show your name?", "Add to your LinkedIn profile", "Congratulations"):
        assert own not in as_others
    assert "This is what others see" not in text_of(
        client.get(award.get_absolute_url(), {"as": "others"})
    )


def test_a_badge_without_a_name_asks_for_none():
    award = issued_award(earner=UserFactory(name=""))

    page = text_of(signed_in(award.recipient).get(award.get_absolute_url()))

    assert "Congratulations!" in page
    assert "Show your name?" not in page


def test_nobody_else_can_press_it(award):
    stranger = signed_in(UserFactory())

    assert press(stranger, award, "yes").status_code == 404
    award.refresh_from_db()
    assert not award.shows_name


def test_a_revoked_badge_has_no_name_to_show():
    award = revoked_award()

    assert press(signed_in(award.recipient), award, "yes").status_code == 404
