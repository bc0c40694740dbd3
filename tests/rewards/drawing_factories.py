"""Drawings for tests, in each status, created by the real operations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import GrantSource
from rewards.chances import frozen_lists
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Draw, Drawing, DrawingRules, Entry, EntryList, Prize, Sponsor
from rewards.values import operations as typed_values
from tests.factories import AgencyFactory, BadgeFactory, UserFactory, approved_submission

OPENS = date(2026, 3, 1)
ENDS = date(2026, 5, 31)
IN_THE_PERIOD = datetime(2026, 4, 15, 18, tzinfo=UTC)
CLOSE = datetime(2026, 6, 3, 18, tzinfo=UTC)
DISPUTES = CLOSE + timedelta(days=4)
DRAW = CLOSE + timedelta(days=7)
REVEAL = DRAW + timedelta(hours=6)
LOTTERY = {
    "name": "State lottery, evening of June 9",
    "kind": "numbers",
    "where": "https://lottery.example",
    "when": "2026-06-09",
    "count": 6,
    "lowest": 1,
    "highest": 47,
    "distinct": True,
}
MARKET = {
    "name": "Closing price of the index",
    "kind": "numbers",
    "where": "https://market.example",
    "when": "2026-06-09",
    "count": 1,
    "lowest": None,
    "highest": None,
    "distinct": False,
}
VALUES = [["9", "18", "26", "34", "41", "45"], ["4312.70"]]
OTHER_VALUES = [["1", "2", "3", "4", "5", "6"], ["4312.70"]]


def days_after(moment: datetime, days: int) -> str:
    """The day of a source, as rules keep it."""
    return (timezone.localdate(moment) + timedelta(days=days)).isoformat()


class SponsorFactory(DjangoModelFactory):
    class Meta:
        model = Sponsor

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Paper Lantern Books {n}")
    slug = factory.Sequence(lambda n: f"paper-lantern-{n}")
    url = "https://lantern.example"


def drafted(*, prizes: int = 2, agency=None, **rules) -> Drawing:
    drawing = Drawing.objects.create(
        slug=f"spring-{Drawing.objects.count()}",
        agency=agency or AgencyFactory(),
        title="Spring drawing",
    )
    DrawingRules.objects.create(
        drawing=drawing,
        **{
            "text": "No purchase is needed. Every badge is one chance.",
            "opens_on": OPENS,
            "ends_on": ENDS,
            "closes_at": CLOSE,
            "disputes_until": DISPUTES,
            "draws_at": DRAW,
            "sources": [LOTTERY, MARKET],
            **rules,
        },
    )
    for position in range(1, prizes + 1):
        Prize.objects.create(
            drawing=drawing,
            position=position,
            name=f"Prize {position}",
            worth=50,
            sponsor=SponsorFactory(agency=drawing.agency),
        )
    return drawing


def announced(*, by: User | None = None, drawing: Drawing | None = None, **kwargs) -> Drawing:
    """`drawing` is a draft that was made before."""
    drawing = drawing or drafted(**kwargs)
    drawings.announce(drawing, by=by or UserFactory(), now=IN_THE_PERIOD - timedelta(days=30))
    return Drawing.objects.get(pk=drawing.pk)


def award(recipient: User | None = None, *, now: datetime = IN_THE_PERIOD, **kwargs) -> Assertion:
    """A badge issued in the period."""
    submission = approved_submission(now=now, earner=recipient or UserFactory(), **kwargs)
    issue_batch(now=now)
    return Assertion.objects.get(submission=submission)


def award_to_many(number: int, *, now: datetime = IN_THE_PERIOD) -> None:
    """Award one badge to this many new people in one batch, which is faster than `award`."""
    version = BadgeFactory().current_version
    grants = [
        Grant(person, version, GrantSource.LIST, key=str(person.pk))
        for person in (UserFactory() for _ in range(number))
    ]
    grant_all(grants, by=None, now=now)
    issue_batch(now=now)


def closed(*, awards: int = 5, **kwargs) -> Drawing:
    drawing = announced(**kwargs)
    if awards:
        award_to_many(awards)
    drawings.close(drawing, now=CLOSE)
    return Drawing.objects.get(pk=drawing.pk)


def type_values(
    drawing: Drawing, values: list[list[str]] = VALUES, *, now: datetime | None = DRAW
) -> None:
    """Two people type the value of each source; one is enough for a signature."""
    rules = Drawing.objects.get(pk=drawing.pk).rules
    for index, (source, given) in enumerate(zip(rules.sources, values, strict=True)):
        for _person in range(1 if source["kind"] == "drand" else 2):
            typed_values.type_value(drawing, index, values=given, by=UserFactory(), now=now)


def draw_with(
    drawing: Drawing,
    *,
    by: User,
    values: list[list[str]] = VALUES,
    now: datetime | None = DRAW,
    **more: Any,
) -> Draw:
    """The draw with these values, once two people typed them."""
    type_values(drawing, values, now=now)
    if "reason" in more:
        return draws.draw_again(drawing, by=by, now=now, **more)
    return draws.draw(drawing, by=by, now=now, **more)


def drawn(*, sealed_until: datetime | None = None, **kwargs) -> Drawing:
    drawing = closed(**kwargs)
    draw_with(drawing, by=UserFactory(), sealed_until=sealed_until)
    return Drawing.objects.get(pk=drawing.pk)


def listed_entries(drawing: Drawing) -> list[Entry]:
    """The entries on the drawing's latest list, in list order."""
    frozen = drawing.lists.order_by("-number")[0]
    lines = frozen_lists.lines_by_number(frozen, range(1, frozen.count + 1))
    return [Entry.objects.get(token=lines[number].token) for number in sorted(lines)]


def person_codes_on(frozen: EntryList) -> list[str]:
    """The person code of each line, in order."""
    lines = frozen_lists.lines_by_number(frozen, range(1, frozen.count + 1))
    return [lines[number].person for number in sorted(lines)]
