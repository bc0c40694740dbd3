"""An announcement reaches everybody who confirmed the list, once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from accounts.operations import find_or_invite
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from mail.composing import compose
from mail.models import OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.lists import links
from mailings.lists import operations as lists
from mailings.models import Announcement, Letter
from mailings.states import ANNOUNCEMENT_TRANSITIONS, AnnouncementStatus, LetterStatus
from mailings.tasks import send_announcements
from tests.factories import MembershipFactory
from tests.mailings.announced import ADDRESS, deliver, drafted, queued, started, with_postal_address
from tests.mailings.subscribers import ROSA, mailing_list, signed_up, subscribed

pytestmark = pytest.mark.django_db
Status = AnnouncementStatus
EVERYBODY = ["person0@school.example", "person1@school.example", "person2@school.example"]


def again(announcement: Announcement) -> Announcement:
    return Announcement.objects.get(pk=announcement.pk)


def progress(announcement: Announcement) -> dict[str, int]:
    return {name: n for name, n in announcements.progress(announcement).items() if n}


def test_every_status_has_its_moves():
    assert set(ANNOUNCEMENT_TRANSITIONS) == set(AnnouncementStatus)


def test_everybody_who_confirmed_gets_it_once_in_their_language():
    news = mailing_list("News", name_es="Noticias")
    subscribed("ana@school.example", news, language="es")
    signed_up("soon@school.example", news)
    announcement = started(on=news, people=1, subject_es="Hola", body_es="Unas **noticias**.")

    for _ in range(3):
        send_announcements()
    deliver()

    letters = {one.to[0]: one for one in outbox.outbox if one.subject in ("Hello", "Hola")}
    assert {to: one.subject for to, one in letters.items()} == {
        "ana@school.example": "Hola", "person0@school.example": "Hello",
    }  # fmt: skip
    html = letters["ana@school.example"].alternatives[0].content
    assert "<strong>noticias</strong>" in html
    assert "1 Alder Way" in html
    assert ADDRESS in letters["ana@school.example"].body
    assert again(announcement).status == Status.FINISHED
    assert progress(announcement) == {"all": 2, "sent": 2}


def test_every_letter_ends_the_list_with_one_press(client):
    started(people=1)
    send_announcements()
    message = compose(OutgoingEmail.objects.get(kind="announcement"))
    url = message.extra_headers["List-Unsubscribe"].strip("<>")

    client.post(url.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"})

    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in message.body
    assert lists.MailingList.objects.get().subscriptions.confirmed().count() == 0


def test_the_link_of_the_list_is_kept_for_somebody_who_was_invited_by_an_award():
    find_or_invite([("person0@school.example", "", "en")])
    started(people=1)
    send_announcements()

    message = compose(OutgoingEmail.objects.get(kind="announcement"))

    assert "/lists/leave/" in message.extra_headers["List-Unsubscribe"]


def test_it_leaves_at_the_rate_that_the_mail_provider_takes(settings):
    settings.EMAILS_PER_HOUR = 120  # two a minute
    announcement, now = started(people=3), timezone.now()
    counts = []

    for seconds in (0, 10, 61, 62, 122):
        announcements.queue_next_letters(now=now + timedelta(seconds=seconds))
        counts.append(len(queued()))

    assert counts == [2, 2, 3, 3, 3]
    assert again(announcement).status == Status.FINISHED


def test_a_rate_below_one_a_minute_is_kept_too(settings):
    settings.EMAILS_PER_HOUR = 2
    started(people=3)
    now = timezone.now()

    for minutes in range(30):
        announcements.queue_next_letters(now=now + timedelta(minutes=2 * minutes))

    assert len(queued()) == 2


def test_two_announcements_share_the_rate(settings):
    settings.EMAILS_PER_HOUR = 120
    started(people=2)
    started(on=mailing_list("Tips"), people=2)
    now = timezone.now()

    for _ in range(4):
        announcements.queue_next_letters(now=now)

    assert len(queued()) == 2


def test_after_stop_nothing_leaves_and_going_on_sends_the_rest(settings):
    settings.EMAILS_PER_HOUR = 60
    announcement = started(people=3)
    by, now = announcement.made_by, timezone.now()
    announcements.queue_next_letters(now=now)
    deliver()
    announcements.queue_next_letters(now=now + timedelta(minutes=2))

    for _ in range(2):
        announcements.stop(announcement, by=by)
    announcements.queue_next_letters(now=now + timedelta(minutes=4))
    deliver()
    assert len(queued()) == 1
    assert progress(announcement) == {"all": 3, "sent": 1, "waiting": 2}

    for _ in range(2):
        announcements.go_on(announcement, by=by)
    for minutes in (6, 8, 10):
        announcements.queue_next_letters(now=now + timedelta(minutes=minutes))
    deliver()

    assert queued() == EVERYBODY
    assert len([one for one in outbox.outbox if one.subject == "Hello"]) == 3
    assert again(announcement).status == Status.FINISHED


def test_somebody_who_leaves_before_their_letter_gets_none():
    announcement = started(people=3)
    first, second, third = lists.Subscription.objects.order_by("pk")
    lists.end(first)
    send_announcements()
    lists.end(second)
    deliver()
    lists.end(third)

    assert progress(announcement) == {"all": 3, "sent": 1, "left_out": 2}
    assert queued() == [third.subscriber.email]


def test_somebody_who_comes_back_meanwhile_is_not_sent_to_without_confirming():
    announcement = started(people=1)
    Letter.objects.update(status=LetterStatus.WAITING)
    lists.Subscription.objects.update(status="pending")

    send_announcements()

    assert progress(announcement) == {"all": 1, "left_out": 1}


def test_somebody_who_signs_up_after_the_start_does_not_get_it():
    announcement = started(people=1)
    subscribed(ROSA, announcement.mailing_list)

    send_announcements()

    assert queued() == ["person0@school.example"]


def test_undeliverable_letters_are_counted():
    announcement = started(people=2)
    send_announcements()
    refused = OutgoingEmail.objects.filter(to="person0@school.example", kind="announcement")
    refused.update(status=OutgoingEmail.Status.REFUSED)
    deliver()

    assert progress(announcement) == {"all": 2, "sent": 1, "undeliverable": 1}


def test_the_button_sends_only_what_its_page_showed():
    with_postal_address()
    announcement = drafted(people=2)
    shown = announcements.mark(announcement, 2)
    subscribed(ROSA, announcement.mailing_list)

    with pytest.raises(NotAsShown):
        announcements.start(announcement, by=announcement.made_by, shown=shown)

    assert again(announcement).status == Status.DRAFT
    assert not Letter.objects.exists()
    shown = announcements.mark(announcement, 3)
    assert announcements.start(announcement, by=announcement.made_by, shown=shown) == 3


def test_it_starts_once():
    announcement = started()

    with pytest.raises(TransitionNotAllowed):
        announcements.start(announcement, by=announcement.made_by)

    assert Letter.objects.count() == 3


def test_without_a_postal_address_or_readers_nothing_starts():
    announcement = drafted(people=0)

    with pytest.raises(announcements.NoPostalAddress):
        announcements.start(announcement, by=announcement.made_by)
    with_postal_address()
    with pytest.raises(announcements.NobodyToWriteTo):
        announcements.start(announcement, by=announcement.made_by)


def test_service_letters_have_no_link_to_leave_a_list():
    subscription = signed_up()
    message = compose(OutgoingEmail.objects.get(kind="list_sign_up"))

    assert "List-Unsubscribe" not in message.extra_headers
    assert links.confirm_url(subscription)[:60] in message.body


def test_coordinators_write_look_test_send_watch_stop_and_go_on(client):
    with_postal_address()
    coordinator = MembershipFactory(role="coordinator")
    news = mailing_list(agency=coordinator.agency)
    subscribed(ROSA, news)
    client.force_login(coordinator.user)

    def page(name, **data):
        url = reverse(f"mailings:manage_announcement{name}", args=[made.public_id])
        answer = client.post(url, data, follow=True) if data else client.get(url)
        return answer.content.decode()

    values = {
        "purpose": "news", "mailing_list": news.pk, "subject": "Hello", "body": "Some **news**.",
    }  # fmt: skip
    new = reverse("mailings:manage_announcement_new")
    assert client.post(new, {**values, "body": ""}).status_code == 422
    client.post(new, values)
    made = Announcement.objects.get()
    looked_at = page("")
    assert "<strong>news</strong>" in looked_at
    assert "Send to 1 address" in looked_at
    page("_test", x="1")
    tests = OutgoingEmail.objects.filter(kind="announcement_test")
    assert {one.to for one in tests} == {coordinator.user.email}
    assert "This is a test" in compose(tests.get(language="en")).body
    assert "has changed meanwhile" in page("_send", shown="of another window")
    assert "Sending has begun" in page("_send", shown=announcements.mark(made, 1))
    assert "being sent already" in page("_send", shown=announcements.mark(made, 1))
    assert "Sending has stopped" in page("_stop", x="1")
    assert "Sending goes on" in page("_go_on", x="1")
    send_announcements()
    assert "nothing left to stop" in page("_stop", x="1")
    assert "text can’t change" in client.get(
        reverse("mailings:manage_announcement_edit", args=[made.public_id]), follow=True
    ).content.decode()  # fmt: skip
    index = client.get(reverse("mailings:manage_announcements")).content.decode()
    assert "Hello" in index


def test_a_coordinator_elsewhere_can_neither_read_nor_send_nor_use_the_list(client):
    with_postal_address()
    announcement = drafted(people=1)
    client.force_login(MembershipFactory(role="coordinator").user)

    codes = {
        client.post(reverse(f"mailings:manage_announcement_{name}", args=[announcement.public_id]))
        .status_code
        for name in ("edit", "test", "send", "stop", "go_on")
    }  # fmt: skip
    written = client.post(
        reverse("mailings:manage_announcement_new"),
        {
            "purpose": "news",
            "mailing_list": announcement.mailing_list_id,
            "subject": "Hi",
            "body": "x",
        },
    )

    assert codes == {404}
    assert written.status_code == 422
    assert again(announcement).status == Status.DRAFT
