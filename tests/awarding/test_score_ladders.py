"""Levels compare on one ladder only, and a level without its ladder is asked about."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AuditEntry
from awarding.scores.ladders import Level, ladder_named_in, level_of
from awarding.scores.rules import fulfilled_rules
from awarding.states import Ladder
from issuing.models import Assertion
from tests.awarding.cases import results_of
from tests.awarding.score_imports import (
    Kind,
    awarded_import,
    carry_on_award_lists,
    checked_import,
    reader_of,
    rule_for,
    scores,
)
from tests.factories import BadgeFactory, coordinator_for

NUMBERED = st.sampled_from(["ESL", "ABE", "NRS", "ELPAC"])
RANK = st.integers(min_value=1, max_value=10)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("ESL Level 3", Level("esl", 3)),
        ("NRS ESL Level 3", Level("esl", 3)),
        ("ESL3", Level("esl", 3)),
        ("ABE 2", Level("abe", 2)),
        ("ABE Nivel 2", Level("abe", 2)),
        ("ASE Low", Level("abe", 5)),
        ("High Intermediate ESL", Level("esl", 5)),
        ("NRS Level 10", Level("nrs", 10)),
        ("ELPAC Level 4", Level("elpac", 4)),
        ("CEFR B2", Level("cefr", 3)),
        ("b2", Level("cefr", 3)),
        ("Level 4", Level("", 4)),
        ("L4", Level("", 4)),
        ("4", Level("", 4)),
        ("ESL B1", None),
        ("high", None),
        ("", None),
    ],
)
def test_a_level_is_read_with_its_ladder(words, level):
    assert level_of(words) == level


@given(NUMBERED, NUMBERED, RANK, RANK)
def test_levels_compare_on_one_ladder_only(ladder, other, rank, needed):
    reached, minimum = level_of(f"{ladder} Level {rank}"), level_of(f"{other} Level {needed}")

    assert reached.is_at_least(minimum) == (ladder == other and rank >= needed)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_level(words):
    level = level_of(words)

    assert level is None or level.ladder in {"", *Ladder.values}
    assert ladder_named_in(words) in {"", *Ladder.values}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("needed", "row", "earns"),
    [
        ("ESL Level 3", "CASAS Reading,Level,ESL Level 4", True),
        ("ESL Level 3", "CASAS Reading,Level,ABE Level 4", False),
        ("ESL Level 1", "CASAS Reading,Level,ABE Level 2", False),
        # Neither the level, nor its heading, nor its test names a ladder.
        ("ESL Level 3", "CASAS Reading,Level,Level 4", False),
        ("ELPAC Level 3", "ELPAC,Level,Level 4", True),
        ("ELPAC Level 3", "ELPAC,Level,4", True),
        ("ESL Level 3", "ELPAC,Level,Level 4", False),
        ("ESL Level 3", "Reading,ESL Level,4", True),
        ("ESL Level 3", "Reading,NRS Level,ESL Level 4", True),
        ("ESL Level 3", "Reading,NRS Level,4", False),
        ("B1", "Lectura,Nivel,B2", True),
        ("B1", "Lectura,Nivel,6", False),
    ],
)
@pytest.mark.parametrize("kind", [Kind.LEVEL])
def test_a_level_without_its_ladder_takes_it_from_its_test_or_heading_only(
    kind, needed, row, earns
):
    rule = rule_for(BadgeFactory(), kind, test="", levels=[needed])
    test, heading, level = row.split(",")
    [result] = reader_of(f"Email,Test,{heading}\na@b.example,{test},{level}\n").rows()

    assert bool(fulfilled_rules([rule], result)) == earns


@pytest.mark.django_db
def test_levels_of_real_layouts_do_not_cross_ladders():
    rule = rule_for(BadgeFactory(), Kind.LEVEL, test="", levels=["ESL Level 1"])
    results = results_of("te-long-pre-post-rows.csv")

    earned = {each.email for each in results if fulfilled_rules([rule], each)}

    assert earned == {"ana@school.example"}


@pytest.mark.django_db
def test_one_of_some_levels_is_the_same_level_however_it_is_written():
    rule = rule_for(BadgeFactory(), Kind.LEVELS, test="", levels=["ESL Level 3", "Advanced"])
    words = "Email,Level\na@b.example,ESL 3\nb@b.example,ABE 3\nc@b.example,advanced\n"

    found = [bool(fulfilled_rules([rule], result)) for result in reader_of(words).rows()]

    assert found == [True, False, True]


@pytest.mark.django_db
def test_a_level_without_a_ladder_is_asked_about_and_earns_by_the_answer(client):
    badge = BadgeFactory()
    rule_for(badge, Kind.LEVEL, test="", levels=["ESL Level 3"])
    score_import = checked_import(
        badge,
        "a@b.example,Ana,Reading,2026-03-15,,,Level 4\nb@b.example,Ben,Reading,,,,ABE Level 4\n",
    )
    client.force_login(score_import.made_by)

    before = client.get(score_import.get_absolute_url())
    answer = client.post(
        reverse("awarding:manage_score_again", args=[score_import.public_id]),
        {"ladder": "esl"},
        follow=True,
    )

    assert "Which ladder are these levels on?" in before.text
    assert "is on another ladder than the rule" in before.text
    assert not before.context["can_start"]
    assert answer.context["can_start"]
    [row] = score_import.award_lists.get().rows.all()
    assert row.email == "a@b.example"
    assert AuditEntry.objects.filter(act="scores checked again").count() == 1
    # It can be answered differently until something is awarded.
    client.post(
        reverse("awarding:manage_score_again", args=[score_import.public_id]), {"ladder": "abe"}
    )
    assert not score_import.award_lists.exists()
    assert set(score_import.results.values_list("remark", flat=True)) == {"other_ladder"}


@pytest.mark.django_db
def test_nothing_is_checked_again_once_it_is_awarded(client):
    badge = BadgeFactory()
    rule_for(badge, Kind.LEVEL, test="", levels=["ESL Level 3"])
    score_import = awarded_import(badge, "a@b.example,Ana,Reading,2026-03-15,,,ESL Level 4\n")
    client.force_login(score_import.made_by)

    answer = client.post(
        reverse("awarding:manage_score_again", args=[score_import.public_id]),
        {"ladder": "abe"},
        follow=True,
    )

    assert "Badges of these results are awarded." in answer.text
    assert Assertion.objects.count() == 1
    assert score_import.award_lists.get().rows.count() == 1


@pytest.mark.django_db
def test_results_can_be_checked_again_by_new_rules():
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="300")
    score_import = checked_import(badge, "a@b.example,Ana,Reading,2026-03-15,,228,\n")
    rule_for(badge, Kind.SCORE, test="", value="200")

    scores.check_again(score_import, by=score_import.made_by)
    carry_on_award_lists()

    assert score_import.award_lists.get().rows.get().narrative == "Reading: a score of 228."
    assert score_import.results.get().earns == 1


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["4", "Level 4", "NRS Level 4"])
def test_an_nrs_level_that_is_esl_or_abe_is_asked_about(level):
    badge = BadgeFactory()
    rule_for(badge, Kind.LEVEL, test="", levels=["ESL Level 3"])
    score_import = scores.save_import(
        badge.agency,
        reader=reader_of(f"Email,NRS Level\na@b.example,{level}\n"),
        name="nrs.csv",
        by=coordinator_for(badge),
    )
    assert score_import.results.get().remark == "ladder_unknown"

    scores.check_again(score_import, ladder="esl", by=score_import.made_by)

    assert score_import.results.get().earns == 1
