"""The rule by which two readers agree, without a database."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Criterion, RubricLevel
from reviewing.judging import Judgment
from reviewing.schemes.agreement import agree, differing

REQUIRED = [Criterion(pk=1, name="Plan", required=True), Criterion(pk=2, name="Teach")]
OPTIONAL = [Criterion(pk=3, name="Share", required=False)]
CRITERIA = REQUIRED + OPTIONAL
LEVELS = [RubricLevel(pk=pk, position=pk) for pk in range(4)]

a_judgment = st.builds(
    Judgment,
    verdict=st.sampled_from(["met", "not_yet"]),
    level=st.one_of(st.none(), st.sampled_from(LEVELS)),
)
judgments = st.fixed_dictionaries(dict.fromkeys(CRITERIA, a_judgment))
outcomes = st.sampled_from(["approve", "return", "decline"])


def met(level=None):
    return Judgment("met", level=level)


@given(judgments, judgments)
def test_it_does_not_matter_who_is_first(first, second):
    assert differing(CRITERIA, first, second) == differing(CRITERIA, second, first)


@given(judgments)
def test_the_same_judgments_agree(judged):
    assert differing(CRITERIA, judged, judged) == []


@given(judgments, a_judgment)
def test_optional_criteria_may_differ(judged, other):
    assert differing(CRITERIA, judged, {**judged, OPTIONAL[0]: other}) == []


@given(judgments, st.sampled_from(REQUIRED))
def test_one_required_criterion_that_differs_is_enough(judged, criterion):
    verdict = {"met": "not_yet", "not_yet": "met"}[judged[criterion].verdict]

    assert differing(CRITERIA, judged, {**judged, criterion: Judgment(verdict)}) == [criterion]


@given(st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_levels_may_be_neighbors_and_no_further_apart(one, other):
    found = differing(REQUIRED[:1], {REQUIRED[0]: met(one)}, {REQUIRED[0]: met(other)})

    assert (found == []) == (abs(one.position - other.position) <= 1)


def test_a_level_that_one_of_them_left_open_is_no_difference():
    assert not differing(REQUIRED[:1], {REQUIRED[0]: met(LEVELS[3])}, {REQUIRED[0]: met()})


@given(judgments, judgments, outcomes, outcomes)
def test_two_declines_agree_and_a_single_one_never_does(first, second, one, other):
    found = agree(CRITERIA, (one, first), (other, second))

    if "decline" in (one, other):
        assert found == (one == other)
    else:
        assert found == (differing(CRITERIA, first, second) == [])
