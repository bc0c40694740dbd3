"""Announcements, made and sent by the real operations."""

from __future__ import annotations

from django.utils import timezone

from editing.forms import Edit
from mail import operations as mail
from mail.models import OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.models import Announcement, MailingList
from program import operations as program
from tests.factories import UserFactory
from tests.mailings.subscribers import mailing_list, subscribed

ADDRESS = "1 Alder Way\nAlder, CA 95900"


def drafted(on: MailingList | None = None, people: int = 3, **texts) -> Announcement:
    """A draft to a list with so many people who confirmed."""
    on = on or mailing_list()
    for number in range(people):
        subscribed(f"person{number}@school.example", on)
    texts = {"subject": "Hello", "body": "Some **news**.", **texts}
    return announcements.draft(on, by=UserFactory(), **texts)


def with_postal_address() -> None:
    program.change(by=None, agency=None, edit=Edit({"postal_address": ADDRESS}))


def started(people: int = 3, **kwargs) -> Announcement:
    with_postal_address()
    made = drafted(people=people, **kwargs)
    announcements.start(made, by=made.made_by)
    return Announcement.objects.get(pk=made.pk)


def deliver() -> None:
    while email := mail.lease_email(now=timezone.now()):
        mail.send_email(email)


def queued() -> list[str]:
    emails = OutgoingEmail.objects.filter(kind=announcements.KIND).order_by("to")
    return list(emails.values_list("to", flat=True))
