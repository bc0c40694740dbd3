"""What the reviewer of one place says of themselves, for its `Records`."""

from __future__ import annotations

from datetime import timedelta

from reviewing.reviewers.operations import conflicts, settings
from tests.factories import SchoolFactory


def make_reviewers(records, many: int = 1) -> None:
    reviewer, today = records.place.reviewer, records.now.date()
    earner = records.place.earner
    key = {"public_id": reviewer.public_id}
    records.add("reviewer", **key)
    for number in range(many):
        day = today + timedelta(days=1 + 7 * number)
        absence = settings.add_absence(reviewer, first_day=day, last_day=day, by=reviewer)
        school = SchoolFactory(parent=records.agency)
        conflicts.name_schools(reviewer, [school])
        address = f"known-{number}-{records.word}@elsewhere.example"
        named = conflicts.name_person(reviewer, address=address, by=reviewer)
        of_earner = conflicts.name_person(earner, address=address, by=earner)
    records.add("days away", pk=absence.pk)
    records.add("days away of a reviewer", **key, pk=absence.pk)
    past = reviewer.past_schools.get(agency=school)
    records.add("school of a reviewer", **key, pk=past.pk)
    records.add("named person", pk=named.pk)
    records.add("person named by the earner", pk=of_earner.pk)
