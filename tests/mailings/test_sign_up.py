"""Lists are joined and left without an account, and never by opening a link."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import timedelta

from mail.composing import compose
from mail.models import OutgoingEmail
from mailings.lists import links
from mailings.lists import operations as lists
from mailings.models import Subscriber, Subscription
from mailings.states import SUBSCRIPTION_TRANSITIONS, SubscriptionStatus
from tests.factories import MembershipFactory, UserFactory
from tests.mailings.subscribers import (
    ROSA,
    leave_path,
    mailing_list,
    path,
    signed_up,
    subscribed,
)

pytestmark = pytest.mark.django_db
Status = SubscriptionStatus
PAGE = "/lists/"


def letters() -> list[str]:
    return [
        compose(email).body
        for email in OutgoingEmail.objects.filter(kind="list_sign_up").order_by("pk")
    ]


def statuses() -> dict[str, str]:
    return dict(Subscription.objects.values_list("mailing_list__name", "status"))


def test_every_status_has_its_moves():
    assert set(SUBSCRIPTION_TRANSITIONS) == set(SubscriptionStatus)


def test_a_press_on_the_mailed_page_confirms_and_opening_it_does_not(client):
    news = mailing_list()

    answer = client.post(PAGE, {"email": " Rosa@School.example ", "lists": [news.public_id]})

    assert answer.status_code == 302
    confirm = path(links.confirm_url(Subscriber.objects.get(email=ROSA)))
    assert confirm in letters()[0]
    for _ in range(2):  # a scanner
        assert client.get(confirm).status_code == 200
        assert client.head(confirm).status_code == 200
    assert statuses() == {"News": Status.PENDING}
    assert "You are on the list" in client.post(confirm).content.decode()
    assert statuses() == {"News": Status.CONFIRMED}


def test_pages_for_subscribers_need_no_cookie_and_no_token():
    news = mailing_list()
    strict = Client(enforce_csrf_checks=True)

    strict.post(PAGE, {"email": ROSA, "lists": [news.public_id]})
    strict.post(path(links.confirm_url(Subscriber.objects.get())))
    one_click = strict.post(
        leave_path(Subscription.objects.get()), {"List-Unsubscribe": "One-Click"}
    )

    assert one_click.status_code == 200
    assert statuses() == {"News": Status.ENDED}
    assert not strict.cookies


def test_the_home_page_offers_the_open_lists(client):
    mailing_list("News of Alder", description="Once a month.")
    mailing_list("Old news", is_open=False)

    page = client.get("/").content.decode()

    assert "Once a month." in page
    assert "Get our news by email" in page
    assert "Old news" not in page


def test_the_home_page_says_nothing_of_lists_while_there_is_none(client):
    assert "Get our news by email" not in client.get("/").content.decode()


def test_a_closed_list_takes_nobody(client):
    closed = mailing_list(is_open=False)
    mailing_list("Other")

    answer = client.post(PAGE, {"email": ROSA, "lists": [closed.public_id]})

    assert answer.status_code == 422
    assert statuses() == {}


@pytest.mark.parametrize("email", ["", "rosa", "rosa@", "a b@c.example", "x" * 250 + "@b.example"])
def test_a_wrong_address_is_refused_and_kept_in_the_form(client, email):
    news = mailing_list()

    answer = client.post(PAGE, {"email": email, "lists": [news.public_id]})

    assert answer.status_code == 422
    assert email in answer.content.decode()
    assert statuses() == {}


def test_the_answer_is_the_same_whether_the_address_is_known(client):
    news = mailing_list()
    UserFactory(email="member@school.example")
    subscribed("on@school.example", news)

    answers = {
        client.post(PAGE, {"email": address, "lists": [news.public_id]}).headers["Location"]
        for address in ("new@school.example", "member@school.example", "on@school.example")
    }

    assert answers == {"/lists/?asked=1"}


def test_somebody_who_is_on_the_list_gets_a_link_to_their_lists():
    subscription = subscribed()

    lists.sign_up(ROSA, [subscription.mailing_list], language="en")

    assert path(links.yours_url(subscription.subscriber))[:40] in letters()[-1]
    assert statuses() == {"News": Status.CONFIRMED}


def test_strangers_cannot_fill_a_mailbox():
    news = mailing_list()

    for _ in range(9):
        lists.sign_up(ROSA, [news], language="en")

    assert len(letters()) == lists.LETTERS_A_DAY
    assert Subscription.objects.count() == 1


def test_one_network_signs_up_a_workshop_and_not_a_town(client, monkeypatch):
    monkeypatch.setattr("mailings.lists.views.SIGN_UPS_AN_HOUR", 2)
    news = mailing_list()

    codes = [
        client.post(PAGE, {"email": f"p{n}@b.example", "lists": [news.public_id]}).status_code
        for n in range(4)
    ]

    assert codes == [302, 302, 429, 429]
    assert Subscriber.objects.count() == 2


def test_a_link_to_confirm_expires_and_a_link_to_leave_never_does(client, monkeypatch):
    subscription = subscribed()
    confirm = path(links.confirm_url(subscription.subscriber))
    leave = leave_path(subscription)
    later = timezone.now() + timedelta(days=3000)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)

    assert client.post(confirm).status_code == 404
    assert client.post(leave).status_code == 200
    assert statuses() == {"News": Status.ENDED}


@pytest.mark.parametrize("page", ["confirm", "yours", "leave"])
@pytest.mark.parametrize("token", ["x", "a.b.c", "00000000000000000000000000000000.x.y", "é"])
def test_a_link_that_we_did_not_make_does_nothing(client, page, token):
    assert client.post(reverse(f"mailings:{page}", args=[token])).status_code == 404


def test_an_old_link_does_not_bring_back_somebody_who_left(client):
    subscription = subscribed()
    confirm = path(links.confirm_url(subscription.subscriber))
    lists.end(subscription)

    page = client.post(confirm)

    assert "There is nothing to confirm" in page.content.decode()
    assert statuses() == {"News": Status.ENDED}


def test_somebody_who_left_comes_back_by_confirming_again(client):
    subscription = subscribed()
    lists.end(subscription)

    signed_up(ROSA, subscription.mailing_list)
    assert statuses() == {"News": Status.PENDING}
    client.post(path(links.confirm_url(subscription.subscriber)))

    assert statuses() == {"News": Status.CONFIRMED}


def test_opening_the_link_to_leave_changes_nothing_and_a_press_ends_only_this_list(client):
    news, tips = mailing_list("News"), mailing_list("Tips")
    subscribed(ROSA, news, tips)
    of_news = news.subscriptions.get()

    client.get(leave_path(of_news))
    assert statuses() == {"News": Status.CONFIRMED, "Tips": Status.CONFIRMED}
    for _ in range(2):
        assert client.post(leave_path(of_news)).status_code == 200

    assert statuses() == {"News": Status.ENDED, "Tips": Status.CONFIRMED}


def test_people_change_their_language_and_end_lists_on_a_page_of_their_own(client):
    subscription = subscribed()
    other = subscribed("other@school.example", subscription.mailing_list)
    yours = path(links.yours_url(subscription.subscriber))

    client.post(yours, {"language": "es"})
    assert client.post(yours, {"language": "xx"}).status_code == 422
    assert client.post(yours, {"end": other.pk}).status_code == 404
    assert client.post(yours, {"end": "x"}).status_code == 404
    client.post(yours, {"end": subscription.pk})

    assert Subscriber.objects.get(email=ROSA).language == "es"
    assert list(Subscription.objects.order_by("pk").values_list("status", flat=True)) == [
        Status.ENDED, Status.CONFIRMED,
    ]  # fmt: skip
    assert "You are on no list." in client.get(yours).content.decode()


def test_letters_are_in_the_language_of_the_page(client):
    news = mailing_list("News", name_es="Noticias")

    client.post(PAGE, {"email": ROSA, "lists": [news.public_id]}, headers={"accept-language": "es"})

    assert "Noticias" in letters()[0]
    assert Subscriber.objects.get().language == "es"


def test_coordinators_make_lists_and_download_who_confirmed(client):
    coordinator = MembershipFactory(role="coordinator")
    client.force_login(coordinator.user)
    new = reverse("mailings:manage_list_new")
    values = {"name": "News", "agency": coordinator.agency.pk, "is_open": "on", "position": 1}

    assert client.post(new, {**values, "name": ""}).status_code == 422
    assert client.post(new, values).status_code == 302

    [news] = lists.MailingList.objects.all()
    subscribed(ROSA, news)
    signed_up("soon@school.example", news)
    file = client.get(reverse("mailings:manage_list_download", args=[news.public_id]))
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{ROSA},en,")
    assert "News" in client.get(reverse("mailings:manage_lists")).content.decode()


def test_a_list_cannot_be_given_to_an_agency_that_one_does_not_coordinate(client):
    client.force_login(MembershipFactory(role="coordinator").user)
    elsewhere = mailing_list().agency

    answer = client.post(
        reverse("mailings:manage_list_new"), {"name": "Mine", "agency": elsewhere.pk, "position": 1}
    )

    assert answer.status_code == 422
