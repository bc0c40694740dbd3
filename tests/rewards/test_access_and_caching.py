"""Who may take part, which accounts coordinators can find, and what pages cache."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from rewards.chances import operations as chances
from rewards.draw import operations as draws
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.prizes import operations as prizes
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.rewards.drawing_factories import (
    DRAW,
    IN_THE_PERIOD,
    announced,
    award,
    drafted,
    drawn,
)
from tests.rewards.pages import page

pytestmark = pytest.mark.django_db
# The day of the announced numbers, before the draw.
NUMBERS_KNOWN = DRAW - timedelta(days=1)


def member(agency, role=Membership.Role.EARNER):
    return MembershipFactory(agency=agency, role=role).user


def announced_for(agency):
    drawing = drafted(agency=agency)
    drawing.rules_versions.get().agencies.add(agency)
    drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)
    drawing.refresh_from_db()
    return drawing


def test_only_people_admitted_by_the_rules_can_take_a_free_entry(client, now):
    district = AgencyFactory()
    drawing = announced_for(district)
    inside, outside = member(AgencyFactory(parent=district)), member(AgencyFactory())
    now(IN_THE_PERIOD)
    pages = {}

    for person in (inside, outside):
        client.force_login(person)
        pages[person] = client.get(page("drawing", drawing)).content.decode()
        client.post(page("free_entry", drawing))

    assert [entry.user for entry in drawing.entries.all()] == [inside]
    assert "Get my free entry" in pages[inside]
    assert "Get my free entry" not in pages[outside]
    assert "you do not belong to any of them" in pages[outside]


def test_a_free_entry_is_voided_when_changed_rules_no_longer_admit_the_person():
    district = AgencyFactory()
    drawing = announced(agency=district)
    inside, outside = member(district), UserFactory()
    for person in (inside, outside):
        chances.take_free_entry(drawing, user=person, now=IN_THE_PERIOD)
    rules = drafts.rules_to_edit(drawing)
    rules.change_note = "Only for our own people."
    drafts.save_rules(drawing, rules, m2m={"agencies": [district]}, by=UserFactory())

    drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)

    assert [entry.user for entry in drawing.entries.valid()] == [inside]


def test_the_sequence_is_cached_until_a_prize_is_passed_on(client, monkeypatch):
    drawing = drawn()
    computed, sequence = [], draws.sequence

    def counted(draw):
        computed.append(draw)
        return sequence(draw)

    first = client.get(page("result", drawing)).content.decode()
    monkeypatch.setattr(draws, "sequence", counted)

    again = client.get(page("result", drawing)).content.decode()
    assert not computed
    win = drawing.draws.get().wins.first()
    prizes.decline(win, by=UserFactory(), now=DRAW)
    computed.clear()
    moved = client.get(page("result", drawing)).content.decode()

    assert len(computed) == 1
    assert win.line.entry.token in first
    assert ("passed to the next" in again, "passed to the next" in moved) == (False, True)


def test_an_unchanged_zip_is_not_sent_again(client):
    drawing = drawn()
    address = page("check_zip", drawing, 1)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    prizes.decline(drawing.draws.get().wins.first(), by=UserFactory(), now=DRAW)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, changed.status_code) == (304, 200)
    assert "max-age=300" in first["Cache-Control"]


def test_the_list_of_drawings_caches_large_counts(client, monkeypatch):
    drawing = announced()
    award()
    monkeypatch.setattr(chances, "CACHED_FROM", 1)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(reverse("rewards:drawing_list")).content.decode()
        counted.append(sum("rewards_entry" in query["sql"] for query in queries))
        assert "1 entry" in shown

    assert counted == [1, 0]
    assert chances.odds(drawing, None) == (1, 1)


def test_a_source_known_before_the_disputes_end_cannot_be_announced():
    drawing = drafted(disputes_until=DRAW)

    with pytest.raises(drawings.NotReady, match="known before disputes end"):
        drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)


def test_saving_rules_that_were_announced_meanwhile_shows_a_conflict(client, now, monkeypatch):
    drawing = drafted()
    client.force_login(member(drawing.agency, Membership.Role.COORDINATOR))
    now(IN_THE_PERIOD)
    save = drafts.save_rules

    def announced_meanwhile(*args, **kwargs):
        drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)
        return save(*args, **kwargs)

    monkeypatch.setattr(drafts, "save_rules", announced_meanwhile)
    shown = client.post(
        page("manage_rules", drawing),
        {
            "title": "Spring", "opens_on": "2026-03-01", "ends_on": "2026-05-31",
            "counts_by": "issued", "closes_at": "2026-06-03T18:00",
            "disputes_until": "2026-06-08T18:00", "draws_at": "2026-06-10T18:00",
            "confirm_days": "14", "chances_per_badge": "1", "prizes_per_person": "1",
            "text": "My own words.", "source-TOTAL_FORMS": "1", "source-INITIAL_FORMS": "0",
            "source-0-kind": "numbers", "source-0-name": "Lottery",
            "source-0-where": "https://lottery.example", "source-0-when": "2026-06-09",
            "source-0-count": "6",
        },
    )  # fmt: skip

    assert shown.status_code == 422
    assert "at the same time" in shown.content.decode()
    assert "My own words." in shown.content.decode()
    assert drawing.rules_versions.count() == 1
