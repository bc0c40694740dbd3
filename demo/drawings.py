"""Three drawings of the demo: one settled, one whose list can be disputed, one open."""

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
from rewards.drawings.rules_text import template
from rewards.models import Drawing, DrawingRules, Entry, Sponsor
from rewards.prizes import operations as prizes

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


def put_on_stage(*, agency: Agency, by: User, earner: User, now: datetime) -> None:
    """Call it when the awards of the months before today are there."""
    Stage(agency, by, earner, now).play()


class Stage:
    def __init__(self, agency: Agency, by: User, earner: User, now: datetime) -> None:
        self.agency, self.by, self.earner, self.now = agency, by, earner, now
        self.sponsors = {sponsor.slug: sponsor for sponsor in Sponsor.objects.all()}

    def play(self) -> None:
        self.settled()
        self.in_dispute()
        self.open()

    def settled(self) -> None:
        drawing = self.announced("Lantern drawing", first=215, last=118, close=114, draw=105)
        self.close(drawing)
        drawn_at = self.day(105, hour=17)
        with written_at(drawn_at):
            made = draws.draw(
                drawing, values=[LOTTERY_NUMBERS, INDEX_VALUE], by=self.by, now=drawn_at
            )
        for number, win in enumerate(made.wins.order_by("position")):
            with written_at(self.day(102)):
                if number == 2:
                    prizes.decline(win, by=win.line.entry.user, now=self.day(102))
                else:
                    prizes.confirm(win, shows_name=number % 3 != 1, now=self.day(102))
        for win in made.wins.filter(status="told"):
            prizes.confirm(win, shows_name=True, now=self.day(98))
        for win in made.wins.filter(status="confirmed"):
            prizes.collect(
                win, by=self.by, note="To the winner, at the county office.", now=self.day(92)
            )
        draws.settle(drawing, by=self.by, now=self.day(90))
        with written_at(self.day(90)):
            prizes.thank_sponsors(drawing, by=self.by, now=self.day(90))

    def in_dispute(self) -> None:
        drawing = self.announced("Harvest Table drawing", first=115, last=6, close=2, draw=-6)
        self.close(drawing)
        first = frozen_lists.lines_at(drawing.lists.get(), [1]).get(1)
        if first:
            disputes.dispute(
                drawing,
                user=drawing.entries.get(token=first.token).user,
                text="My badge from the last week of the period: I have its receipt, but I can't "
                "find it in the list. Could you look?",
                now=self.day(1),
            )

    def open(self) -> None:
        drawing = self.announced(
            "Twelve Ukuleles drawing", first=24, last=-38, close=-42, draw=-52, drand=True
        )
        drawings.follow(drawing, user=self.earner, wants=True)
        visitors = User.objects.filter(is_staff=False, memberships__role="earner").distinct()
        for user in [self.earner, *visitors.order_by("email")[:4]]:
            try:
                chances.enter_free(drawing, user=user, now=self.day(3))
            except chances.CannotEnter:
                continue

    def announced(
        self, title: str, *, first: int, last: int, close: int, draw: int, drand: bool = False
    ) -> Drawing:
        """All in days before today; below zero they lie ahead. With `drand` a round is a source."""
        begun = self.day(first + 12)
        closes_at, draws_at = self.day(close, hour=18), self.day(draw, hour=12)
        disputes_until = closes_at + (draws_at - closes_at) * 2 / 3
        numbers_on = max(timezone.localdate(disputes_until), self.day(draw + 1).date())
        rules = DrawingRules(
            text=template(),
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
                },
                rounds.source(draws_at)
                if drand
                else {
                    "name": "Closing value of the stock index",
                    "kind": "numbers",
                    "where": "https://exchange.example/closing-values",
                    "when": numbers_on.isoformat(),
                },
            ],
        )
        drawing = drafts.create_drawing(
            title=title, agency=self.agency, rules=rules, sets={}, by=self.by, now=begun
        )
        drafts.save_prizes(drawing, self.prizes(title), by=self.by, now=begun)
        _fix_secret(drawing)
        with written_at(self.day(first + 5)):
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

    def close(self, drawing: Drawing) -> None:
        with written_at(drawing.rules.closes_at):
            drawings.close(drawing, now=drawing.rules.closes_at)
        drawing.refresh_from_db()

    def day(self, before: int, hour: int = 9) -> datetime:
        day = timezone.localtime(self.now) - timedelta(days=before)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@contextmanager
def written_at(moment: datetime) -> Iterator[None]:
    """Letters of the months before today were written then."""
    last = OutgoingEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    OutgoingEmail.objects.filter(pk__gt=last).update(queued_at=moment, due_at=moment)


def _fix_secret(drawing: Drawing) -> None:
    """The demo has the same winners each time it is made; a real secret is never fixed."""
    secret = hashlib.sha256(drawing.title.encode()).hexdigest()
    with pgtrigger.ignore("rewards.Drawing:drawing_keeps_its_secret"):
        Drawing.objects.filter(pk=drawing.pk).update(secret=secret)


def _fix_tokens(drawing: Drawing) -> None:
    """As above for the receipts; and each chance came on the day of its badge."""
    with pgtrigger.ignore("rewards.Entry:entry_keeps_its_token"), connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {Entry._meta.db_table} entry
            SET token = substr(md5(%s || award.recipient_email || badge.slug), 1, 16),
                created_at = greatest(entry.created_at, award.issued_on)
            FROM issuing_assertion award JOIN catalog_badgeclass badge
                ON badge.id = award.badge_class_id
            WHERE award.id = entry.assertion_id AND entry.drawing_id = %s
            """,  # noqa: S608  the table's own name
            [drawing.title, drawing.pk],
        )
