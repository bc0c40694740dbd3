"""What coordinators see of awards, and do about a single one."""

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


def test_coordinators_see_the_awards_of_their_agencies_alone():
    award, foreign = issued_award(), issued_award()

    page = signed_in(coordinator_for(award.badge_class)).get("/manage/awards/")

    assert list(page.context["page"]) == [award]
    assert foreign.recipient_email not in text_of(page)


def test_a_coordinator_finds_every_way_to_award_from_one_menu():
    client = signed_in(coordinator_for(BadgeFactory()))
    home = text_of(client.get("/"))
    ways = {
        "/manage/awards/",
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
    for way in ways:
        shown = tabs(text_of(client.get(way)))
        assert {path for path, _here in shown} == ways
        assert [path for path, here in shown if here] == [way]
    assert tabs(text_of(signed_in(UserFactory()).get("/endorsements/"))) == []


def test_others_do_not_see_that_the_list_exists(client):
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
    with django_assert_num_queries(6):
        client.get("/manage/awards/")
    for _ in range(2):
        issued_award(badge_class=badge)

    with django_assert_num_queries(6):
        client.get("/manage/awards/")


def test_a_coordinator_holds_releases_and_cancels_while_it_waits():
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


def test_who_acts_on_one_of_the_awards_they_filtered_comes_back_to_those():
    award = waiting_award()
    client = signed_in(coordinator_for(award.badge_class))
    listed = "/manage/awards/?q=a%26b&status=pending"
    hold = f"/manage/awards/{award.public_id}/hold/?q=a%26b&status=pending"

    asked = client.get(hold)
    answer = client.post(hold, {"reason": "Let me look."})

    assert listed.replace("&status", "&amp;status") in text_of(asked)
    assert answer.url == listed


def test_revoking_says_what_it_does_and_wants_a_reason():
    award = issued_award()
    client = signed_in(coordinator_for(award.badge_class))
    path = f"/manage/awards/{award.public_id}/revoke/"

    asked = client.get(path)
    empty = client.post(path, {"reason": "  "})
    award.refresh_from_db()
    still = award.status
    client.post(path, {"reason": "Issued twice."})
    client.post(path, {"reason": "Again."})

    award.refresh_from_db()
    assert "This can’t be undone." in text_of(asked)
    assert (empty.status_code, still) == (422, Status.ISSUED)
    assert (award.status, award.revocation_reason) == (Status.REVOKED, "Issued twice.")
    assert OutgoingEmail.objects.filter(kind="badge_revoked").count() == 1
