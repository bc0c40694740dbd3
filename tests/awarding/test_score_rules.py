"""Rules say which test results earn a badge. Coordinators write and remove them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from awarding.models import ScoreRule
from awarding.scores.rules import fulfilled_rules
from tests.awarding.score_imports import GOALS, HEAD, Kind, reader_of, rule_for
from tests.factories import BadgeFactory, coordinator_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "value", "levels", "row", "earns"),
    [
        (Kind.SCORE, "228", (), ",228,", True),
        (Kind.SCORE, "228", (), ",227.9,", False),
        (Kind.SCORE, "228", (), "228,,", False),
        (Kind.GAIN, "5", (), "219,224,", True),
        (Kind.GAIN, "5", (), ",224,", False),
        (Kind.LEVEL, None, ("NRS Level 4",), ",,NRS Level 5", True),
        (Kind.LEVEL, None, ("NRS Level 4",), ",,NRS 3", False),
        (Kind.LEVEL, None, ("B1",), ",,b2", True),
        (Kind.LEVEL, None, ("B1",), ",,Level 6", False),
        (Kind.LEVEL, None, ("B1",), ",,unknown", False),
        (Kind.LEVELS, None, ("Advanced", "High"), ",,ADVANCED", True),
        (Kind.LEVELS, None, ("Advanced", "High"), ",,Low", False),
    ],
)
def test_each_kind_of_rule_is_fulfilled_by_its_results_only(kind, value, levels, row, earns):
    badge = BadgeFactory()
    rule = rule_for(badge, kind, value=value or "0", **({"levels": levels} if levels else {}))
    [result] = [
        result
        for result in reader_of(f"{HEAD}a@b.example,,{GOALS},,{row}\n").rows()
        if not result.problem or row == "228,,"
    ]

    assert bool(fulfilled_rules([rule], result)) == earns


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("", True),
        (GOALS, True),
        ("casas reading goals 2", True),
        ("CASAS*", True),
        ("*906R*", True),
        ("906R", True),
        ("CASAS", False),
        ("CASAS Math*", False),
    ],
)
def test_a_rule_matches_a_test_or_form_with_stars_as_wildcards(pattern, fits):
    rule = rule_for(BadgeFactory(), Kind.SCORE, test=pattern, value="200")
    [result] = reader_of(f"E-mail,Test,Form,Score\na@b.example,{GOALS},906R,228").rows()

    assert bool(fulfilled_rules([rule], result)) == fits


@pytest.mark.parametrize(
    ("kind", "value", "saved"),
    [
        ("gain", "5", (Decimal(5), False, [])),
        ("score", "219.5", (Decimal("219.5"), False, [])),
        ("score", "80%", (Decimal(80), True, [])),
        ("gain", "12.5 %", (Decimal("12.5"), True, [])),
        ("level", "ESL Level 4", (None, False, ["ESL Level 4"])),
        ("levels", "Advanced\nHigh", (None, False, ["Advanced", "High"])),
        ("score", "many", None),
        ("score", "%", None),
        ("level", "high", None),
        ("level", "Level 4", None),
        ("level", "A1\nA2", None),
        ("gain", "", None),
    ],
)
def test_a_coordinator_writes_a_rule(client, kind, value, saved):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    typed = {"badge_class": badge.pk, "test": "CASAS*", "kind": kind, "value": value}

    answer = client.post(reverse("awarding:manage_score_rules"), typed)

    rules = list(ScoreRule.objects.values_list("at_least", "in_percent", "levels"))
    assert (answer.status_code, rules) == ((302, [saved]) if saved else (422, []))
    assert AuditEntry.objects.filter(act="score rule made").count() == len(rules)


def test_only_coordinators_of_its_badge_can_remove_a_rule(client):
    badge = BadgeFactory()
    rule = rule_for(badge)
    remove = reverse("awarding:manage_score_rule_remove", args=[rule.pk])

    client.force_login(coordinator_for(BadgeFactory()))
    assert client.post(remove).status_code == 404
    client.force_login(coordinator_for(badge))
    client.post(remove)

    assert not ScoreRule.objects.exists()
    assert AuditEntry.objects.filter(act="score rule removed").exists()
