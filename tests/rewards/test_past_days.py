"""A drawing's coordinators and those of a list see what days in the past add."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from awarding.lists.operations import lists
from awarding.tasks import carry_on_award_lists
from issuing.awards.operations.issue_batches import issue_batch
from rewards.chances.past_days import additions, lists_with_past_days
from tests.awarding.lists import checked_list
from tests.factories import BadgeFactory, MembershipFactory
from tests.rewards import drawing_factories

pytestmark = pytest.mark.django_db


def open_drawing(**rules):
    today, later = timezone.localdate(), timezone.now() + timedelta(days=30)
    rules = {
        "opens_on": today, "ends_on": later.date(), "closes_at": later,
        "disputes_until": later + timedelta(days=1), "draws_at": later + timedelta(days=3),
        "sources": [{**drawing_factories.LOTTERY, "when": drawing_factories.days_after(later, 2)}],
    } | rules  # fmt: skip
    return drawing_factories.announced(**rules)


def list_of(badge, past=3, today=2):
    day = timezone.localdate()
    days = [day - timedelta(days=40)] * past + [day] * today
    words = "".join(f"p{n}@school.example,{when}\n" for n, when in enumerate(days))
    return checked_list(badge, f"Email,Date\n{words}")


def added(award_list):
    return [(found.drawing.title, found.entries) for found in additions([award_list])]


def test_the_page_of_a_list_warns_before_it_is_awarded(client):
    open_drawing(chances_per_badge=2)
    award_list = list_of(BadgeFactory())
    client.force_login(award_list.made_by)

    words = " ".join(client.get(award_list.get_absolute_url()).text.split())

    assert "This adds about 6 entries to “Spring drawing”." in words


def test_days_of_today_a_drawing_that_is_over_and_other_badges_add_nothing():
    drawing = open_drawing()
    badge = BadgeFactory()
    assert added(list_of(badge)) == [(drawing.title, 3)]

    assert added(list_of(badge, past=0)) == []
    drawing.announced_rules.excluded_badge_classes.add(badge)
    assert added(list_of(badge)) == []
    assert len(added(list_of(BadgeFactory()))) == 1
    drawing_factories.drawings.cancel(drawing, by=drawing_factories.UserFactory(), reason="Over.")
    assert added(list_of(BadgeFactory())) == []


def test_badges_that_are_issued_after_the_close_add_nothing():
    soon = timezone.now() + timedelta(hours=3)
    open_drawing(closes_at=soon, ends_on=soon.date() + timedelta(days=1))

    assert added(list_of(BadgeFactory(waiting_hours=1))) == [("Spring drawing", 3)]
    assert added(list_of(BadgeFactory(waiting_hours=4))) == []


def test_coordinators_of_the_drawing_see_the_lists_and_their_entries(client):
    drawing = open_drawing()
    award_list = list_of(BadgeFactory(name="Zines for All"))
    warned = added(award_list)
    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()
    issue_batch(now=timezone.now())
    coordinator = MembershipFactory(agency=drawing.agency, role="coordinator").user
    client.force_login(coordinator)

    [seen] = lists_with_past_days(drawing, reader=coordinator)
    page = client.get(reverse("rewards:manage_drawing", args=[drawing.slug])).text

    assert warned == [(drawing.title, seen.entries)]
    # The list belongs to another agency: its name stays there.
    assert (seen.award_list, seen.badge) == (None, "Zines for All")
    assert "Entries for days in the past" in page
    assert award_list.name not in page
    [own] = lists_with_past_days(drawing, reader=award_list.made_by)
    assert own.award_list == award_list
    lists.undo(award_list, by=award_list.made_by, reason="A mistake.")
    carry_on_award_lists()
    assert lists_with_past_days(drawing, reader=coordinator) == []
