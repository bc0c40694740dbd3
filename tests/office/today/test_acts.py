import pytest
from django.urls import reverse

from issuing.awards.operations import changes
from mail.models import OutgoingEmail
from mail.operations import queue_email
from tests.factories import BadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import waiting_award

pytestmark = pytest.mark.django_db


def held_award(coordinator, badge):
    award = waiting_award(badge_class=badge)
    changes.hold(award, by=coordinator, reason="A question.")
    return award


def act(client, kind, name, *rows):
    url = reverse("office:manage_today_act", args=[kind])
    keys = [getattr(row, "pk", row) for row in rows]
    return client.post(url, {"act": name, "rows": keys}, follow=True).content.decode()


def test_several_awards_on_hold_are_released_at_once(client):
    badge = BadgeFactory(waiting_hours=48)
    coordinator = coordinator_for(badge)
    awards = [held_award(coordinator, badge) for _ in range(3)]
    client.force_login(coordinator)

    page = act(client, "held-awards", "release", *awards[:2])

    for award in awards:
        award.refresh_from_db()
    assert [award.status for award in awards] == ["pending", "pending", "held"]
    assert "Done for 2 rows." in page


def test_pressing_twice_changes_nothing_more(client):
    badge = BadgeFactory(waiting_hours=48)
    coordinator = coordinator_for(badge)
    award = held_award(coordinator, badge)
    client.force_login(coordinator)

    act(client, "held-awards", "release", award)
    page = act(client, "held-awards", "release", award)

    assert "Somebody else dealt with the others in the meantime." in page


def test_awards_of_another_agency_are_not_released(client):
    badge = BadgeFactory(waiting_hours=48)
    award = held_award(coordinator_for(badge), badge)
    client.force_login(coordinator_for(BadgeFactory()))

    act(client, "held-awards", "release", award)

    award.refresh_from_db()
    assert award.status == "held"


@pytest.mark.parametrize("rows", [[], ["one"], ["1e5"], ["²"]])
def test_without_a_row_the_page_says_to_choose_one(client, rows):
    client.force_login(coordinator_for(BadgeFactory()))

    assert "Choose at least one row." in act(client, "held-awards", "release", *rows)


def test_refused_emails_are_sent_again(client):
    badge = BadgeFactory()
    coordinator = coordinator_for(badge)
    queue_email("badge_issued", "1", to=coordinator.email)
    queue_email("badge_issued", "2", to=UserFactory().email)
    OutgoingEmail.objects.update(status="refused", refusals=5)
    client.force_login(coordinator)

    act(client, "failed-emails", "resend", *OutgoingEmail.objects.all())

    statuses = OutgoingEmail.objects.order_by("key").values_list("status", flat=True)
    assert list(statuses) == ["due", "refused"]


@pytest.mark.parametrize(
    ("kind", "name"), [("held-awards", "burn"), ("late-submissions", "release"), ("no", "release")]
)
def test_an_unknown_kind_or_act_does_not_exist(client, kind, name):
    client.force_login(coordinator_for(BadgeFactory()))
    url = reverse("office:manage_today_act", args=[kind])

    assert client.post(url, {"act": name, "rows": [1]}).status_code == 404
