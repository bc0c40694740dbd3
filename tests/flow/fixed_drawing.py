"""A drawing with nothing random in it: fixed receipts, secret, person codes and public numbers."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Membership, User
from issuing.awards.operations import changes as issuing
from rewards.drand import beacon
from rewards.drand import operations as rounds
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Draw
from rewards.prizes import operations as prizes
from tests.factories import AgencyFactory, BadgeFactory, MembershipFactory
from tests.flow.fixed_records import fix, person
from tests.rewards.drand_rounds import LOTTERY
from tests.rewards.drawing_factories import VALUES, award, drafted, draw_with

# A real round, as answered by drand's HTTP API.
ROUND = 657413
SIGNATURE = (
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef"
    "9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)
EARNED = datetime(2023, 8, 1, 18, tzinfo=UTC)
DRAW = beacon.moment_of(ROUND)
CLOSE = DRAW - timedelta(days=7)
CALENDAR = {
    "opens_on": date(2023, 7, 1),
    "ends_on": date(2023, 8, 31),
    "closes_at": CLOSE,
    "disputes_until": DRAW - timedelta(days=1),
    "draws_at": DRAW,
}


def fixed_drawing(monkeypatch: pytest.MonkeyPatch) -> tuple[Draw, User]:
    """A drawn drawing with every kind of event, and a coordinator of its agency."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: EARNED)
    agency = AgencyFactory(name="Juniper County", slug="juniper-county")
    coordinator = MembershipFactory(
        user=person(1, "Ana Coordinator"), agency=agency, role=Membership.Role.COORDINATOR
    ).user
    sources = [rounds.drand_source(DRAW), LOTTERY]
    drawing = drafted(**CALENDAR, prizes=5, agency=agency, sources=sources)
    fix(drawing, slug="spring-drawing", secret="5ec2e7" * 8)
    for prize in drawing.prizes.all():
        fix(prize.sponsor, name=f"Sponsor {prize.position}", slug=f"sponsor-{prize.position}")
    drawings.announce(drawing, by=coordinator, now=EARNED - timedelta(days=20))

    badges = [BadgeFactory() for _ in range(3)]
    people = [person(20 + number, f"Earner {number}") for number in range(7)]
    awards = [award(earner, now=EARNED, badge_class=badges[0]) for earner in people]
    awards += [award(people[0], now=EARNED, badge_class=badge) for badge in badges[1:]]
    for number, entry in enumerate(drawing.entries.order_by("pk")):
        # Multiplied, so that the list is not in the order of the entries.
        fix(entry, token=f"{(number + 1) * 0x9E3779B97F4A7C15 % 2**64:016x}")

    drafts.exclude(drawing, people[5], reason="family of a sponsor", by=coordinator, now=EARNED)
    with monkeypatch.context() as fixed:
        # Person codes are hashes of this salt and of the account's primary key, which is fixed too.
        fixed.setattr(secrets, "token_hex", lambda length: "5a" * length)
        drawings.close(drawing, now=CLOSE)
    issuing.revoke(awards[3], by=coordinator, reason="Not their own work.", now=CLOSE)
    drafts.exclude(drawing, people[4], reason="family of a sponsor", by=coordinator, now=CLOSE)
    draw = draw_with(drawing, values=[[SIGNATURE], VALUES[0]], by=coordinator, now=DRAW)
    first, second, *_others = draw.wins.order_by("position")
    prizes.confirm(first, shows_name=True, now=DRAW)
    prizes.decline(second, by=coordinator, now=DRAW)
    return Draw.objects.get(pk=draw.pk), coordinator
