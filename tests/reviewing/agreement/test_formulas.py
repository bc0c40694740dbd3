"""The formulas against figures that were printed in the papers, and against their own laws."""

import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewing.agreement.formulas import (
    Counts,
    Interval,
    ac1,
    ac1_interval,
    agreement_on_met,
    agreement_on_not_yet,
    count,
    kappa,
    percent_agreement,
    wilson,
)

calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
verdicts = st.booleans()
pairs = st.lists(st.tuples(verdicts, verdicts), max_size=60)
some_pairs = st.lists(st.tuples(verdicts, verdicts), min_size=1, max_size=60)


def table(both_met, only_first, only_second, both_not_yet):
    return (
        [(True, True)] * both_met
        + [(True, False)] * only_first
        + [(False, True)] * only_second
        + [(False, False)] * both_not_yet
    )


class TestPublishedExamples:
    @pytest.mark.parametrize(
        ("successes", "total", "low", "high"),
        [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_wilsons_interval_is_that_of_newcombe_1998_table_1(self, successes, total, low, high):
        assert tuple(round(end, 4) for end in wilson(successes, total)) == (low, high)

    def test_cicchetti_and_feinstein_1990_agree_on_both_sides_where_verdicts_are_balanced(self):
        found = table(40, 9, 6, 45)

        assert round(percent_agreement(count(found)), 2) == 0.85
        assert round(agreement_on_met(count(found)), 2) == 0.84
        assert round(agreement_on_not_yet(count(found)), 2) == 0.86
        assert round(kappa(found), 2) == 0.70

    def test_and_differ_on_one_side_where_they_are_skewed(self):
        """Kappa falls to less than half of it, though the readers agree as often."""
        found = table(80, 10, 5, 5)

        assert round(percent_agreement(count(found)), 2) == 0.85
        assert round(agreement_on_met(count(found)), 2) == 0.91
        assert round(agreement_on_not_yet(count(found)), 2) == 0.40
        assert round(kappa(found), 2) == 0.32

    def test_gwets_ac1_holds_where_kappa_says_that_readers_agree_by_chance(self):
        """His example of 125 cases of which both readers find 118 positive."""
        found = table(118, 5, 2, 0)

        assert round(percent_agreement(count(found)), 3) == 0.944
        assert round(kappa(found), 4) == -0.0234
        assert round(ac1(count(found)), 4) == 0.9408

    def test_kappa_is_that_of_cohen_1960_table_2(self):
        """Two judges, 200 patients, three diagnoses: 70 % agreement, 41 % of it by chance."""
        judged = [(88, 14, 18), (10, 40, 10), (2, 6, 12)]
        found = [
            (row, column)
            for row, numbers in enumerate(judged)
            for column, number in enumerate(numbers)
            for _ in range(number)
        ]

        assert round(kappa(found), 3) == 0.492


class TestLaws:
    @calmly
    @given(pairs)
    def test_all_numbers_stay_within_their_bounds(self, found):
        counts = count(found)

        for value in (
            percent_agreement(counts), agreement_on_met(counts), agreement_on_not_yet(counts),
        ):  # fmt: skip
            assert value is None or 0 <= value <= 1
        for value in (ac1(counts), kappa(found)):
            assert value is None or -1 <= value <= 1

    @calmly
    @given(pairs)
    def test_it_makes_no_difference_who_is_the_first_reader(self, found):
        turned = [(other, one) for one, other in found]

        assert count(turned) == count(found)
        assert kappa(turned) == pytest.approx(kappa(found))

    @calmly
    @given(pairs)
    def test_calling_met_not_yet_changes_only_their_places(self, found):
        counts = count(found)
        renamed = count([(not one, not other) for one, other in found])

        assert percent_agreement(renamed) == percent_agreement(counts)
        assert ac1(renamed) == pytest.approx(ac1(counts))
        assert agreement_on_met(renamed) == agreement_on_not_yet(counts)
        assert kappa([(not one, not other) for one, other in found]) == pytest.approx(kappa(found))

    @calmly
    @given(some_pairs)
    def test_the_share_is_the_mean_of_both_sides_weighed_by_their_verdicts(self, found):
        counts = count(found)
        on_met, on_not_yet = agreement_on_met(counts) or 0, agreement_on_not_yet(counts) or 0
        met = counts.share_met

        assert met * on_met + (1 - met) * on_not_yet == pytest.approx(percent_agreement(counts))

    @calmly
    @given(some_pairs)
    def test_only_full_agreement_is_1(self, found):
        counts = count(found)

        assert (ac1(counts) == 1) == (counts.split == 0) == (percent_agreement(counts) == 1)

    @calmly
    @given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_wilsons_interval_holds_the_share_and_stays_between_0_and_1(self, case):
        low, high = wilson(*case)

        assert 0 <= low <= case[0] / case[1] <= high <= 1
        assert low < high

    @calmly
    @given(st.integers(0, 200), st.integers(0, 200))
    def test_wilsons_limits_are_the_shares_that_the_data_just_do_not_contradict(self, yes, no):
        """So Wilson defines them: the distance is z standard errors of the limit itself."""
        total = yes + no
        if not total:
            assert wilson(yes, total) is None
            return
        for end in wilson(yes, total):
            if 0 < end < 1:
                distance = abs(yes / total - end)
                assert distance == pytest.approx(
                    1.959964 * math.sqrt(end * (1 - end) / total), rel=1e-5
                )

    def test_of_nothing_there_is_nothing_to_say(self):
        nothing = Counts()

        assert [
            percent_agreement(nothing), agreement_on_met(nothing), agreement_on_not_yet(nothing),
            wilson(0, 0), ac1(nothing), kappa([]), ac1_interval([]), ac1_interval([nothing]),
            nothing.share_met,
        ] == [None] * 9  # fmt: skip

    def test_kappa_says_nothing_of_two_readers_who_only_say_met(self):
        assert kappa([(True, True)] * 40) is None


class TestDrawingSubmissionsAgain:
    ONE_EACH = [Counts(met=1)] * 50 + [Counts(not_yet=1)] * 8 + [Counts(split=1)] * 6

    def test_the_same_verdicts_give_the_same_interval_in_any_order_and_on_any_day(self):
        """The digits are written down: an upgrade of Python must not change what was published."""
        found = ac1_interval(self.ONE_EACH)

        assert found == ac1_interval(list(reversed(self.ONE_EACH)))
        assert tuple(round(end, 6) for end in found) == (0.743759, 0.961189)

    def test_it_holds_the_estimate(self):
        low, high = ac1_interval(self.ONE_EACH)

        assert low < ac1(sum(self.ONE_EACH, Counts())) < high

    def test_criteria_of_one_submission_count_as_one_piece_of_evidence(self):
        """Eight verdicts each that go together tell no more than one."""
        apart = ac1_interval(self.ONE_EACH)
        together = ac1_interval(
            [Counts(8 * c.met, 8 * c.not_yet, 8 * c.split) for c in self.ONE_EACH]
        )

        assert together == pytest.approx(apart)

    def test_its_width_is_that_of_the_textbook(self):
        """With balanced verdicts, AC1 is 2p - 1, and p has a known standard error."""
        found = ac1_interval(
            [Counts(met=1)] * 160 + [Counts(not_yet=1)] * 160 + [Counts(split=1)] * 80
        )

        expected = 2 * 2 * 1.96 * math.sqrt(0.8 * 0.2 / 400)
        assert found.high - found.low == pytest.approx(expected, rel=0.1)

    def test_full_agreement_has_no_interval_rather_than_one_without_width(self):
        assert ac1_interval([Counts(met=1)] * 64) is None

    @calmly
    @given(st.lists(st.builds(Counts, *[st.integers(0, 3)] * 3), max_size=12))
    def test_it_stays_within_bounds(self, submissions):
        found = ac1_interval(submissions, draws=50)

        assert found is None or -1 <= found.low <= found.high <= 1

    def test_other_draws_move_it_only_a_little(self):
        found = {ac1_interval(self.ONE_EACH, seed=seed) for seed in range(5)}

        assert len(found) > 1
        for one in found:
            assert one == pytest.approx(ac1_interval(self.ONE_EACH), abs=0.03)

    def test_a_hundred_thousand_submissions_are_no_more_work_than_their_kinds(self):
        many = self.ONE_EACH * 1600
        begun = time.process_time()

        found = ac1_interval(many)

        assert found.high - found.low < 0.01
        assert time.process_time() - begun < 5


def test_pairs_are_counted_by_what_both_said():
    assert count(table(3, 1, 2, 4)) == Counts(met=3, not_yet=4, split=3)
    assert isinstance(wilson(1, 2), Interval)
