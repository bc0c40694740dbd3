"""Creates a mailing list with a few subscribers, and an announcement that they got."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Agency, User
from editing.forms import Edit
from mail.models import OutgoingEmail
from mailings.announcements import operations as announcements
from mailings.lists import operations as lists
from mailings.models import Announcement, MailingList, Subscriber
from program import operations as program

POSTAL_ADDRESS = "Alder County Office of Education\n12 Lantern Way\nAlder, CA 95900"
# Addresses, the language of their emails, and whether they pressed the button.
SUBSCRIBERS = [
    ("tamsin.okoro@copper-creek.example", "en", True),
    ("lucia.ferreira@copper-creek.example", "es", True),
    ("noor.haddad@stillwaterbend.example", "en", True),
    ("parents@lantern-hill.example", "en", True),
    ("b.vandermeer@lantern-hill.example", "en", False),
]
TEXTS = {
    "subject": "Two new badges, and an evening to try them",
    "subject_es": "Dos insignias nuevas y una tarde para probarlas",
    "body": (
        "There are **two new badges** this month. Come and try them with us:\n\n"
        "- Thursday, 4 to 6 PM, in the library of Copper Creek School\n"
        "- Bring something that you already do with your students\n\n"
        "You don’t need to sign up."
    ),
    "body_es": (
        "Este mes hay **dos insignias nuevas**. Venga a probarlas:\n\n"
        "- Jueves, de 4 a 6 de la tarde, en la biblioteca de la escuela Copper Creek\n"
        "- Traiga algo que ya hace con sus estudiantes\n\n"
        "No hace falta inscribirse."
    ),
}


def create_mailing_list(*, agency: Agency, by: User, now: datetime) -> None:
    if not program.stored()["postal_address"]:
        edit = Edit({"postal_address": POSTAL_ADDRESS})
        program.change(by=by, agency=agency, edit=edit, now=now - timedelta(days=30))
    made = MailingList(
        agency=agency, name="News of the program", name_es="Noticias del programa",
        description="New badges and evenings, about once a month.",
        description_es="Insignias nuevas y encuentros, más o menos una vez al mes.",
    )  # fmt: skip
    lists.save_list(made, by=by, now=now - timedelta(days=21))
    for number, (email, language, has_confirmed) in enumerate(SUBSCRIBERS):
        signed_up_at = now - timedelta(days=20 - number)
        lists.sign_up(email, [made], language=language, now=signed_up_at)
        subscriber = Subscriber.objects.get(email=email)
        if has_confirmed:
            lists.confirm(subscriber, now=signed_up_at + timedelta(minutes=5))
        asked = OutgoingEmail.objects.filter(kind="list_sign_up", to=email)
        asked.update(queued_at=signed_up_at, due_at=signed_up_at)
    _announce(made, by=by, now=now - timedelta(days=6))


def _announce(mailing_list: MailingList, *, by: User, now: datetime) -> None:
    announcement = announcements.draft(mailing_list, by=by, now=now, **TEXTS)
    Announcement.objects.filter(pk=announcement.pk).update(made_at=now)
    announcements.start(announcement, by=by, now=now)
    minutes = 0
    while announcements.queue_next_letters(now=now + timedelta(minutes=minutes)):
        minutes += 1
