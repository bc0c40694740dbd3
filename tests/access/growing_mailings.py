"""Subscribers, files of subscribers and announcements of one list, as many as of the rest."""

from __future__ import annotations

from datetime import date

from awarding.lists.columns import ParsedRow
from mailings.announcements import operations as announcements
from mailings.imports import operations as imports
from mailings.lists import operations as lists
from mailings.models import MailingList, Subscriber


def make_more_mailings(records) -> None:
    news = MailingList.objects.filter(agency=records.agency).earliest("pk")
    statement = {"consent_how": "On paper.", "consent_on": date(2026, 3, 5), "language": "en"}
    for number in records.times():
        address = f"more-{number}@{records.word}.example"
        lists.sign_up(address, [news], language="en")
        lists.confirm(Subscriber.objects.get(email=address))
        rows = [
            ParsedRow(line, email=f"paper-{number}-{line}@{records.word}.example")
            for line in records.times()
        ]
        file = imports.save(
            news, rows=rows, name="a.csv", consent_by="Ana", **statement, **records.by
        )
        records.add("import of subscribers", public_id=file.public_id)
        letter = announcements.draft(
            news, subject=f"News {number}", body="Some news.", **records.by
        )
        records.add("announcement", public_id=letter.public_id)
