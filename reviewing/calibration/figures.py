"""How often reviewers gave the agreed verdicts about anchors: the first answers of qualifications.

Practice is left out: there, people try what a criterion means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import BadgeClass
from reviewing.agreement import formulas, words
from reviewing.agreement.figures import FEWEST_PAIRS
from reviewing.models import AnchorAnswer
from reviewing.states import AnchorUse
from submissions.querysets import accounts_of


class Answered(NamedTuple):
    person: int  # key of the person, who may have several accounts
    criterion: str  # its thread: the same in all versions of the badge
    is_as_agreed: bool
    answered_at: datetime


@dataclass(frozen=True)
class AgainstAnchors:
    """Of a person, a criterion or a quarter. Under FEWEST_PAIRS it says too little."""

    name: str
    verdicts: int
    as_agreed: int

    @property
    def are_few(self) -> bool:
        return self.verdicts < FEWEST_PAIRS

    @property
    def share(self) -> str:
        return words.share(self.as_agreed / self.verdicts if self.verdicts else None)

    @property
    def interval(self) -> str:
        return words.share_interval(formulas.wilson(self.as_agreed, self.verdicts))

    @property
    def sentence(self) -> str:
        number = {"verdicts": number_format(self.verdicts, force_grouping=True)}
        if self.are_few:
            return _("Too few verdicts to say how often they are as agreed, n = %(verdicts)s.") % (
                number
            )
        often = words.how_often(self.as_agreed / self.verdicts)
        said = _("Verdicts were as agreed %(often)s, n = %(verdicts)s.")
        return said % {"often": often, **number}


def answers_about(badge_class: BadgeClass, *, of: User | None = None) -> list[Answered]:
    """All first answers, or those of one person."""
    found = _first_answers().filter(reading__qualification__badge_class=badge_class)
    if of is not None:
        found = found.filter(reading__reviewer__in=accounts_of(of))
    return _answered(found)


def answers_of(user: User) -> list[Answered]:
    """The first answers of this person, about all badges."""
    return _answered(_first_answers().filter(reading__reviewer__in=accounts_of(user)))


def _first_answers() -> QuerySet[AnchorAnswer]:
    return AnchorAnswer.objects.filter(
        reading__use=AnchorUse.QUALIFICATION, reading__answered_at__isnull=False
    )


def _answered(found: QuerySet[AnchorAnswer]) -> list[Answered]:
    rows = found.order_by("reading__answered_at", "pk").values_list(
        "reading__reviewer__person_key", "criterion__thread", "verdict", "agreed",
        "reading__answered_at",
    )  # fmt: skip
    return [
        Answered(person, str(thread), verdict == agreed, at)
        for person, thread, verdict, agreed, at in rows
    ]


def overall(answers: Iterable[Answered]) -> AgainstAnchors:
    found = list(answers)
    return AgainstAnchors("", len(found), sum(one.is_as_agreed for one in found))


def by_person(answers: Iterable[Answered]) -> list[AgainstAnchors]:
    """Most verdicts first."""
    counted = _counted(answers, lambda one: one.person)
    names = User.objects.in_bulk([key for key in counted if isinstance(key, int)])
    rows = [AgainstAnchors(str(names[key]), *numbers) for key, numbers in counted.items()]
    return sorted(rows, key=lambda row: (-row.verdicts, row.name.casefold()))


def by_criterion(answers: Iterable[Answered], badge_class: BadgeClass) -> list[AgainstAnchors]:
    """In the order of the badge. Criteria that it no longer has are left out."""
    counted = _counted(answers, lambda one: one.criterion)
    return [
        AgainstAnchors(criterion.name, *counted[str(criterion.thread)])
        for criterion in badge_class.published_version.criteria.all()
        if str(criterion.thread) in counted
    ]


def by_quarter(answers: Iterable[Answered]) -> list[AgainstAnchors]:
    """Oldest first, so that a drift is read from top to bottom."""
    counted = _counted(answers, lambda one: _first_day(one.answered_at))
    return [
        AgainstAnchors(
            _("From %(month)s") % {"month": date_format(first, "YEAR_MONTH_FORMAT")},
            *counted[first],
        )
        for first in sorted(counted, key=str)
    ]


def figures_of_reviewer(badge_class: BadgeClass, user: User) -> dict[str, object]:
    answers = answers_about(badge_class, of=user)
    return _figures(answers, badge_class)


def figures_of_badge(badge_class: BadgeClass) -> dict[str, object]:
    """With names of reviewers: for coordinators."""
    answers = answers_about(badge_class)
    return {**_figures(answers, badge_class), "by_person": by_person(answers)}


def _figures(answers: list[Answered], badge_class: BadgeClass) -> dict[str, object]:
    return {
        "overall": overall(answers),
        "by_criterion": by_criterion(answers, badge_class),
        "by_quarter": by_quarter(answers),
    }


def _counted(
    answers: Iterable[Answered], key: Callable[[Answered], Hashable]
) -> dict[Hashable, tuple[int, int]]:
    total, right = Counter[Hashable](), Counter[Hashable]()
    for one in answers:
        total[key(one)] += 1
        right[key(one)] += one.is_as_agreed
    return {value: (number, right[value]) for value, number in total.items()}


def _first_day(moment: datetime) -> date:
    """Of the quarter."""
    day = timezone.localdate(moment)
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
