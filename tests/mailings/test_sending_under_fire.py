"""Workers that are killed or work at the same time send each letter once."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from mail.models import OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.lists import operations as lists
from mailings.models import Announcement, Letter, Subscriber, Subscription
from mailings.states import AnnouncementStatus, LetterStatus
from mailings.tasks import send_announcements
from postgres.bulk_insert import insert_rows
from tests.faults.killing import kill_everywhere
from tests.mailings.announced import drafted, queued, started, with_postal_address
from tests.mailings.subscribers import mailing_list
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


def test_two_workers_queue_each_letter_once_and_keep_the_rate(settings):
    settings.EMAILS_PER_HOUR = 120
    started(people=4)
    now = timezone.now()

    at_once(
        lambda: announcements.queue_next_letters(now=now),
        lambda: announcements.queue_next_letters(now=now),
    )

    assert len(queued()) == 2


def test_two_presses_on_the_button_send_once():
    with_postal_address()
    announcement = drafted(people=3)

    at_once(
        lambda: announcements.start(announcement, by=announcement.made_by),
        lambda: announcements.start(announcement, by=announcement.made_by),
    )

    assert Letter.objects.count() == 3


def test_somebody_who_leaves_while_their_batch_is_queued_has_no_letter_that_waits():
    started(people=1)
    subscription = Subscription.objects.get()

    at_once(send_announcements, lambda: lists.end(subscription))

    assert queued() == []
    assert Letter.objects.get().status == LetterStatus.LEFT_OUT


@pytest.mark.long
def test_a_worker_killed_before_each_statement_sends_every_letter_once(monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 3)
    started(people=8)

    outcome = kill_everywhere(send_announcements)

    assert outcome.kills > 10
    assert len(queued()) == len(set(queued())) == 8
    assert Announcement.objects.get().status == AnnouncementStatus.FINISHED
    assert Letter.objects.filter(status=LetterStatus.QUEUED).count() == 8


@pytest.mark.long
def test_twenty_thousand_people_are_written_to_in_a_few_batches(settings):
    settings.EMAILS_PER_HOUR = 2_000_000
    with_postal_address()
    news, now = mailing_list(), timezone.now()
    addresses = [(f"person{number}@school.example",) for number in range(20_000)]
    insert_rows(Subscriber, ["email"], addresses)
    keys = Subscriber.objects.values_list("pk", flat=True)
    insert_rows(
        Subscription,
        ["subscriber_id", "mailing_list_id", "status", "asked_at", "confirmed_at"],
        [(key, news.pk, "confirmed", now, now) for key in keys],
    )
    announcement = drafted(on=news, people=0)

    begun = time.monotonic()
    assert announcements.start(announcement, by=announcement.made_by) == 20_000
    for _ in range(3):
        send_announcements()

    print(f"{time.monotonic() - begun:.1f} s")
    emails = OutgoingEmail.objects.filter(kind="announcement")
    assert emails.count() == emails.values("to").distinct().count() == 20_000
    assert Announcement.objects.get().status == AnnouncementStatus.FINISHED
    assert announcements.progress(announcement)["waiting"] == 20_000
