"""The IDs by which an agency knows its people. Test results without addresses are matched by them.

Changes are in the activity log without the ID, which only coordinators may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency, User
from audit.operations import record
from awarding.ids.reading import IdRow, problem_of
from awarding.models import PersonId
from awarding.states import RowProblem
from editing.forms import Edit
from postgres.row_locks import lock_one

ROWS_PER_INSERT = 1000


@dataclass
class Imported:
    """What came of an uploaded list of IDs."""

    added: int = 0
    known: int = 0
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # line, ID, what to do
    people: set[int] = field(default_factory=set)  # the keys of those who have an account


@transaction.atomic
def import_ids(
    agency: Agency, rows: Iterable[IdRow], *, by: User, now: datetime | None = None
) -> Imported:
    """Add the IDs that are new. An ID of another address is reported, not changed."""
    found, now, rows = Imported(), now or timezone.now(), iter(rows)
    while batch := list(islice(rows, ROWS_PER_INSERT)):
        _import_batch(agency, batch, found, by=by, now=now)
    if found.added:
        record(
            "person ids imported",
            agency,
            by=by,
            agency=agency,
            note=str(found.added),
            at=now,
            concerns=found.people,
        )
    return found


@transaction.atomic
def save_id(found: PersonId, *, edit: Edit, by: User, now: datetime | None = None) -> None:
    """Write what the form changed. Raises EditConflict or DoesNotExist."""
    stored = lock_one(PersonId.objects.all(), found.pk)
    edit.check({each.name: each.value_from_object(stored) for each in stored._meta.fields})
    before = stored.person_id
    changed = list(edit.changes)
    if "email" in edit.changes:
        found.email = found.email.lower()
        found.person = User.objects.filter(email=found.email).first()
        changed.append("person")
    found.save(update_fields=changed)
    concerns = {before, found.person_id}
    record("person id changed", found.agency, by=by, agency=found.agency, at=now, concerns=concerns)


@transaction.atomic
def remove_id(found: PersonId, *, by: User, now: datetime | None = None) -> None:
    """Results that were matched by it stay. Raises DoesNotExist if somebody else removed it."""
    found = lock_one(PersonId.objects.all(), found.pk)
    concerns = {found.person_id}
    record("person id removed", found.agency, by=by, agency=found.agency, at=now, concerns=concerns)
    found.delete()


def _import_batch(
    agency: Agency, batch: list[IdRow], found: Imported, *, by: User, now: datetime
) -> None:
    keys = {row.identifier.lower() for row in batch}
    kept = PersonId.objects.filter(agency=agency).annotate(key=Lower("identifier"))
    by_key = {
        each.identifier.lower(): each for each in kept.filter(key__in=keys).select_related("person")
    }
    people = {
        person.email: person
        for person in User.objects.filter(email__in={row.email for row in batch})
    }
    new = []
    for row in batch:
        problem = problem_of(row) or (str(RowProblem(row.problem).label) if row.problem else "")
        known = by_key.get(row.identifier.lower())
        if not problem and known and row.email not in {known.email, known.address}:
            problem = _("This ID belongs to %(email)s. Correct that below if it is wrong.") % {
                "email": known.address
            }
        if problem:
            found.problems.append((row.line, row.identifier, problem))
        elif known:
            found.known += 1
        else:
            by_key[row.identifier.lower()] = PersonId(
                agency=agency, kind=row.kind, identifier=row.identifier, email=row.email,
                name=row.name, person=people.get(row.email), made_by=by, made_at=now,
            )  # fmt: skip
            new.append(by_key[row.identifier.lower()])
    # Somebody else may add the same ID at this moment.
    PersonId.objects.bulk_create(new, ignore_conflicts=True)
    found.added += len(new)
    found.people |= {each.person_id for each in new if each.person_id}
