"""Coordinators' pages about awards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from mail.models import OutgoingEmail
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import issued_award, revoked_award, waiting_award
from tests.issuing.pages import signed_in, text_of

pytestmark = pytest.mark.django_db

Status = Assertion.Status


def test_coordinators_see_only_the_awards_of_their_agencies():
    award, foreign = issued_award(), issued_award()

    page = signed_in(coordinator_for(award.badge_class)).get("/manage/awards/")

    assert list(page.context["page"]) == [award]
    assert foreign.recipient_email not in text_of(page)


def test_the_tabs_link_every_page_about_awards():
    client = signed_in(coordinator_for(BadgeFactory()))
    home = text_of(client.get("/"))
    paths = {
        "/manage/awards/",
        "/manage/new-badges/",
        "/manage/awards/lists/",
        "/manage/awards/codes/",
        "/manage/awards/scores/",
        "/endorsements/",
        "/manage/api-tokens/",
        "/manage/issuers/",
    }

    def tabs(page: str) -> list[tuple[str, str]]:
        menu = page.partition('<ul class="tabs">')[2].partition("</ul>")[0]
        return re.findall(r'<a href="([^"]+)"( aria-current="page")?', menu)

    assert 'href="/manage/awards/"' in home
    for path in paths:
        shown = tabs(text_of(client.get(path)))
        assert {tab for tab, _current in shown} == paths
        assert [tab for tab, current in shown if current] == [path]
    assert tabs(text_of(signed_in(UserFactory()).get("/endorsements/"))) == []


def test_other_people_cannot_see_or_change_awards(client):
    award = waiting_award()
    foreign = signed_in(coordinator_for(BadgeFactory()))

    assert signed_in(award.recipient).get("/manage/awards/").status_code == 403
    assert client.get("/manage/awards/").status_code == 302
    for act in ("hold", "cancel", "revoke", "release"):
        path = f"/manage/awards/{award.public_id}/{act}/"
        assert foreign.post(path, {"reason": "x"}).status_code == 404
        assert signed_in(award.recipient).post(path, {"reason": "x"}).status_code == 403
    award.refresh_from_db()
    assert award.status == Status.PENDING


def test_awards_are_found_by_name_badge_and_status():
    badge = BadgeFactory(name="Média Balance")
    rosa = issued_award(badge_class=badge, earner=UserFactory(name="Rosa Álvarez"))
    luz = revoked_award(badge_class=badge, earner=UserFactory(name="Luz Ortega"))
    client = signed_in(coordinator_for(badge))

    def found(**query):
        return set(client.get("/manage/awards/", query).context["page"])

    assert found(q="álvarez") == {rosa}
    assert found(q="média") == {rosa, luz}
    assert found(status="revoked") == {luz}
    assert found(q="rosa", status="revoked") == set()
    assert found(status="nonsense", page="many") == {rosa, luz}


def test_the_list_takes_as_many_queries_with_three_awards_as_with_one(django_assert_num_queries):
    badge = BadgeFactory()
    client = signed_in(coordinator_for(badge))
    issued_award(badge_class=badge)
    client.get("/manage/awards/")
    with django_assert_num_queries(4):
        client.get("/manage/awards/")
    for _ in range(2):
        issued_award(badge_class=badge)

    with django_assert_num_queries(4):
        client.get("/manage/awards/")


def test_a_coordinator_holds_releases_and_cancels_a_pending_award():
    award = waiting_award()
    client = signed_in(coordinator_for(award.badge_class))
    path = f"/manage/awards/{award.public_id}"

    def status_after(act):
        client.post(f"{path}/{act}/", {"reason": "Let me look."})
        award.refresh_from_db()
        return award.status

    assert status_after("hold") == Status.HELD
    issue_batch(now=timezone.now() + timedelta(days=9))
    award.refresh_from_db()
    assert award.status == Status.HELD
    assert status_after("release") == Status.PENDING
    assert status_after("cancel") == Status.CANCELLED
    assert status_after("hold") == Status.CANCELLED


def test_acting_on_an_award_returns_to_the_filtered_list():
    award = waiting_award()
    client = signed_in(coordinator_for(award.badge_class))
    listed = "/manage/awards/?q=a%26b&status=pending"
    hold = f"/manage/awards/{award.public_id}/hold/?q=a%26b&status=pending"

    confirmation = client.get(hold)
    answer = client.post(hold, {"reason": "Let me look."})

    assert listed.replace("&status", "&amp;status") in text_of(confirmation)
    assert answer.url == listed


def test_revoking_explains_the_consequences_and_requires_a_reason():
    award = issued_award()
    client = signed_in(coordinator_for(award.badge_class))
    path = f"/manage/awards/{award.public_id}/revoke/"

    confirmation = client.get(path)
    empty = client.post(path, {"reason": "  "})
    award.refresh_from_db()
    still = award.status
    client.post(path, {"reason": "Issued twice."})
    client.post(path, {"reason": "Again."})

    award.refresh_from_db()
    assert "This can’t be undone." in text_of(confirmation)
    assert (empty.status_code, still) == (422, Status.ISSUED)
    assert (award.status, award.revocation_reason) == (Status.REVOKED, "Issued twice.")
    assert OutgoingEmail.objects.filter(kind="badge_revoked").count() == 1
