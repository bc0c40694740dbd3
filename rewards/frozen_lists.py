"""The list that is frozen at the close, numbered and published."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection

from rewards import fair_draw
from rewards.entries import staff_reach
from rewards.models import Drawing, EntryList


def freeze(drawing: Drawing, *, now: datetime, reason: str = "") -> EntryList:
    """Number the entries and keep them for good. Call it inside a transaction.

    Entries are listed in the order of their tokens, which are random: nothing about a person
    follows from a place in the list. Left out are excluded people, chances beyond the cap (the
    earliest count), and a second account's copy of a badge.
    """
    number = drawing.lists.count() + 1
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS list_being_frozen")
        # A million chances are sorted in memory rather than on disk; ends with the transaction.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            _CANDIDATES,
            {
                "drawing": drawing.pk,
                # Known to nobody afterwards, so a code cannot be traced back to an account.
                "salt": secrets.token_hex(32),
                "most": drawing.rules.most_chances,
                "excludes_staff": drawing.rules.excludes_staff,
                "staff_agencies": staff_reach(drawing.agency),
            },
        )
        digest = hashlib.sha256()
        cursor.copy_expert(_as_csv("SELECT * FROM list_being_frozen"), _Into(digest.update))
        cursor.execute("SELECT count(*), count(DISTINCT person) FROM list_being_frozen")
        count, people = cursor.fetchone()
        entry_list = EntryList.objects.create(
            drawing=drawing,
            number=number,
            frozen_at=now,
            count=count,
            people=people,
            sha256=digest.hexdigest(),
            reason=reason,
        )
        cursor.execute(
            """
            INSERT INTO rewards_listedentry (entry_list_id, number, entry_id, person)
            SELECT %s, number, entry_id, person FROM list_being_frozen ORDER BY number
            """,
            [entry_list.pk],
        )
        cursor.execute("DROP TABLE list_being_frozen")
    return entry_list


def entries_csv(entry_list: EntryList) -> Iterator[bytes]:
    """The published file, the very bytes whose digest was published."""
    # The primary key is ours, not a person's word; COPY takes no parameters.
    chosen = (
        "SELECT number, token, person FROM rewards_listedentry line "  # noqa: S608
        "JOIN rewards_entry entry ON entry.id = line.entry_id "
        f"WHERE entry_list_id = {int(entry_list.pk)} ORDER BY number"
    )
    # On disk once it is large: a list of a million entries has 40 MB.
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as kept:
        with connection.cursor() as cursor:
            cursor.copy_expert(_as_csv(chosen), _Into(kept.write))
        kept.seek(0)
        yield from iter(lambda: kept.read(1 << 16), b"")


def listed_people(entry_list: EntryList, key: str, *, steps: int) -> Sequence[str]:
    """The person code of every line, without reading every line.

    The draw looks at few of a million: the first `steps` picks are read in one query, and should
    it walk further, the next ones are.
    """
    return _ListedPeople(entry_list, fair_draw.selection(key, entry_list.count), steps)


class _ListedPeople(Sequence):
    def __init__(self, entry_list: EntryList, numbers: Iterator[int], steps: int) -> None:
        self._list, self._numbers, self._steps = entry_list, numbers, steps
        self._known: dict[int, str] = {}

    def __len__(self) -> int:
        return self._list.count

    def __getitem__(self, index: int) -> str:
        while index + 1 not in self._known:
            ahead = list(islice(self._numbers, self._steps))
            if not ahead:
                raise IndexError(index)
            lines = self._list.lines.filter(number__in=ahead).order_by()
            self._known.update(lines.values_list("number", "person"))
        return self._known[index + 1]


class _Into:
    """What COPY writes to: hands every piece on and keeps nothing."""

    def __init__(self, receive) -> None:
        self._receive = receive

    def write(self, piece: bytes | str) -> int:
        self._receive(piece if isinstance(piece, bytes) else piece.encode())
        return len(piece)


def _as_csv(rows: str) -> str:
    """COPY of (number, token, person) with the header that the published file has."""
    return (
        f"COPY (SELECT number, token AS entry, person FROM ({rows}) listed ORDER BY number) "  # noqa: S608
        "TO STDOUT WITH (FORMAT csv, HEADER true)"
    )


_CANDIDATES = """
    CREATE TEMPORARY TABLE list_being_frozen AS
    WITH chance AS (
        SELECT entry.id, entry.token, entry.created_at, entry.chance, award.badge_class_id,
               coalesce(same.main_id, entry.user_id) AS person_id
        FROM rewards_entry entry
        LEFT JOIN issuing_assertion award ON award.id = entry.assertion_id
        LEFT JOIN rewards_sameperson same ON same.user_id = entry.user_id
        WHERE entry.drawing_id = %(drawing)s AND entry.voided_at IS NULL
    ),
    excluded AS (
        SELECT coalesce(same.main_id, no.user_id) AS person_id
        FROM rewards_excludedperson no
        LEFT JOIN rewards_sameperson same ON same.user_id = no.user_id
        WHERE no.drawing_id = %(drawing)s
        UNION
        SELECT coalesce(same.main_id, person.id)
        FROM accounts_user person
        LEFT JOIN rewards_sameperson same ON same.user_id = person.id
        WHERE %(excludes_staff)s AND (
            person.is_staff OR EXISTS (
                SELECT 1 FROM accounts_membership role
                WHERE role.user_id = person.id AND role.role = 'coordinator'
                  AND role.agency_id = ANY(%(staff_agencies)s)
            )
        )
    ),
    once AS (
        SELECT *, row_number() OVER (
            PARTITION BY person_id, badge_class_id, chance ORDER BY created_at, id
        ) AS copy
        FROM chance WHERE person_id NOT IN (SELECT person_id FROM excluded)
    ),
    capped AS (
        SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY created_at, id) AS nth
        FROM once WHERE copy = 1
    )
    SELECT row_number() OVER (ORDER BY token COLLATE "C") AS number,
           id AS entry_id,
           token,
           substr(encode(sha256(convert_to(%(salt)s || person_id, 'UTF8')), 'hex'), 1, 16) AS person
    FROM capped
    WHERE %(most)s::int IS NULL OR nth <= %(most)s
"""
