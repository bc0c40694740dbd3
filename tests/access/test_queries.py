"""Every page asks the database the same few questions, with one row and with many.

Each named address that is answered with a page is asked for as each person. Within the test's
transaction, no page is kept (ADR 46), so what is counted is what a page needs when it is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access.addresses import named_addresses
from tests.access.growing import records_with
from tests.access.people import OWN, PEOPLE, Answer, assigned_reviewer, public
from tests.access.table import ADDRESSES, OTHER_STATES, Address
from tests.access.world import World
from tests.kept_files import files_kept_in

MOST = 12
FEW, MANY = 1, 4

# The pages that need more, for anybody, and why.
MORE = {
    # Attempts with their evidence and reviews, reviewers, the award, notes, a decline that waits,
    # until when evidence is kept, holds, appeals, and the same work of others.
    "submissions:manage_submission submission": 18,
    # Eight lists about one person, each limited to the coordinator's part; what may be done with
    # the account; and their part of the activity log.
    "office:manage_person person": 19,
}

BY_NAME = {address.name: address for address in named_addresses()}
CASES = [
    *ADDRESSES.items(),
    *OTHER_STATES,
    ("rewards:drawing", Address("open drawing", get=public)),
    ("reviewing:review", Address("next assignment", get=assigned_reviewer)),
]


@contextmanager
def world_with(many: int, folder: Path) -> Iterator[World]:
    with files_kept_in(folder), transaction.atomic():
        yield World(records_with(many))
        transaction.set_rollback(True)


def statements(client: Client, url: str) -> list[str] | None:
    """What the database is asked for this page; None if the answer is not a page."""
    connection.queries_log.clear()  # it keeps only so many
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        response = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    if response.status_code != 200:
        return None
    return [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]


def counted(
    many: int, folder: Path, *, expected: Mapping[tuple[str, str], int] = MappingProxyType({})
) -> dict[tuple[str, str], int]:
    """The number of statements by page and person, with this many rows of everything.

    A page that needs another number than expected is asked for again: what a process reads once
    has been read then.
    """
    found = {}
    with world_with(many, folder) as world:
        for name, address in CASES:
            if address.get is None:
                continue
            url = world.address_of(BY_NAME[name], address.of, OWN)
            for person in PEOPLE:
                if address.get(person, OWN) is Answer.ANSWERED:
                    cache.clear()
                    client = world.client_of(person)
                    key = f"{name} {address.of}", person.name
                    asked = statements(client, url)
                    if asked is not None and len(asked) != expected.get(key):
                        asked = statements(client, url)
                    if asked is not None:
                        found[key] = len(asked)
    return found


@pytest.mark.long
@pytest.mark.django_db
def test_pages_need_few_statements_and_no_more_with_many_rows(tmp_path, monkeypatch):
    # Keys can be replaced only with https.
    monkeypatch.setattr("issuing.keys.operations.can_rotate", lambda: True)

    few = counted(FEW, tmp_path / "few")
    many = counted(MANY, tmp_path / "many", expected=few)

    assert {page for page, _person in many} >= {
        "catalog:home None", "rewards:drawing open drawing", "reviewing:review next assignment",
    }  # fmt: skip
    assert many.keys() == few.keys()
    assert {key: (few[key], many[key]) for key in many if many[key] != few[key]} == {}
    most = {}
    for (page, _person), number in many.items():
        most[page] = max(number, most.get(page, 0))
    assert {page: number for page, number in most.items() if number > MOST} == MORE
