"""Each text that a person writes × each kind of reader: exactly the stated audience can read it.

Every text is a mark of its own (`marked_records.py`). Everyone then reads every page, export and
email that they can reach, and what they found is compared with `audience` files of the apps.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models, transaction
from django.urls import reverse

from audit import audiences
from audit.audiences import Reader
from tests.access.addresses import named_addresses
from tests.access.marked_records import MarkedRecords
from tests.access.people import PEOPLE
from tests.access.reading import marks_in_emails, marks_on, operator_pages
from tests.access.table import ADDRESSES, OTHER_STATES
from tests.access.world import World
from tests.kept_files import files_kept_in

ROOT = Path(__file__).parents[2]
OWN_APPS = [
    "accounts", "audit", "program", "mail", "catalog", "submissions", "reviewing", "issuing",
    "verification", "papers", "awarding", "rewards", "mailings", "privacy", "reporting", "office",
    "demo",
]  # fmt: skip
HOW_TO = (
    "Say in audiences.py of the app who may read each of these fields: register_texts for what"
    " people write, register_program_texts for what only the program writes."
)


def text_fields() -> list[str]:
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
    ]


def test_every_text_field_has_an_audience():
    missing = [name for name in text_fields() if not audiences.is_registered_text(name)]

    assert not missing, f"{HOW_TO}\nNot classified yet: {missing}"


def test_every_registered_text_is_a_field():
    assert set(audiences.registered_texts()) - set(text_fields()) == set()


def acts_with_notes():
    """The acts that operations record with a note; a variable part of an act is written as #."""
    for app in OWN_APPS:
        for path in (ROOT / app).rglob("*.py"):
            source = path.read_text()
            # Parsing them all would take a fifth of the time in which pytest collects every test.
            if "note=" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") == "record"
                    and any(keyword.arg == "note" for keyword in node.keywords)
                    and isinstance(node.args[0], ast.Constant)
                ):
                    yield node.args[0].value


@pytest.mark.parametrize("act", sorted(set(acts_with_notes())))
def test_every_act_with_a_note_has_an_audience(act):
    assert audiences.is_registered_act(act), f"Say in audiences.py who may read the note of “{act}”"


# --- Long: everything that everyone can read ------------------------------------------------------


@pytest.fixture(scope="module")
def findings(django_db_setup, django_db_blocker, tmp_path_factory):
    """The marks, and who found which."""
    made = []

    def make(place):
        records = MarkedRecords(place)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("issuing.keys.operations.can_rotate", lambda: True)
            records.make()
        made.append(records)

    folder = tmp_path_factory.mktemp("notes")
    with django_db_blocker.unblock(), transaction.atomic():
        with files_kept_in(folder):
            world = World(make)
            yield made[0].marks, found_by_everyone(world, made[0])
        transaction.set_rollback(True)


def found_by_everyone(world: World, records: MarkedRecords) -> dict[str, dict[str, str]]:
    """The marks that each person found, and where. Sponsors have no account, only emails."""
    emails, pages = marks_in_emails(), list(dict.fromkeys(pages_about(records)))
    found = {"sponsor": emails.get(records.sponsor.email, {})}
    for person in PEOPLE:
        client = world.client_of(person)
        found[person.name] = marks_on(client, pages)
        if user := world.users.get(person.name):
            found[person.name] |= emails.get(user.email, {})
        if person.is_a("operator"):
            found[person.name] |= marks_on(client, operator_pages())
    others = {"endorser": [records.endorser], "concerned": records.concerned}
    for name, users in others.items():
        found[name] = {}
        for user in users:
            found[name] |= marks_on(world.client_as(user), pages) | emails.get(user.email, {})
    return found


def pages_about(records: MarkedRecords):
    """Every address that can be opened, about every record of the family that it is about."""
    classified = [*ADDRESSES.items(), *OTHER_STATES]
    family_of = {
        name: {(one.of or "").split(" ")[-1] for other, one in classified if other == name}
        for name, one in classified
        if one.get
    }
    for address in named_addresses():
        arguments = dict(address.arguments)
        for family in family_of.get(address.name, ()):
            for record in records.records[family] if family else [{}]:
                if arguments.keys() <= record.keys():
                    yield reverse(address.name, kwargs={name: record[name] for name in arguments})


PEOPLE_OF = {
    Reader.CONCERNED: {"concerned", "earner"},
    Reader.REVIEWER: {"assigned reviewer"},
    Reader.SECOND_REVIEWER: {"reviewer"},
    Reader.COORDINATOR: {"coordinator", "coordinator of the county"},
    Reader.REPORTER: {"reporter"},
    Reader.INSTRUCTOR: {"instructor"},
    Reader.ENDORSER: {"endorser"},
    Reader.SPONSOR: {"sponsor"},
    Reader.PROGRAM: {"program"},
    Reader.OPERATOR: {"operator"},
}
KINDS = [
    (text, state)
    for text, by_state in sorted(audiences.registered_texts().items())
    for state in by_state
]
ACTS = ["award held", "award cancelled", "review given back", "review taken away"]


def differing(mark: str, audience: audiences.Audience, found: dict[str, dict]) -> dict:
    """The readers who should not see the mark, and those who should and do not."""
    readers = {name for name, seen in found.items() if mark in seen}
    if Reader.EVERYONE in audience:
        # What a stranger can read, everybody can.
        return {} if "stranger" in readers else {"missing": ["stranger"]}
    must = {reader: PEOPLE_OF[reader] for reader in audience}
    may = set().union(*must.values())
    missing = [reader.value for reader, names in must.items() if not names & readers]
    wrong = {name: found[name][mark] for name in sorted(readers - may)}
    return {key: value for key, value in (("missing", missing), ("wrong", wrong)) if value}


@pytest.mark.long
@pytest.mark.xdist_group("every note")
@pytest.mark.parametrize(("text", "state"), KINDS)
def test_exactly_the_stated_audience_can_read_the_text(findings, text, state):
    marks, found = findings
    assert (text, state) in marks, (
        f"Write {text} ({state}) in one of the files tests/access/marked_*.py, by the"
        " operation by which people write it"
    )

    audience = audiences.registered_texts()[text][state]

    assert differing(marks[text, state], audience, found) == {}


@pytest.mark.long
@pytest.mark.xdist_group("every note")
@pytest.mark.parametrize("act", ACTS)
def test_exactly_the_stated_audience_can_read_the_note_of_an_act(findings, act):
    """Reasons that are kept in the activity log alone; all others are fields of records, too."""
    marks, found = findings

    assert differing(marks[act, "act"], audiences.audience_of_act(act).note, found) == {}


@pytest.mark.long
@pytest.mark.xdist_group("every note")
def test_every_mark_is_of_a_registered_text(findings):
    marks, _found = findings

    assert [key for key in marks if key not in KINDS and key[0] not in ACTS] == []
