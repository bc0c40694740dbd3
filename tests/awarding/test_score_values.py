"""Scores are read as testing systems and forms write them, and the page says how they count."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from awarding.models import ScoreImport
from awarding.scores.rules import fulfilled_rules
from awarding.scores.values import is_absent, is_percent_heading, parse_score
from issuing.models import Assertion
from tests.awarding.cases import results_of
from tests.awarding.score_imports import (
    HEAD,
    Kind,
    awarded_import,
    checked_import,
    reader_of,
    rule_for,
)
from tests.factories import BadgeFactory, coordinator_for

WHOLE = st.integers(min_value=0, max_value=9999)


@pytest.mark.parametrize(
    ("words", "points", "percent"),
    [
        ("228", "228", None),
        ("219.5", "219.5", None),
        ("219,5", "219.5", None),
        ("1,219", "1219", None),
        ("204*", "204", None),
        ("204 †", "204", None),
        ("204 (est.)", "204", None),
        ("204E", "204", None),
        ("204 O/R", "204", None),
        ("85%", "85", "85"),
        ("85 %", "85", "85"),
        ("85.5 percent", "85.5", "85.5"),
        ("8 / 10", "8", "80"),
        ("8/10", "8", "80"),
        ("8 of 10", "8", "80"),
        ("8 out of 10", "8", "80"),
        ("8 de 10", "8", "80"),
        ("8/10 (80%)", "8", "80"),
        ("80% (8/10)", "8", "80"),
        ("228 pts", "228", None),
    ],
)
def test_a_score_is_read_in_points_and_in_percent(words, points, percent):
    score = parse_score(words)

    assert (score.points, score.percent) == (Decimal(points), percent and Decimal(percent))


@pytest.mark.parametrize(
    "words", ["", "22B", "soon", "8/0", "8/10 (10%)", "204 2", "1/2/3", "0.85 ?%"]
)
def test_what_is_no_score_is_not_guessed(words):
    assert parse_score(words) is None


@given(WHOLE, WHOLE.filter(bool))
def test_points_of_the_most_are_the_same_in_every_spelling(points, most):
    spellings = [f"{points}/{most}", f"{points} / {most}", f"{points} of {most}"]

    [score] = {parse_score(words) for words in spellings}

    assert (score.points, score.percent) == (points, Decimal(points) * 100 / most)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_score(words):
    score = parse_score(words)

    assert score is None or score.points.is_finite()


@pytest.mark.parametrize("words", ["N/A", "n.a.", "-", "—", "Absent", "no show", "Ausente", "#N/A"])
def test_words_for_no_result_are_known(words):
    assert is_absent(words)
    assert parse_score(words) is None


@pytest.mark.parametrize("words", ["", "0", "228", "absolute", "A1"])
def test_a_result_is_not_taken_for_none(words):
    assert not is_absent(words)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Percent", True),
        ("Score %", True),
        ("% Correct", True),
        ("Porcentaje", True),
        ("TestPercentile", False),
        ("Score", False),
    ],
)
def test_a_heading_of_percents_is_recognized(heading, expected):
    assert is_percent_heading(heading) == expected


@pytest.mark.parametrize(
    ("cells", "percents"),
    [
        (["0.85", "1"], ["85", "100"]),
        (["0.85", "85%"], ["85", "85"]),
        (["85", "7.5"], ["85", "7.5"]),
        (["85", "1"], ["85", "1"]),
        (["0"], ["0"]),
        # It is 85% or less than 1%, and we don't guess.
        (["0.85", "90"], [None, "90"]),
    ],
)
@pytest.mark.parametrize("heading", ["Percent correct", "Score (%)", "Porcentaje"])
def test_numbers_under_a_heading_of_percents_are_percents(heading, cells, percents):
    rows = "".join(f"p{n}@b.example,{cell}\n" for n, cell in enumerate(cells))

    found = list(reader_of(f"Email,{heading}\n{rows}").rows())

    expected = [percent and Decimal(percent) for percent in percents]
    assert [result.post and result.post.percent for result in found] == expected
    assert [bool(result.problem) for result in found] == [not percent for percent in percents]


def test_points_and_the_most_or_the_percent_in_two_columns_are_one_score():
    [most] = reader_of("Email,Score,Max score\na@b.example,8,10\n").rows()
    [percent] = reader_of("Email,Score,Percent\na@b.example,8,80\n").rows()

    for result in (most, percent):
        assert (result.post.points, result.post.percent) == (8, 80)


def test_a_scale_score_counts_before_other_scores():
    [result] = reader_of("Email,Score,Raw Score,Scale Score\na@b.example,18,17,214\n").rows()

    assert result.post_given == "214"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("percent-scores.csv", [("Digital", "85%", ""), ("Digital", "N/A", "no_result")]),
        ("google-quiz.csv", [("", "8 / 10", "")]),
        ("nwea-map.csv", [("Growth: Reading 6+", "225", "")]),
        ("elpac-caret.csv", [("ELPAC", "1512", "")]),
    ],
)
def test_real_layouts_are_read(name, expected):
    results = results_of(name)

    assert [(each.test, each.post_given, each.remark) for each in results] == expected
    assert {each.problem for each in results} == {""}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "in_percent", "given", "narrative"),
    [
        ("80", True, "8 / 10", "Quiz: a score of 80% (8 / 10)."),
        ("8", False, "8 / 10", "Quiz: a score of 8 points (8 / 10)."),
        ("1", False, "1 / 10", "Quiz: a score of 1 point (1 / 10)."),
        ("80", False, "8 / 10", None),
        ("81", True, "8 / 10", None),
        ("80", True, "85%", "Quiz: a score of 85%."),
        ("80", False, "85%", "Quiz: a score of 85%."),
        ("80", True, "85", None),
        ("200", False, "204*", "Quiz: a score of 204*."),
        ("200", False, ">204", "Quiz: a score of >204."),
        ("200", False, "<204", None),
        ("66.67", True, "2/3", None),
        ("66.66", True, "2/3", "Quiz: a score of 66.66% (2/3)."),
    ],
)
def test_a_rule_counts_in_points_or_in_percent(value, in_percent, given, narrative):
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value=value, in_percent=in_percent)

    awarded_import(badge, f"rosa@school.example,Rosa,Quiz,2026-03-15,,{given},\n")

    assert list(Assertion.objects.values_list("narrative", flat=True)) == (
        [narrative] if narrative else []
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pre", "post", "earns"),
    [("<200", "206", True), (">200", "206", False), ("200", "<206", False)],
)
def test_only_a_gain_that_is_certain_counts(pre, post, earns):
    rule = rule_for(BadgeFactory(), Kind.GAIN, test="", value="5")
    [result] = reader_of(f"{HEAD}a@b.example,,Quiz,,{pre},{post},\n").rows()

    assert bool(fulfilled_rules([rule], result)) == earns


@pytest.mark.django_db
def test_no_result_in_words_is_no_fault_of_the_file(client):
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="80", in_percent=True)
    client.force_login(coordinator_for(badge))
    file = SimpleUploadedFile(
        "p.csv", b"Email,Score\na@b.example,85%\nb@b.example,N/A\nc@b.example,7"
    )

    answer = client.post(
        reverse("awarding:manage_score_new"), {"agency": badge.agency.pk, "file": file}, follow=True
    )

    assert answer.context["problems_count"] == 0
    assert "The file says that there is no result." in answer.text
    assert "the score does not say out of how many" in answer.text
    found = dict(ScoreImport.objects.get().results.values_list("line", "remark"))
    assert found == {2: "", 3: "no_result", 4: "not_in_percent"}


@pytest.mark.django_db
def test_a_mark_is_kept_and_shown(client):
    badge = BadgeFactory()
    rule_for(badge, Kind.SCORE, test="", value="300")
    score_import = checked_import(badge, "a@b.example,Ana,Reading,2026-03-15,,204*,\n")
    client.force_login(score_import.made_by)

    assert "204*" in client.get(score_import.get_absolute_url()).text
