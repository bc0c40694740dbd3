"""Nobody is found in what is published: neither in a number nor by subtracting two of them."""

from datetime import date
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting.periods import Period
from reporting.promises import numbers
from reporting.promises.cases import Answer
from reporting.promises.protection import FEWEST_PEOPLE, Publication, Share

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))


def published(*, of=100, part):
    """The share of a part of submissions, each by another person."""
    publication = Publication({case: case for case in range(of)})
    publication.number(range(of))
    return publication.share(range(part), range(of))


def test_a_share_with_many_people_on_both_sides_is_exact():
    assert published(part=60) == Share(of=100, count=60)
    assert published(part=60).share == 0.6


def test_a_share_with_few_people_on_one_side_is_a_bound_that_hides_how_few():
    assert published(part=91) == Share(of=100, at_least=0.9)
    assert {published(part=part) for part in range(90 + 1, 101)} == {Share(of=100, at_least=0.9)}
    assert {published(part=part) for part in range(10)} == {Share(of=100, at_most=0.1)}


def test_of_few_people_nothing_is_said():
    publication = Publication({case: case for case in range(9)})

    assert publication.number(range(9)) is None
    assert publication.share(range(4), range(9)) is None


def test_many_submissions_of_few_people_are_few():
    publication = Publication({case: case % 9 for case in range(500)})

    assert publication.number(range(500)) is None


def test_a_bound_that_says_next_to_nothing_is_left_out():
    assert published(of=12, part=11) is None
    assert published(of=12, part=6) is None


def test_a_number_that_differs_from_a_larger_one_by_few_people_is_left_out():
    publication = Publication({case: case for case in range(100)})
    publication.number(range(100))
    publication.number(range(50))

    assert publication.number(range(45)) is None
    assert publication.number(range(95)) is None
    assert publication.number(range(60)) == 60
    assert publication.number(range(50)) == 50


def _answer(number, drawn):
    person, days, returned, approved = drawn % 26, drawn // 26 % 13, drawn // 338 % 2, drawn // 676
    return Answer(number, person, days, 5, bool(returned), bool(approved))


# A program in a quarter: each number is one submission, of one of 26 people.
answers = st.lists(st.integers(0, 1351), max_size=90).map(
    lambda found: [_answer(number, drawn) for number, drawn in enumerate(found)]
)
slowly = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)


def groups_behind(document, answers):
    """The people and submissions that each exact number is about, read from the document alone."""
    meaning = {
        "on_time": (lambda a: True, lambda a: a.days <= a.promised),
        "returned": (lambda a: True, lambda a: a.returned),
        "approved_later": (lambda a: a.returned, lambda a: a.approved),
    }
    found = [set(answers)]
    assert document["count"] == len(answers)
    for name, (whole, part) in meaning.items():
        share = document[name]
        if share is None:
            continue
        base = {a for a in answers if whole(a)}
        inside = {a for a in base if part(a)}
        assert share["of"] == len(base)
        found.append(base)
        if share["count"] is not None:
            assert share["count"] == len(inside)
            # The rest is published, too: anyone can subtract.
            found += [inside, base - inside]
        exact = len(inside) / len(base)
        assert share["at_least"] is None or share["at_least"] <= exact
        assert share["at_most"] is None or share["at_most"] >= exact
    return found


@slowly
@given(answers)
def test_no_published_numbers_differ_by_fewer_than_ten_people(answers):
    document = numbers.first_answers(answers, QUARTER)
    if document is None:
        assert len({answer.person for answer in answers}) < FEWEST_PEOPLE
        return

    groups = groups_behind(document, answers)

    for group in groups:
        assert len({answer.person for answer in group}) >= FEWEST_PEOPLE
    for one, other in combinations(groups, 2):
        smaller, larger = sorted([one, other], key=len)
        if smaller < larger:
            assert len({answer.person for answer in larger - smaller}) >= FEWEST_PEOPLE


@slowly
@given(st.integers(20, 300), st.integers(0, 9), st.integers(0, 9))
def test_what_is_said_does_not_depend_on_how_few_they_are(of, few, others_few):
    assert published(of=of, part=of - few) == published(of=of, part=of - others_few)
    assert published(of=of, part=few) == published(of=of, part=others_few)


@slowly
@given(
    st.lists(st.integers(0, 25), min_size=1, max_size=60),
    st.lists(st.integers(0, 2**60), max_size=6),
)
def test_whatever_is_published_in_whatever_order_leaves_no_small_group(owners, parts):
    publication = Publication(dict(enumerate(owners)))
    everything = set(range(len(owners)))
    publication.number(everything)

    for drawn in parts:
        part = {case for case in everything if drawn >> case & 1}
        publication.share(part, everything)
        publication.number(part)

    for one, other in combinations(publication.sets, 2):
        smaller, larger = sorted([one, other], key=len)
        if smaller < larger:
            assert len({owners[case] for case in larger - smaller}) >= FEWEST_PEOPLE
