"""Service announcements to people with an account."""

from __future__ import annotations

from accounts.models import Agency
from mailings.announcements import operations as announcements
from mailings.announcements.recipients import in_words, recipients_of, with_words
from mailings.models import Announcement
from tests.factories import MembershipFactory, UserFactory
from tests.mailings.announced import with_postal_address


def person(email: str, agency: Agency, role: str = "earner", **fields):
    user = UserFactory(email=email, **fields)
    MembershipFactory(user=user, agency=agency, role=role)
    return user


def service_letter(agency: Agency, **values) -> Announcement:
    values = {"subject": "We are closed", "body": "On **Monday**.", **values}
    return announcements.draft(None, agency=agency, by=UserFactory(), **values)


def begun(agency: Agency, **values) -> Announcement:
    with_postal_address()
    made = service_letter(agency, **values)
    announcements.start(made, by=made.made_by)
    return Announcement.objects.get(pk=made.pk)


def readers(announcement: Announcement) -> list[str]:
    return [in_words(one).email for one in with_words(recipients_of(announcement))]
