"""Awards per second of one worker, compared with baking alone."""

from __future__ import annotations

import io
import json
import time

from django.utils import timezone
from openbadges_bakery import bake

from bench import filling
from bench.__main__ import say
from issuing.models import Assertion
from issuing.tasks import issue_due
from mail.composing import compose
from mail.models import OutgoingEmail
from openbadges import baking


def measure(count: int) -> None:
    filling.awards(count, status="pending")
    due = Assertion.objects.due(now=timezone.now()).count()

    issued = _seconds(issue_due)
    emails = list(OutgoingEmail.objects.filter(kind="badge_issued"))
    composed = _seconds(lambda: [compose(email) for email in emails])
    floor = _seconds(lambda: _bake_alone(due))
    both_forms = _seconds(lambda: _bake_both_forms(due))

    say(f"\n{due:,} awards{'awards/s':>30}{'x bakery':>10}")
    for name, seconds in [
        ("bakery alone (floor)", floor),
        ("bake 2.0 and 3.0 side by side", both_forms),
        ("issue: row, signed, book, email due", issued),
        ("compose: JSON, bake, email", composed),
        ("both", issued + composed),
    ]:
        say(f"{name:<38}{due / seconds:>8.0f}{seconds / floor:>10.1f}")


def _bake_alone(count: int) -> None:
    png, document = _art(), _document(900)
    for _ in range(count):
        bake(io.BytesIO(png), document, io.BytesIO())


def _bake_both_forms(count: int) -> None:
    png, hosted, signed = _art(), _document(900), _document(5000)
    for _ in range(count):
        baking.bake_png(png, v2=hosted, v3=signed)


def _art() -> bytes:
    with Assertion.objects.select_related("version")[0].version.image.open() as image:
        return image.read()


def _document(length: int) -> str:
    return json.dumps({"@context": "https://w3id.org/openbadges/v2", "id": "x" * length})


def _seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
