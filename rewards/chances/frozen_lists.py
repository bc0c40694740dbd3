"""The list of entries, numbered, frozen and published when a drawing closes."""

from __future__ import annotations

import hashlib
import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from rewards import rfc3797
from rewards.models import Drawing, Entry, EntryList, ListedEntry, ListPiece
from rewards.permissions import staff_agencies, staff_since

HEADER = b"number,entry,person\n"
# Few enough that reading one line is cheap, many enough that a close writes few rows.
LINES_PER_PIECE = 256
# Length of the person code at the end of each line.
CODE_LENGTH = 16


class Line(NamedTuple):
    number: int
    token: str
    person: str


def freeze(drawing: Drawing, *, now: datetime, reason: str = "") -> EntryList:
    """Number the entries and save them as a list that never changes. Call it in a transaction.

    Entries are sorted by their random tokens, so a position says nothing about the person. Left
    out are excluded people, chances beyond the cap (the earliest ones count), and the same badge
    on a second account of one person.
    """
    number = drawing.lists.count() + 1
    with connection.cursor() as cursor:
        # Sorts a million chances in memory, not on disk; reset at the end of the transaction.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SELECT nextval(pg_get_serial_sequence('rewards_entrylist', 'id'))")
        [pk] = cursor.fetchone()
        cursor.execute(
            _INSERT_PIECES,
            {
                "list": pk,
                "lines": LINES_PER_PIECE,
                "drawing": drawing.pk,
                # Not saved anywhere, so that a code cannot be traced to an account.
                "salt": secrets.token_hex(32),
                "most": drawing.rules.most_chances,
                "excludes_staff": drawing.rules.excludes_staff,
                "staff_agencies": staff_agencies(drawing.agency),
                "staff_since": staff_since(drawing),
            },
        )
    # Read the rows back: the digest must be of what was saved.
    digest, count, people = hashlib.sha256(HEADER), 0, set()
    for text in _piece_texts(pk):
        digest.update(text.encode())
        lines = text.splitlines()
        count += len(lines)
        people.update(line[-CODE_LENGTH:] for line in lines)
    return EntryList.objects.create(
        pk=pk,
        drawing=drawing,
        number=number,
        frozen_at=now,
        count=count,
        people=len(people),
        sha256=digest.hexdigest(),
        reason=reason,
    )


def entries_csv(entry_list: EntryList) -> Iterator[bytes]:
    """The published file: exactly the bytes of the published SHA-256."""
    yield HEADER
    for text in _piece_texts(entry_list.pk):
        yield text.encode()


def lines_by_number(entry_list: EntryList, numbers: Iterable[int]) -> dict[int, Line]:
    """The lines with these numbers, reading only the pieces that contain them."""
    wanted: dict[int, list[int]] = {}
    for number in sorted(set(numbers)):
        wanted.setdefault(_first_of_piece(number), []).append(number)
    pieces = entry_list.pieces.filter(first__in=wanted).order_by("first")
    found = {}
    for first, text in pieces.values_list("first", "text").iterator(chunk_size=100):
        rows = text.splitlines()
        for number in wanted[first]:
            if number - first < len(rows):
                found[number] = _parse_line(rows[number - first])
    return found


def lines_by_token(entry_list: EntryList, tokens: Iterable[str]) -> list[Line]:
    """The lines with these tokens, in list order, which is the order of tokens."""
    return lines_by_tokens({entry_list: tokens})


def lines_by_tokens(tokens: Mapping[EntryList, Iterable[str]]) -> list[Line]:
    """The lines of several lists with these tokens of each, one list after the other."""
    wanted = {entry_list.pk: set(of_list) for entry_list, of_list in tokens.items()}
    wanted = {pk: of_list for pk, of_list in wanted.items() if of_list}
    if not wanted:
        return []
    heads: dict[int, list[tuple[str, int]]] = {pk: [] for pk in wanted}
    pieces = ListPiece.objects.filter(entry_list__in=wanted).order_by("entry_list_id", "first")
    for pk, first_token, first in pieces.values_list("entry_list", "first_token", "first"):
        heads[pk].append((first_token, first))
    matching = Q()
    for pk, of_list in wanted.items():
        first_tokens = [first_token for first_token, _first in heads[pk]]
        indexes = {bisect_right(first_tokens, token) - 1 for token in of_list}
        firsts = [heads[pk][index][1] for index in indexes if index >= 0]
        matching |= Q(entry_list=pk, first__in=firsts)
    texts = pieces.filter(matching).values_list("entry_list", "text").iterator(chunk_size=100)
    lines = ((pk, _parse_line(row)) for pk, text in texts for row in text.splitlines())
    return [line for pk, line in lines if line.token in wanted[pk]]


