"""Subscriptions follow a changed address, drafts are deleted, and every page offers the lists."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.addresses.operations import address_follows
from accounts.models import User
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from mailings.announcements import operations as announcements
from mailings.lists import operations as lists
from mailings.models import Announcement, MailingList, Subscriber, Subscription
from mailings.states import SubscriptionStatus as Status
from program.models import Program
from tests.accounts.classes import learner_without_email
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.mailings.announced import drafted, queued, started
from tests.mailings.subscribers import ROSA, mailing_list, signed_up, subscribed

pytestmark = pytest.mark.django_db
NEW = "rosa@home.example"


def moved(was=ROSA, to=NEW):
    person = User.objects.filter(email=to).first() or UserFactory(email=to)
    address_follows(person, was=was, now=timezone.now())


def on_lists(email):
    found = Subscription.objects.filter(subscriber__email=email).order_by("mailing_list__name")
    return {one.mailing_list.name: one.status for one in found.select_related("mailing_list")}


def test_subscriptions_follow_a_changed_address():
    subscription = subscribed(ROSA, mailing_list("News"))

    moved()

    subscription.refresh_from_db()
    assert (subscription.subscriber.email, subscription.status) == (NEW, Status.CONFIRMED)
    assert not Subscriber.objects.filter(email=ROSA).exists()


def test_an_address_that_ended_a_list_stays_off_it():
    news, jobs, events = mailing_list("News"), mailing_list("Jobs"), mailing_list("Events")
    subscribed(ROSA, news, jobs, events)
    lists.end(subscribed(NEW, news))
    signed_up(NEW, jobs)

    moved()
    moved()  # told twice

    assert on_lists(NEW) == {
        "Events": Status.CONFIRMED, "Jobs": Status.CONFIRMED, "News": Status.ENDED,
    }  # fmt: skip
    assert set(on_lists(ROSA).values()) == {Status.ENDED}


def test_an_address_on_no_list_is_put_on_none():
    mailing_list("News")

    moved()

    assert not Subscriber.objects.exists()


def test_an_announcement_that_is_being_sent_goes_to_the_new_address_once():
    started(people=1)
    announcements.queue_next_letters(now=timezone.now())

    moved("person0@school.example")
    announcements.queue_next_letters(now=timezone.now())

    assert queued() == [NEW]


def test_a_draft_is_deleted_and_the_log_says_so(client):
    agency = AgencyFactory()
    made = drafted(mailing_list(agency=agency), people=1)
    client.force_login(MembershipFactory(agency=agency, role="coordinator").user)
    page = client.get(made.get_absolute_url())
    url = f"{made.get_absolute_url()}delete/"

    client.post(url, {"shown": page.context["draft"]})

    assert not Announcement.objects.exists()
    assert AuditEntry.objects.filter(act="announcement deleted").count() == 1
    assert client.post(url).status_code == 404


def test_a_draft_that_changed_meanwhile_is_not_deleted():
    made = drafted()
    seen = announcements.mark(made, 0)
    Announcement.objects.update(body="Other words.")

    with pytest.raises(NotAsShown):
        announcements.discard(made, by=made.made_by, shown=seen)

    assert Announcement.objects.exists()


def test_what_is_being_sent_can_not_be_deleted():
    made = started()

    with pytest.raises(TransitionNotAllowed):
        announcements.discard(made, by=made.made_by)


def test_coordinators_elsewhere_can_not_delete_a_draft(client):
    made = drafted()
    client.force_login(MembershipFactory(agency=AgencyFactory(), role="coordinator").user)

    assert client.post(f"{made.get_absolute_url()}delete/").status_code == 404
    assert Announcement.objects.exists()


def test_every_page_offers_the_lists_while_one_is_open(client):
    page = "/verify/"
    assert 'id="footer-email"' not in client.get(page).content.decode()
    news = mailing_list("News")
    assert 'id="footer-email"' in client.get(page).content.decode()

    news.is_open = False
    lists.save_list(news, by=None)

    assert not Program.objects.get().offers_lists
    assert 'id="footer-email"' not in client.get(page).content.decode()


def test_the_footer_signs_up_for_the_only_list_with_double_opt_in(client):
    mailing_list("News")

    answer = client.post("/lists/", {"email": ROSA})

    assert answer.status_code == 302
    assert on_lists(ROSA) == {"News": Status.PENDING}
    assert "stop all our emails" in client.get(answer.url).content.decode()


def test_the_footer_asks_for_the_list_if_there_are_several_and_keeps_the_address(client):
    mailing_list("News")
    mailing_list("Jobs")

    page = client.post("/lists/", {"email": ROSA})

    assert page.status_code == 422
    assert f'value="{ROSA}"' in page.content.decode()
    assert MailingList.objects.count() == 2
    assert not Subscriber.objects.exists()


def test_people_without_email_are_not_asked_for_one(client):
    mailing_list()
    asked = ["Email address", "News by email", "an email address"]
    client.force_login(learner_without_email())

    pages = [client.get(reverse(name)).text for name in ("catalog:home", "catalog:badge_list")]

    assert [words for page in pages for words in asked if words in page] == []
    client.logout()
    page = client.get(reverse("catalog:home")).text
    assert [words for words in asked if words not in page] == []
