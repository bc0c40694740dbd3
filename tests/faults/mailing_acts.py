"""Acts on mailing lists, announcements and their words, to be killed. `acts.py` lists them."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from awarding.lists.columns import ParsedRow
from editing.forms import Edit
from mailings.announcements import operations as announcements
from mailings.imports import operations as imports
from mailings.lists import operations as lists
from mailings.models import Announcement, Letter, Subscription
from mailings.tasks import import_subscribers as import_task
from mailings.tasks import send_announcements as send_task
from mailings.wishes import operations as wishes
from program import operations as program
from tests.factories import AgencyFactory, UserFactory
from tests.faults.interleaving import Act
from tests.mailings.announced import drafted, started, with_postal_address
from tests.mailings.people import begun, person, service_letter
from tests.mailings.subscribers import mailing_list, subscribed


def start_an_announcement():
    with_postal_address()
    agency = AgencyFactory()
    for number in range(3):
        person(f"person{number}@school.example", agency)
    made = service_letter(agency)
    return lambda: announcements.start(
        Announcement.objects.get(pk=made.pk), by=made.made_by, now=timezone.now()
    )


def send_an_announcement():
    agency = AgencyFactory()
    for number in range(3):
        person(f"person{number}@school.example", agency)
    begun(agency)
    return lambda: send_task()


def import_subscribers():
    rows = [ParsedRow(line, email=f"person{line}@school.example") for line in range(1, 4)]
    statement = {"consent_how": "On paper.", "consent_on": date(2026, 3, 5), "consent_by": "Ana"}
    by = UserFactory()
    made = imports.save(mailing_list(), rows=rows, name="a.csv", language="en", by=by, **statement)
    imports.start(made, by=by)
    return lambda: import_task()


def leave_a_list():
    started(people=1)
    announcements.queue_next_letters(now=timezone.now())
    return lambda: lists.end(Subscription.objects.get())


def want_no_announcements():
    agency = AgencyFactory()
    reader = person("reader@school.example", agency)
    begun(agency)
    announcements.queue_next_letters(now=timezone.now())
    subscribed(reader.email, mailing_list())
    return lambda: wishes.want_none(reader)


def change_the_words_of_an_email():
    by, agency = UserFactory(), AgencyFactory()
    words = {"subject": "Hello", "opening": "Good news."}
    return lambda: program.write_email("prize_won", "en", by=by, agency=agency, edit=Edit(words))


def at_one_moment(people, agency, *, by, now) -> dict[str, Act]:
    """Each announcement is sent to all three, who are on a list and in the agency."""
    with_postal_address()
    news = mailing_list(agency=agency)
    for reader in people:
        subscribed(reader.email, news)
    rows = [ParsedRow(line, email=f"new{line}@school.example") for line in (1, 2)]
    statement = {"consent_how": "On paper.", "consent_on": now.date(), "consent_by": "Ana"}
    file = imports.save(news, rows=rows, name="a.csv", language="en", by=by, **statement)
    imports.start(file, by=by)
    draft, sending = (drafted(on=news, people=0) for _ in range(2))
    announcements.start(sending, by=by, now=now)
    service = announcements.draft(None, agency=agency, by=by, subject="Hello", body="Closed.")
    announcements.start(service, by=by, now=now)
    for reader in people:
        Letter.objects.create(announcement=service, user=reader)
    leaving = Subscription.objects.get(subscriber__email=people[1].email)

    def send():
        for _ in ("news", "a service announcement"):
            announcements.queue_next_letters(now=now)

    return {
        "start an announcement": lambda: announcements.start(draft, by=by, now=now),
        "send announcements": send,
        "add subscribers": lambda: imports.add_next_batch(now=now),
        "leave a list": lambda: lists.end(leaving, now=now),
        "want no announcements": lambda: wishes.want_none(people[2], now=now),
    }


STATES = {
    start_an_announcement: 1,
    send_an_announcement: 2,
    import_subscribers: 2,
    leave_a_list: 1,
    want_no_announcements: 1,
    change_the_words_of_an_email: 1,
}