def create_listed_entries(entry_list: EntryList, numbers: Iterable[int]) -> dict[int, ListedEntry]:
    """Rows for these lines, with their entries, to which a prize or a skip can refer."""
    lines = lines_by_number(entry_list, numbers)
    tokens = [line.token for line in lines.values()]
    entries = dict(Entry.objects.filter(token__in=tokens).values_list("token", "pk"))
    ListedEntry.objects.bulk_create(
        (
            ListedEntry(
                entry_list=entry_list,
                number=line.number,
                entry_id=entries[line.token],
                person=line.person,
            )
            for line in lines.values()
        ),
        ignore_conflicts=True,
    )
    rows = entry_list.lines.filter(number__in=lines).select_related("entry__user")
    return {row.number: row for row in rows}


def person_codes(entry_list: EntryList, key: str, *, steps: int) -> Sequence[str]:
    """The person code of every line, read lazily in the order in which the draw picks them.

    A draw needs few of a million lines. One query reads the codes of the first `steps` picks, and
    another one the next `steps` if the draw goes further.
    """
    return _LazyPersonCodes(entry_list, rfc3797.selection(key, entry_list.count), steps)


class _LazyPersonCodes(Sequence):
    def __init__(self, entry_list: EntryList, numbers: Iterator[int], steps: int) -> None:
        self._list, self._numbers, self._steps = entry_list, numbers, steps
        self._known: dict[int, str] = {}

    def __len__(self) -> int:
        return self._list.count

    def __getitem__(self, index: int) -> str:
        while index + 1 not in self._known:
            next_numbers = list(islice(self._numbers, self._steps))
            if not next_numbers:
                raise IndexError(index)
            found = lines_by_number(self._list, next_numbers)
            self._known.update((number, line.person) for number, line in found.items())
        return self._known[index + 1]


def _first_of_piece(number: int) -> int:
    return (number - 1) // LINES_PER_PIECE * LINES_PER_PIECE + 1


def _piece_texts(entry_list_pk: int) -> Iterator[str]:
    pieces = ListPiece.objects.filter(entry_list=entry_list_pk).order_by("first")
    return pieces.values_list("text", flat=True).iterator(chunk_size=100)


def _parse_line(row: str) -> Line:
    number, token, person = row.split(",")
    return Line(int(number), token, person)


# Kept fast: only people with several accounts are checked for repeated badges, and chances are
# counted per person only where there is a cap.
_INSERT_PIECES = """
    INSERT INTO rewards_listpiece (entry_list_id, first, first_token, text)
    WITH excluded AS MATERIALIZED (
        SELECT account.person_key AS person_id
        FROM rewards_excludedperson no
        JOIN accounts_user account ON account.id = no.user_id
        WHERE no.drawing_id = %(drawing)s
        UNION
        SELECT person.person_key
        FROM accounts_user person
        WHERE %(excludes_staff)s AND (
            person.is_staff OR EXISTS (
                SELECT 1 FROM accounts_membership role
                WHERE role.user_id = person.id AND role.role = 'coordinator'
                  AND role.agency_id = ANY(%(staff_agencies)s)
                  AND (role.ended_at IS NULL OR role.ended_at >= %(staff_since)s)
            )
        )
    ),
    account AS MATERIALIZED (
        SELECT id AS user_id, person_key AS person_id FROM accounts_user
        WHERE person_key IN (
            SELECT linked_to_id FROM accounts_user WHERE linked_to_id IS NOT NULL
        )
    ),
    again AS MATERIALIZED (
        SELECT id FROM (
            SELECT entry.id, row_number() OVER (
                PARTITION BY account.person_id, award.badge_class_id, entry.chance
                ORDER BY entry.created_at, entry.id
            ) AS copy
            FROM rewards_entry entry
            JOIN account ON account.user_id = entry.user_id
            LEFT JOIN issuing_assertion award ON award.id = entry.assertion_id
            WHERE entry.drawing_id = %(drawing)s AND entry.voided_at IS NULL
              AND account.person_id NOT IN (SELECT person_id FROM excluded)
        ) copies
        WHERE copy > 1
    ),
    chance AS (
        SELECT entry.id, entry.token, entry.created_at,
               coalesce(account.person_id, entry.user_id) AS person_id
        FROM rewards_entry entry
        LEFT JOIN account ON account.user_id = entry.user_id
        WHERE entry.drawing_id = %(drawing)s AND entry.voided_at IS NULL
          AND entry.id NOT IN (SELECT id FROM again)
          AND coalesce(account.person_id, entry.user_id) NOT IN (SELECT person_id FROM excluded)
    ),
    counted AS (
        SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY created_at, id) AS nth
        FROM chance
    ),
    numbered AS (
        SELECT row_number() OVER (ORDER BY token COLLATE "C") AS number, token,
               substr(encode(sha256(convert_to(%(salt)s || person_id, 'UTF8')), 'hex'), 1, 16)
                   AS person
        FROM counted
        WHERE %(most)s::int IS NULL OR nth <= %(most)s
    )
    SELECT %(list)s, min(number), min(token COLLATE "C"),
           string_agg(number || ',' || token || ',' || person || E'\\n', '' ORDER BY number)
    FROM numbered
    GROUP BY (number - 1) / %(lines)s
"""
