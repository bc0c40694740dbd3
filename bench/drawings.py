"""Closing a drawing and drawing over a million chances, compared with reading the rows once."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Agency, User
from bench.__main__ import say
from catalog.models import BadgeClass, Issuer
from issuing.models import Assertion
from issuing.models.status_lists import PLACES
from issuing.states import AwardStatus, GrantSource
from postgres.bulk_insert import insert_rows
from rewards.chances import frozen_lists
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, DrawingRules, Prize
from rewards.values import operations as values


def measure(*, chances: int, people: int, prizes: int) -> None:
    now = timezone.now()
    say(f"\nFilling: a drawing with {chances:,} chances of {people:,} people ...")
    drawing = _filled(chances=chances, people=people, prizes=prizes, now=now)
    by = User.objects.order_by("pk")[0]

    floor = _measured(lambda: _read_once(drawing))
    closing = _measured(lambda: drawings.close(drawing, now=drawing.rules.closes_at))
    frozen = drawing.lists.get()
    listed = _measured(lambda: _read_list_once(frozen))
    draws_at = drawing.rules.draws_at
    for typist in User.objects.order_by("pk")[:2]:
        numbers = ["9", "18", "26", "34", "41", "45"]
        values.type_value(drawing, 0, values=numbers, by=typist, now=draws_at)
    drawing_it = _measured(lambda: draws.draw(drawing, by=by, now=draws_at))
    draw = drawing.draws.get()
    computing = _measured(lambda: draws.sequence(draw))
    publishing = _measured(lambda: sum(len(piece) for piece in frozen_lists.entries_csv(frozen)))

    say(f"\n{frozen.count:,} chances, {prizes} prizes{'seconds':>14}{'x floor':>9}{'MB more':>9}")
    for name, (seconds, memory) in [
        ("read the entries once (floor)", floor),
        ("close: freeze, number, digest", closing),
        ("read the frozen list once", listed),
        ("draw: compute, winners, letters", drawing_it),
        ("  of it: the sequence alone", computing),
        ("publish entries.csv", publishing),
    ]:
        say(f"{name:<36}{seconds:>9.2f}{seconds / floor[0]:>9.2f}{memory:>9.0f}")
    if draw.wins.count() != prizes:
        say(f"Only {draw.wins.count()} of {prizes} prizes found somebody.")


def _filled(*, chances: int, people: int, prizes: int, now) -> Drawing:
    agency = Agency.objects.create(name="Bench drawings", slug="bench-drawings", kind="district")
    drawing = Drawing.objects.create(slug="bench", agency=agency, title="Bench drawing")
    DrawingRules.objects.create(
        drawing=drawing,
        text="No purchase is needed.",
        opens_on=(now - timedelta(days=60)).date(),
        ends_on=(
            now - timedelta(days=50)
        ).date(),  # outside the dates of the other benchmarks' awards
        closes_at=now + timedelta(days=1),
        disputes_until=now + timedelta(days=2),
        draws_at=now + timedelta(days=3),
        sources=[
            {
                "name": "Lottery",
                "kind": "numbers",
                "where": "lottery.example",
                "when": (now + timedelta(days=3)).date().isoformat(),
                "at": (now + timedelta(days=3)).isoformat(),
                "count": 6,
                "lowest": 1,
                "highest": 47,
                "distinct": True,
            }
        ],
    )
    Prize.objects.bulk_create(
        Prize(drawing=drawing, position=n, name=f"Prize {n}", worth=20)
        for n in range(1, prizes + 1)
    )
    by = User.objects.create_user("bench-coordinator@bench.example", name="Bench")
    drawings.announce(drawing, by=by, now=now)
    _enter(drawing, chances=chances, people=people, day=now - timedelta(days=55))
    return Drawing.objects.select_related("rules").get(pk=drawing.pk)


def _enter(drawing: Drawing, *, chances: int, people: int, day: datetime) -> None:
    """Create an entry for every badge of every person."""
    insert_rows(
        User,
        ["email", "name", "password", "joined_at"],
        [(f"chance{n}@bench.example", f"Chance {n}", "!", day) for n in range(people)],
    )
    people_rows = User.objects.filter(email__startswith="chance").values_list("pk", "name", "email")
    day = day.replace(microsecond=0)
    places = _places(Issuer.objects.get(), now=day)
    for badge_class in BadgeClass.objects.order_by("pk")[: chances // people]:
        badge = badge_class.pk, badge_class.current_version_id
        insert_rows(
            Assertion,
            [
                "recipient_id", "recipient_name", "recipient_email", "badge_class_id", "version_id",
                "source", "source_key", "status", "created_at", "due_at", "issued_on",
                "status_list_id", "status_index",
            ],
            [
                (*person, *badge, GrantSource.LIST, f"{person[0]}:{badge[0]}", AwardStatus.ISSUED,
                 day, day, day, *next(places))
                for person in people_rows
            ],
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO rewards_entry
                (drawing_id, user_id, assertion_id, chance, token, created_at, voided_because)
            SELECT %s, recipient_id, id, 1, substr(md5(id::text), 1, 16), issued_on, ''
            FROM issuing_assertion WHERE recipient_email LIKE 'chance%%'
            """,
            [drawing.pk],
        )
        cursor.execute("VACUUM ANALYZE")


def _places(issuer: Issuer, *, now: datetime) -> Iterator[tuple[int, int]]:
    """Sequential places in separate full status lists, as drawings don't need random ones."""
    for number in count(1 + issuer.status_lists.count()):
        full = issuer.status_lists.create(number=number, given_out=PLACES, sign_again_at=now)
        yield from ((full.pk, index) for index in range(PLACES))


def _read_once(drawing: Drawing) -> None:
    """Read all rows of the entries in chunks, without keeping them."""
    rows = drawing.entries.order_by().values_list("pk", "user", "token", "chance", "created_at")
    with transaction.atomic():
        for _ in rows.iterator(chunk_size=20_000):
            pass


def _read_list_once(frozen) -> None:
    with transaction.atomic():
        for _ in frozen.pieces.order_by().values_list("text").iterator(chunk_size=100):
            pass


def _measured(work: Callable[[], object]) -> tuple[float, float]:
    """The seconds, and the peak growth of the process's memory in megabytes."""
    with _peak_memory() as peak:
        start = time.perf_counter()
        work()
        seconds = time.perf_counter() - start
    return seconds, peak()


@contextmanager
def _peak_memory():
    """Sample the memory every 5 ms, because the system's high-water mark never decreases."""
    before, highest, done = _resident(), [_resident()], threading.Event()

    def watch():
        while not done.wait(0.005):
            highest[0] = max(highest[0], _resident())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: max(0.0, highest[0] - before)
    finally:
        done.set()
        watcher.join()


def _resident() -> float:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
