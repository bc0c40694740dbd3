"""Creates four drawings: settled, ready to be drawn on stage, with a disputed list, and open."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import pgtrigger
from django.db import connection
from django.utils import timezone

from accounts.models import Agency, User
from mail.models import OutgoingEmail
from rewards.chances import frozen_lists
from rewards.chances import operations as chances
from rewards.drand import operations as rounds
from rewards.draw import operations as draws
from rewards.drawings.operations import disputes, drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.operations.drafts import PrizeContent
from rewards.drawings.rules_text import default_rules_text
from rewards.models import Drawing, DrawingRules, Entry, Sponsor
from rewards.prizes import operations as prizes
from rewards.values import operations as values

LOTTERY_NUMBERS = ["4", "11", "19", "27", "38", "44"]
INDEX_VALUE = ["6214.85"]
PRIZES = {
    "Lantern drawing": [
        ("A classroom library of ninety books", 640, 1, "paper-lantern-books",
         "Chosen with you in the back room of the shop, by grade and by language."),
        ("A day with a substitute, to write or to visit", 310, 2, "alder-river-credit-union",
         "The credit union pays the substitute; you choose the day."),
        ("Pan dulce for your whole staff room", 85, 3, "two-ovens-bakery",
         "Forty pieces, delivered warm before the first bell."),
    ],
    "Harvest Table drawing": [
        ("Dinner for your grade-level team", 420, 1, "two-ovens-bakery",
         "Eight people, four courses, and nobody washes up."),
        ("A workshop kit with thirty motors", 260, 2, "museum-of-small-inventions",
         "Motors, gears and a guide for four lessons."),
        ("Fifty dollars for books", 50, 5, "paper-lantern-books", "In the shop, no end date."),
    ],
    "Evening of Thanks drawing": [
        ("A telescope for your school", 520, 1, "museum-of-small-inventions",
         "With an evening under the stars to learn how it works."),
        ("Coffee for your whole staff, for a month", 150, 2, "two-ovens-bakery",
         "Delivered every Monday before the first bell."),
        ("Fifty dollars for books", 50, 3, "paper-lantern-books", "In the shop, no end date."),
    ],
    "Twelve Ukuleles drawing": [
        ("Twelve ukuleles for your classroom, tuned", 1080, 1, "meridian-music-repair",
         "With cases, a tuner and one visit to get everybody started."),
        ("A field trip to the hilltop solar array", 760, 1, "tall-grass-solar",
         "The bus is paid for, for up to thirty-two students."),
        ("A Saturday in the museum’s workshop", 180, 3, "museum-of-small-inventions",
         "For you and three students, with tools and materials."),
        ("A box of picture books in two languages", 120, 4, "paper-lantern-books",
         "Twelve books in English and Spanish."),
    ],
}  # fmt: skip


def create_drawings(*, agency: Agency, by: User, second: User, earner: User, now: datetime) -> None:
    """Create the drawings. Call it after all past awards have been created.

    `by` and `second` are coordinators, and type the numbers.
    """
    DemoDrawings(agency, by, second, earner, now).create_all()


class DemoDrawings:
    def __init__(self, agency: Agency, by: User, second: User, earner: User, now: datetime) -> None:
        self.agency, self.by, self.second = agency, by, second
        self.earner, self.now = earner, now
        self.sponsors = {sponsor.slug: sponsor for sponsor in Sponsor.objects.all()}

    def create_all(self) -> None:
        self.create_settled()
        self.create_ready()
        self.create_disputed()
        self.create_open()

    def create_settled(self) -> None:
        drawing = self.announce_drawing("Lantern drawing", first=215, last=118, close=114, draw=105)
        self.close(drawing)
        drawn_at = self.day(105, hour=17)
        self.type_values(drawing, now=drawn_at)
        with emails_dated(drawn_at):
            draw = draws.draw(drawing, by=self.by, now=drawn_at)
        for number, win in enumerate(draw.wins.order_by("position")):
            with emails_dated(self.day(102)):
                if number == 2:
                    prizes.decline(win, by=win.line.entry.user, now=self.day(102))
                else:
                    prizes.confirm(win, shows_name=number % 3 != 1, now=self.day(102))
        for win in draw.wins.filter(status="told"):
            prizes.confirm(win, shows_name=True, now=self.day(98))
        for win in draw.wins.filter(status="confirmed"):
            prizes.collect(
                win, by=self.by, note="To the winner, at the county office.", now=self.day(92)
            )
        draws.settle(drawing, by=self.by, now=self.day(90))
        with emails_dated(self.day(90)):
            prizes.thank_sponsors(drawing, by=self.by, now=self.day(90))

    def create_ready(self) -> None:
        """Its draw was due yesterday, so it can be drawn in front of people at once."""
        drawing = self.announce_drawing(
            "Evening of Thanks drawing", first=110, last=12, close=8, draw=1
        )
        self.close(drawing)
        self.type_values(drawing, now=self.day(1, hour=12))

    def create_disputed(self) -> None:
        drawing = self.announce_drawing(
            "Harvest Table drawing", first=115, last=6, close=2, draw=-6
        )
        self.close(drawing)
        first = frozen_lists.lines_by_number(drawing.lists.get(), [1]).get(1)
        if first:
            disputes.dispute(
                drawing,
                user=drawing.entries.get(token=first.token).user,
                text="My badge from the last week of the period: I have its receipt, but I can't "
                "find it in the list. Could you look?",
                now=self.day(1),
            )

    def create_open(self) -> None:
        drawing = self.announce_drawing(
            "Twelve Ukuleles drawing", first=24, last=-38, close=-42, draw=-52, drand=True
        )
        drawings.follow(drawing, user=self.earner, wants=True)
        visitors = User.objects.filter(is_staff=False, memberships__role="earner").distinct()
        for user in [self.earner, *visitors.order_by("email")[:4]]:
            try:
                chances.take_free_entry(drawing, user=user, now=self.day(3))
            except chances.CannotEnter:
                continue

    def announce_drawing(
        self, title: str, *, first: int, last: int, close: int, draw: int, drand: bool = False
    ) -> Drawing:
        """Days count back from today; negative ones are ahead. `drand` adds it as a source."""
        created_at = self.day(first + 12)
        closes_at, draws_at = self.day(close, hour=18), self.day(draw, hour=12)
        disputes_until = closes_at + (draws_at - closes_at) * 2 / 3
        numbers_on = max(timezone.localdate(disputes_until), self.day(draw + 1).date())
        rules = DrawingRules(
            text=default_rules_text(),
            opens_on=self.day(first).date(),
            ends_on=self.day(last).date(),
            closes_at=closes_at,
            disputes_until=disputes_until.replace(minute=0, second=0, microsecond=0),
            draws_at=draws_at,
            most_chances=12,
            sources=[
                {
                    "name": "State lottery, the six numbers of the evening",
                    "kind": "numbers",
                    "where": "https://lottery.example/results",
                    "when": numbers_on.isoformat(),
                    "count": 6,
                    "lowest": 1,
                    "highest": 47,
                    "distinct": True,
                },
                rounds.drand_source(draws_at)
                if drand
                else {
                    "name": "Closing value of the stock index",
                    "kind": "numbers",
                    "where": "https://exchange.example/closing-values",
                    "when": numbers_on.isoformat(),
                    "count": 1,
                    "lowest": None,
                    "highest": None,
                    "distinct": False,
                },
            ],
        )
        drawing = drafts.create_drawing(
            title=title, agency=self.agency, rules=rules, m2m={}, by=self.by, now=created_at
        )
        drafts.save_prizes(drawing, self.prizes(title), by=self.by, now=created_at)
        _fix_secret(drawing)
        with emails_dated(self.day(first + 5)):
            drawings.announce(drawing, by=self.by, now=self.day(first + 5))
        _fix_tokens(drawing)
        return Drawing.objects.select_related("rules", "agency").get(pk=drawing.pk)

    def prizes(self, title: str) -> list[PrizeContent]:
        return [
            PrizeContent(
                name=name,
                worth=Decimal(worth),
                quantity=quantity,
                sponsor=self.sponsors.get(sponsor),
                description=description,
                how_to_collect="Come to the county office on any working day from 8 to 4, or "
                "write to us and we bring it to your school.",
            )
            for name, worth, quantity, sponsor, description in PRIZES[title]
        ]

    def type_values(self, drawing: Drawing, *, now: datetime) -> None:
        for index, typed in enumerate([LOTTERY_NUMBERS, INDEX_VALUE]):
            for by in (self.by, self.second):
                values.type_value(drawing, index, values=typed, by=by, now=now)

    def close(self, drawing: Drawing) -> None:
        with emails_dated(drawing.rules.closes_at):
            drawings.close(drawing, now=drawing.rules.closes_at)
        drawing.refresh_from_db()

    def day(self, before: int, hour: int = 9) -> datetime:
        day = timezone.localtime(self.now) - timedelta(days=before)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@contextmanager
def emails_dated(moment: datetime) -> Iterator[None]:
    """Set the time of the emails that are queued inside the block."""
    last = OutgoingEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    OutgoingEmail.objects.filter(pk__gt=last).update(queued_at=moment, due_at=moment)


def _fix_secret(drawing: Drawing) -> None:
    """Give the demo the same winners each time. A real secret is random."""
    secret = hashlib.sha256(drawing.title.encode()).hexdigest()
    with pgtrigger.ignore("rewards.Drawing:drawing_keeps_its_secret"):
        Drawing.objects.filter(pk=drawing.pk).update(secret=secret)


def _fix_tokens(drawing: Drawing) -> None:
    """Give the demo the same receipts each time, and date each entry to the day of its badge."""
    with pgtrigger.ignore("rewards.Entry:entry_keeps_its_token"), connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {Entry._meta.db_table} entry
            SET token = substr(md5(%s || award.recipient_email || badge.slug), 1, 16),
                created_at = greatest(entry.created_at, award.issued_on)
            FROM issuing_assertion award JOIN catalog_badgeclass badge
                ON badge.id = award.badge_class_id
            WHERE award.id = entry.assertion_id AND entry.drawing_id = %s
            """,  # noqa: S608  only the table name is interpolated
            [drawing.title, drawing.pk],
        )
