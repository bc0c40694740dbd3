"""Rules that need several results, of one upload or of several."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from awarding.models import Condition, ScoreResult, ScoreRule
from awarding.scores import together
from awarding.scores.columns import Result
from issuing.models import Assertion
from tests.awarding.score_imports import Kind, awarded_import, checked_import, rule_for
from tests.factories import BadgeFactory, coordinator_for

LISTENING = Condition("Listening*", Kind.SCORE, Decimal(218))
MATH = Condition("Math*", Kind.SCORE, Decimal(200))
READ = "a@b.example,Ana,Reading 901,2026-03-01,,221,\n"
HEARD = "a@b.example,Ana,Listening 981,2026-05-01,,219,\n"


def rule_of_two(badge, also=(LISTENING,), needed=None):
    return rule_for(badge, Kind.SCORE, test="Reading*", value="220", also=also, needed=needed)


@pytest.mark.django_db
def test_a_rule_is_shown_as_a_sentence():
    both = rule_of_two(BadgeFactory())
    two = rule_of_two(BadgeFactory(), also=[LISTENING, MATH], needed=2)

    assert str(both) == (
        "Reading*: a score of at least 220, and Listening*: a score of at least 218"
    )
    assert str(two).startswith("2 of these: Reading*: a score of at least 220; Listening*")


@pytest.mark.django_db
def test_both_results_earn_the_badge_and_one_alone_does_not(client):
    badge = BadgeFactory()
    rule_of_two(badge)

    score_import = awarded_import(
        badge, READ + HEARD + "b@b.example,Ben,Reading 901,2026-03-01,,230,\n"
    )

    award = Assertion.objects.get()
    assert award.narrative == "Reading 901: a score of 221. Listening 981: a score of 219."
    assert award.earned_on.date().isoformat() == "2026-05-01"
    client.force_login(score_import.made_by)
    text = client.get(score_import.get_absolute_url()).text
    assert "It is one of the results that a rule needs. Another is missing." in text
    assert list(score_import.results.values_list("earns", flat=True)) == [1, 1, 0]


@pytest.mark.django_db
def test_results_of_earlier_uploads_of_the_agency_count():
    badge, other = BadgeFactory(), BadgeFactory()
    rule_of_two(badge)
    awarded_import(other, HEARD)
    awarded_import(badge, READ)
    assert not Assertion.objects.exists()

    awarded_import(badge, HEARD)
    awarded_import(badge, HEARD)

    assert Assertion.objects.count() == 1


@pytest.mark.django_db
def test_people_are_not_mixed_and_bad_results_do_not_count():
    badge = BadgeFactory()
    rule_of_two(badge)

    awarded_import(badge, READ + HEARD.replace("a@b", "b@b") + HEARD.replace("219", "N/A"))

    assert not Assertion.objects.exists()


@pytest.mark.django_db
def test_nobody_is_awarded_for_earlier_results_alone():
    badge = BadgeFactory()
    checked_import(badge, READ + HEARD)
    rule_of_two(badge)

    later = checked_import(badge, "a@b.example,Ana,Science,2026-06-01,,99,\n")

    assert not later.award_lists.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "earns"),
    [(READ + HEARD, True), (READ, False), (READ + READ.replace("901", "902"), False)],
)
def test_two_of_three_tests_are_two_tests(rows, earns):
    badge = BadgeFactory()
    rule_of_two(badge, also=[LISTENING, MATH], needed=2)

    awarded_import(badge, rows)

    assert Assertion.objects.exists() == earns


@pytest.mark.django_db
def test_a_score_and_a_gain_can_be_of_one_test():
    badge = BadgeFactory()
    rule_of_two(badge, also=[Condition("Reading*", Kind.GAIN, Decimal(5))])

    awarded_import(badge, "a@b.example,Ana,Reading,2026-03-01,214,221,\n")

    assert Assertion.objects.get().narrative == (
        "Reading: a score of 221. Reading: 214 to 221, a gain of 7."
    )


SCORES = st.dictionaries(st.sampled_from("ABCD"), st.integers(0, 9), max_size=4)


@given(SCORES, st.integers(1, 4), st.integers(0, 9))
def test_as_many_different_tests_as_needed_must_be_good_enough(scores, needed, at_least):
    conditions = [Condition(test, Kind.SCORE, Decimal(at_least)) for test in "ABCD"]
    first = conditions[0]
    rule = ScoreRule(
        test=first.test, kind=first.kind, at_least=first.at_least, levels=[], needed=needed,
        also=[condition.as_json() for condition in conditions[1:]],
    )  # fmt: skip
    results = [
        together.PersonsResult(
            ScoreResult(pk=number), Result(number, test=test, post_given=str(score)), True
        )
        for number, (test, score) in enumerate(scores.items())
    ]

    chosen = together.fulfilling(rule, results)

    good = {test for test, score in scores.items() if score >= at_least}
    assert len(chosen) == (needed if len(good) >= needed else 0)
    assert {each.result.test for _condition, each in chosen} <= good
    assert len({each.result.test for _condition, each in chosen}) == len(chosen)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("further", "needed", "saved"),
    [
        ({"further-0-test": "Listening*", "further-0-value": "218"}, "", (1, None)),
        (
            {
                "further-0-test": "Listening*", "further-0-value": "218",
                "further-1-test": "Math*", "further-1-value": "80%",
            },
            "2",
            (2, 2),
        ),
        ({}, "2", (0, None)),
        ({"further-0-test": "Listening*", "further-0-value": ""}, "", None),
        ({"further-0-test": "Listening*", "further-0-value": "many"}, "", None),
    ],
)  # fmt: skip
def test_a_coordinator_writes_a_rule_of_several_results(client, further, needed, saved):
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    typed = {"badge_class": badge.pk, "test": "Reading*", "kind": "score", "value": "220"}
    typed |= {f"further-{n}-kind": "score" for n in range(3)} | further | {"needed": needed}

    answer = client.post(reverse("awarding:manage_score_rules"), typed)

    rules = [(len(rule.also), rule.needed) for rule in ScoreRule.objects.all()]
    assert (answer.status_code, rules) == ((302, [saved]) if saved else (422, []))
    if saved and saved[0]:
        page = client.get(reverse("awarding:manage_score_rules")).text
        assert "Listening*: a score of at least 218" in page
