"""Search the activity log for a person: what they did, and what was done to them.

Coordinators find both, by name or email address. In agencies where a reader is a reporter only,
they find what somebody did, by name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value

from accounts.models import User
from audit import audiences
from audit.audiences import Reader
from audit.models import AuditEntry
from submissions.models import StatusChange

# More people have so many acts that walking through the log finds the newest soon.
MOST_BY_KEY = 500
MOST_WORDS = 6


class _IsAnyOf(Func):
    """Whether a value is in an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


@dataclass(frozen=True)
class Search:
    """The people whom some words name, and the agencies in which this reader finds all about them.

    At most the newest `limit` acts are looked for. `keys` are those of the people; None if they
    are many.
    """

    reader: User
    limit: int
    coordinated: Collection[int]
    is_by_address: bool
    people: QuerySet[User]
    keys: list[int] | None

    def among_entries(self, entries: QuerySet[AuditEntry], own: list[str]) -> QuerySet[AuditEntry]:
        """Entries of these people. `own` are the keys of the reader's own submissions."""
        kept = _acts_kept_from(self.coordinated, "actor")
        acted = (~Q(subject_key__in=own) | Q(actor=self.reader)) & ~kept
        if self.is_by_address:
            acted &= Q(agency__in=self.coordinated)
        concerned = Q(agency__in=self.coordinated) & ~_acts_kept_from(self.coordinated, "subject")
        if self.keys is None:
            is_concerned = Exists(self.people.filter(_IsAnyOf(F("pk"), OuterRef("people"))))
            return entries.filter(acted & Q(actor__in=self.people) | concerned & Q(is_concerned))
        return _either(
            entries,
            acted & Q(actor__in=self.keys),
            concerned & Q(people__overlap=self.keys),
            at="at",
            limit=self.limit,
        )

    def among_moves(self, moves: QuerySet[StatusChange]) -> QuerySet[StatusChange]:
        mine = User.objects.same_person(self.reader)
        acted = ~Q(submission__earner__in=mine) | Q(actor=self.reader)
        concerned = Q(submission__badge_class__issuer__agency__in=self.coordinated)
        if self.is_by_address:
            acted &= concerned
        if self.keys is None:
            acted &= Q(actor__in=self.people)
            return moves.filter(acted | concerned & Q(submission__earner__in=self.people))
        return _either(
            moves,
            acted & Q(actor__in=self.keys),
            concerned & Q(submission__earner__in=self.keys),
            at="changed_at",
            limit=self.limit,
        )


def search_for(words: str, *, reader: User, coordinated: Collection[int], limit: int) -> Search:
    """Find people by words of their name, or by a whole address: that only in `coordinated`.

    Accents and the order of the words make no difference.
    """
    words = words.strip()
    is_by_address = "@" in words
    if is_by_address:
        address = words.lower()
        confirmed = Q(emailaddress__email=address, emailaddress__verified=True)
        people = User.objects.filter(Q(email=address) | confirmed).distinct()
    else:
        people = User.objects.all()
        for word in words.replace(",", " ").split()[:MOST_WORDS]:
            people = people.filter(name__unaccent__icontains=word)
    # A person may have several accounts, and be written of with each.
    people = User.objects.filter(person_key__in=people.order_by().values("person_key"))
    keys = list(people.values_list("pk", flat=True)[: MOST_BY_KEY + 1])
    is_many = len(keys) > MOST_BY_KEY
    return Search(reader, limit, coordinated, is_by_address, people, None if is_many else keys)


def _either(rows: QuerySet, one: Q, other: Q, *, at: str, limit: int) -> QuerySet:
    """The newest rows of which either is true, each found by an index: there is none for "or".

    The sum keeps PostgreSQL from walking through all rows by time until it finds enough.
    """
    newest = (F(at) + Value(timedelta(0))).desc()
    keys = rows.order_by(newest, "-pk").values("pk")
    found = keys.filter(one)[:limit].union(keys.filter(other)[:limit])
    return rows.model._default_manager.filter(pk__in=found)


def _acts_kept_from(coordinated: Collection[int], part: Literal["actor", "subject"]) -> Q:
    """Entries whose actor or subject this reader, who coordinates these agencies, may not know."""
    elsewhere = Q(act__in=audiences.acts_kept_from(Reader.REPORTER, part)) & ~Q(
        agency__in=coordinated
    )
    return elsewhere | Q(act__in=audiences.acts_kept_from(Reader.COORDINATOR, part))
