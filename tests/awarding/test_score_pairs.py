"""Tables with a row for each test: pre-test and post-test are paired, and the gain is seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from awarding.models import AwardListRow, ScoreImport
from awarding.scores.columns import Result
from awarding.scores.pairing import moment_of, name_without_form, paired
from tests.awarding.cases import case, results_of
from tests.awarding.score_imports import Kind, reader_of, rule_for
from tests.factories import BadgeFactory, coordinator_for

HEAD = "Email,Test,Test Date,Pre/Post,Score,Level\n"


def read(rows, head=HEAD):
    return list(reader_of(head + rows).rows())


def told(result):
    return result.pre_line, result.line, result.pre_given, result.post_given, result.remark


def test_rows_of_a_real_layout_are_paired():
    ana, ben = results_of("te-long-pre-post-rows.csv")

    assert told(ana) == (2, 3, "204", "214", "")
    assert (ana.email, ana.level, ana.test_name) == (
        "ana@school.example",
        "ESL Level 4",
        "CASAS Reading GOALS 902",
    )
    assert told(ben) == (None, 4, "204*", "", "pre_only")


@pytest.mark.django_db
def test_the_gain_is_seen_with_both_lines_and_a_pre_test_alone_earns_nothing(client):
    badge = BadgeFactory()
    others = [BadgeFactory(issuer=badge.issuer) for _ in range(3)]
    rule_for(badge, Kind.GAIN, test="CASAS Reading*", value="10")
    rule_for(others[0], Kind.SCORE, test="", value="200")
    rule_for(others[1], Kind.LEVEL, test="", levels=["ESL Level 3"])
    rule_for(others[2], Kind.LEVELS, test="", levels=["ABE Level 2"])
    client.force_login(coordinator_for(badge))
    file = SimpleUploadedFile("te.csv", case("te-long-pre-post-rows.csv"))

    page = client.post(
        reverse("awarding:manage_score_new"), {"agency": badge.agency.pk, "file": file}, follow=True
    )

    assert "CASAS Reading GOALS 902: 204 to 214, a gain of 10." in page.text
    assert ">2, 3</th>" in page.text
    assert "This is a pre-test. It earns nothing until there is a post-test after it." in page.text
    assert set(AwardListRow.objects.values_list("email", flat=True)) == {"ana@school.example"}
    assert AwardListRow.objects.count() == 3
    score_import = ScoreImport.objects.get()
    answer = client.get(reverse("awarding:manage_score_result", args=[score_import.public_id]))
    lines = answer.getvalue().decode()
    assert '"2, 3"' in lines
    assert "This is a pre-test." in lines


@pytest.mark.parametrize(
    "heading", ["Pre/Post", "Test type", "Pre o post", "Pre or Post", "PrePost"]
)
@pytest.mark.parametrize(
    ("pre", "post"),
    [
        ("Pre", "Post"),
        ("PRETEST", "posttest"),
        ("Pre-test 1", "Post-Test 2"),
        ("Inicial", "Final"),
        ("antes", "después"),
    ],
)
def test_headings_and_words_for_the_two_tests_are_known(heading, pre, post):
    head = f"Email,Test,{heading},Score\n"

    [result] = read(f"a@b.example,Reading,{pre},200\na@b.example,Reading,{post},210\n", head)

    assert told(result) == (2, 3, "200", "210", "")


@pytest.mark.parametrize("words", ["Practice", "Previous", "Present", "Paper", "12"])
def test_other_words_are_not_taken_for_a_test_of_the_two(words):
    assert moment_of(words) == "?"


def test_a_type_of_test_that_says_something_else_is_not_used():
    head = "Email,Test,Test type,Score\n"

    [result] = read("a@b.example,Reading,Paper,200\n", head)

    assert (result.post_given, result.problem) == ("200", "")


def test_a_row_that_says_neither_is_a_problem_of_that_row_alone():
    results = read(
        "a@b.example,R,,Pre,200,\na@b.example,R,,Practice,240,\na@b.example,R,,Post,210,\n"
    )

    assert [(each.line, each.problem) for each in results] == [(3, "moment_unknown"), (4, "")]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("CASAS Reading GOALS 901", "CASAS Reading GOALS 902", True),
        ("CASAS Reading GOALS 901R", "CASAS reading goals 902R", True),
        ("TABE 11 Reading", "TABE 12 Reading", True),
        ("BEST Plus Form D", "BEST Plus Form E", True),
        ("901R", "902R", True),
        ("901R", "901M", False),
        ("CASAS Reading GOALS 901", "CASAS Listening 981", False),
        ("Algebra 1", "Algebra 2", False),
    ],
)
def test_forms_of_one_test_are_one_test(first, second, same):
    names = [name_without_form(Result(1, test=name)) for name in (first, second)]

    assert (names[0] == names[1]) == same


def test_the_first_pre_test_and_the_last_post_test_count():
    results = read(
        "a@b.example,Reading 903,2026-05-01,Post,220,\n"
        "a@b.example,Reading 901,2025-09-10,Pre,204,\n"
        "a@b.example,Reading 904,2025-12-01,Post,210,\n"
        "a@b.example,Reading 902,2025-10-10,Pre,208,\n"
    )

    assert [told(each) for each in results] == [
        (3, 2, "204", "220", ""),
        (None, 4, "", "210", "superseded"),
        (None, 5, "208", "", "superseded"),
    ]


def test_a_pre_test_after_the_post_test_is_of_the_next_year():
    results = read("a@b.example,R,2025-09-10,Pre,204,\na@b.example,R,2025-03-01,Post,220,\n")

    assert [told(each) for each in results] == [
        (None, 2, "204", "", "pre_only"),
        (None, 3, "", "220", ""),
    ]


def test_people_and_tests_are_not_mixed():
    results = read(
        "a@b.example,Reading,,Pre,204,\nb@b.example,Reading,,Post,220,\n"
        "a@b.example,Math,,Post,230,\n"
    )

    assert [each.pre_line for each in results] == [None, None, None]


def test_a_post_test_without_a_result_leaves_the_pre_test_alone():
    results = read("a@b.example,R,,Pre,204,\na@b.example,R,,Post,N/A,\n")

    assert [each.remark for each in results] == ["pre_only", "no_result"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.sampled_from(["pre", "post", ""]),
            st.integers(0, 400),
            st.none() | st.integers(0, 60),
        ),
        max_size=12,
    )
)
def test_every_row_is_accounted_for_and_a_pair_runs_forward_in_time(rows):
    start = date(2026, 1, 1)
    results = [
        Result(
            line,
            email=f"{person}@b.example",
            test="Reading",
            earned_on=None if days is None else start + timedelta(days),
            moment=moment,
            **{"pre_given" if moment == "pre" else "post_given": str(score)},
        )
        for line, (person, moment, score, days) in enumerate(rows, start=2)
    ]
    by_line = {result.line: result for result in results}

    found = list(paired(results))

    lines = [line for each in found for line in (each.pre_line, each.line) if line]
    assert sorted(lines) == sorted(by_line)
    counting = [each for each in found if each.moment == "post" and not each.remark]
    assert len({each.email for each in counting}) == len(counting)
    for each in found:
        if each.pre_line:
            pre, post = by_line[each.pre_line], by_line[each.line]
            assert (pre.moment, post.moment, pre.email) == ("pre", "post", post.email)
            assert not (pre.earned_on and post.earned_on and pre.earned_on > post.earned_on)
        elif each.moment == "pre":
            assert each.remark
