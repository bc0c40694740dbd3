"""Did the feedback tell earners what to do? Their answers in numbers that show nobody."""

from __future__ import annotations

from dataclasses import dataclass

from reviewing.due_process_querysets import FeedbackAnswerQuerySet
from reviewing.states import Helpfulness

# Answers are shown from so many on, and then so many more at a time: one more answer can't be told.
AT_A_TIME = 5


@dataclass(frozen=True)
class Asked:
    """`of` is 0 as long as there are too few."""

    of: int = 0
    yes: int = 0
    partly: int = 0
    no: int = 0


def in_numbers(answers: FeedbackAnswerQuerySet) -> Asked:
    """The earliest answers, as many as make whole steps."""
    given = list(answers.order_by("pk").values_list("helpful", flat=True))
    shown = given[: len(given) // AT_A_TIME * AT_A_TIME]
    return Asked(
        len(shown),
        shown.count(Helpfulness.YES),
        shown.count(Helpfulness.PARTLY),
        shown.count(Helpfulness.NO),
    )
