"""One page of many submissions. The next page starts after the last row, not at a number of rows.

So page 400 costs as much as the first, and no row is shown twice because another one came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import F, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import Membership, User
from accounts.permissions import are_one_person
from reviewing.models import Assignment
from submissions.models import Submission

PAGE_SIZE = 25
# More are not counted: the number would cost more than the page.
MOST_COUNTED = 1000
NEVER = Value(date.max)


class Order(NamedTuple):
    by: Combinable
    read: Callable[[str], Any]
    is_descending: bool = False


ORDERS = {
    "-sent": Order(F("submitted_at"), parse_datetime, is_descending=True),
    "sent": Order(F("submitted_at"), parse_datetime),
    "due": Order(Coalesce("due_on", NEVER), parse_date),
    "badge": Order(F("version__name"), str),
    "earner": Order(F("earner__name"), str),
}


class Page(NamedTuple):
    rows: list[Submission]
    after: str  # where the next page starts; empty on the last one
    count: int
    is_counted: bool


def page_of(found: QuerySet[Submission], *, sort: str, after: str, user: User) -> Page:
    """Readers are named, but not to somebody who must learn nothing of them: one of them."""
    order = ORDERS.get(sort, ORDERS["-sent"])
    count = found.order_by()[: MOST_COUNTED + 1].count()
    sign = "-" if order.is_descending else ""
    listed = found.annotate(place=order.by).order_by(f"{sign}place", f"{sign}pk")
    if start := _read(after, order):
        value, pk = start
        compare = "lt" if order.is_descending else "gt"
        listed = listed.filter(
            Q(**{f"place__{compare}": value}) | Q(**{"place": value, f"pk__{compare}": pk})
        )
    rows = list(_with_people(listed)[: PAGE_SIZE + 1])
    more = rows[PAGE_SIZE:]
    rows = rows[:PAGE_SIZE]
    blind = Assignment.objects.reading_blind(user).filter(submission__in=rows)
    blind_in = set(blind.values_list("submission", flat=True))
    for row in rows:
        kept = row.kept_assignments
        if row.pk in blind_in:
            kept = [one for one in kept if are_one_person(user, one.reviewer_id)]
        row.readers = _readers_of_latest_attempt(kept)
    return Page(rows, _cursor(rows[-1]) if more else "", count, count <= MOST_COUNTED)


def _with_people(found: QuerySet[Submission]) -> QuerySet[Submission]:
    """With badge and educator, who reads or decided it, and where the educator works."""
    kept = Assignment.objects.filter(released_at=None).select_related("reviewer", "place")
    works = Membership.objects.workplaces().current().select_related("agency").order_by("pk")
    return found.select_related("version", "earner").prefetch_related(
        Prefetch("assignments", kept.order_by("-pk"), to_attr="kept_assignments"),
        Prefetch("earner__memberships", works, to_attr="current_workplaces"),
    )


def _readers_of_latest_attempt(kept: Sequence[Assignment]) -> list[User]:
    """Reader 1 first. The latest assignments are first."""
    latest = [one for one in kept if one.place.attempt_id == kept[0].place.attempt_id]
    return [one.reviewer for one in sorted(latest, key=lambda one: one.place.number)]


def _cursor(row: Submission) -> str:
    place = row.place
    return f"{place.isoformat() if isinstance(place, date) else place}~{row.pk}"


def _read(after: str, order: Order) -> tuple[Any, int] | None:
    """An address that somebody changed starts from the beginning."""
    value, _sign, pk = after.rpartition("~")
    if not pk.isdecimal() or len(pk) > 18 or "\0" in value:
        return None
    try:
        place = order.read(value)
    except ValueError:
        return None
    if place is None or (isinstance(place, datetime) and place.tzinfo is None):
        return None
    return place, int(pk)
