"""What many pairs say together, with pairs that come from no database."""

from dataclasses import dataclass

from reviewing.agreement.figures import (
    AgainstConsensus,
    against_consensus,
    figures,
    figures_by,
    readers_together,
)
from reviewing.agreement.formulas import Counts


@dataclass(frozen=True)
class Pair:
    submission: int
    one_met: bool = True
    other_met: bool = True
    one: int = 1
    other: int = 2
    third_met: bool | None = None
    badge: str = "Media Balance"

    @property
    def consensus(self):
        return self.one_met if self.one_met == self.other_met else self.third_met


def pairs(met=0, not_yet=0, split=0, **kwargs):
    verdicts = [(True, True)] * met + [(False, False)] * not_yet + [(True, False)] * split
    return [Pair(number, one, other, **kwargs) for number, (one, other) in enumerate(verdicts)]


def test_figures_count_pairs_and_keep_those_of_a_submission_together():
    found = figures([Pair(1), Pair(1, True, False), Pair(2, False, False)])

    assert found.submissions == (Counts(met=1, split=1), Counts(not_yet=1))
    assert found.pairs == 3
    assert found.agreement == 2 / 3


def test_under_thirty_pairs_are_few():
    assert figures(pairs(met=29)).are_few
    assert not figures(pairs(met=29, split=1)).are_few
    assert figures(pairs(met=20, split=9)).ac1_interval is None


def test_the_interval_of_ac1_is_drawn_once_for_the_same_verdicts(monkeypatch):
    many = pairs(met=41, not_yet=11, split=7)
    first = figures(many).ac1_interval
    monkeypatch.setattr("reviewing.agreement.formulas.ac1_interval", None)

    assert figures(reversed(many)).ac1_interval == first


def test_verdicts_are_skewed_if_nine_in_ten_are_the_same():
    assert figures(pairs(met=90, not_yet=10)).skewed_to == "met"
    assert figures(pairs(met=10, not_yet=90)).skewed_to == "not_yet"
    assert figures(pairs(met=80, not_yet=20)).skewed_to == ""
    assert figures([]).skewed_to == ""


def test_figures_of_each_badge():
    found = figures_by(pairs(met=2) + pairs(split=1, badge="Civic Online"), lambda pair: pair.badge)

    assert {badge: one.counts for badge, one in found.items()} == {
        "Media Balance": Counts(met=2),
        "Civic Online": Counts(split=1),
    }


def test_the_consensus_is_what_both_said_or_else_the_third():
    found = against_consensus(
        [
            Pair(1),
            Pair(2, True, False, third_met=True),
            Pair(3, True, False, third_met=None),  # an optional criterion: nobody settled it
            Pair(4, False, False, other=3),
        ]
    )

    assert found == [
        AgainstConsensus(reviewer=1, verdicts=3, same=3),
        AgainstConsensus(reviewer=2, verdicts=2, same=1),
        AgainstConsensus(reviewer=3, verdicts=1, same=1),
    ]


def test_kappa_is_about_two_people_who_read_thirty_submissions_together():
    often = pairs(met=20, not_yet=8, split=2)
    seldom = pairs(met=29, one=3, other=4)
    long = [Pair(number % 29, one=5, other=6) for number in range(200)]

    [found] = readers_together(often + seldom + long)

    assert (found.one, found.other, found.figures.pairs) == (1, 2, 30)
    assert round(found.kappa, 2) == 0.84
