"""When the steps of stories happen: at likely times, in chronological order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from random import Random

from django.utils import timezone


class Schedule:
    """Scheduled actions, which run in chronological order."""

    def __init__(self) -> None:
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()

    def at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        # In UTC, so that the order is right when the clock changes.
        heappush(self._agenda, (when.astimezone(UTC), next(self._order), act))

    def run(self, *, until: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= until:
            when, _, act = heappop(self._agenda)
            act(when)


class Step(StrEnum):
    BEGIN = "begin"
    SEND = "send"
    CLAIM = "claim"
    RELEASE = "release"
    RETURN = "return"
    APPROVE = "approve"
    DECLINE = "decline"
    ASK_TO_DECLINE = "ask_to_decline"  # nobody has confirmed it yet
    WITHDRAW = "withdraw"


# Minimum and maximum days before a step.
PAUSES: dict[Step, tuple[float, float]] = {
    Step.BEGIN: (0, 0),
    Step.SEND: (3, 15),
    Step.CLAIM: (0.5, 4.5),
    Step.RELEASE: (0.5, 1.5),
    Step.RETURN: (0.1, 2.5),
    Step.APPROVE: (0.1, 2.5),
    Step.DECLINE: (0.5, 2),
    Step.ASK_TO_DECLINE: (0, 0.5),
    Step.WITHDRAW: (2, 6),
}
REVIEWER_STEPS = set(Step) - {Step.BEGIN, Step.SEND, Step.WITHDRAW}


@dataclass
class Calendar:
    closed: dict[date, str]
    rng: Random

    def moment(self, day: date, step: Step) -> datetime:
        """A likely time of that day. Reviewers only work on working days, earners also evenings."""
        if step in REVIEWER_STEPS:
            while day.weekday() >= 5 or day in self.closed:
                day -= timedelta(days=1)
            hour = self.rng.triangular(7.5, 16.8, 10)
        else:
            hour = self.rng.triangular(6.5, 22.3, 17)
        at = timedelta(hours=hour, seconds=self.rng.randint(0, 59))
        midnight = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
        return midnight + at

    def spread(
        self, steps: Sequence[Step], *, first: date | None = None, last: date | None = None
    ) -> list[datetime]:
        """The times of the steps, with the first or the last one on the given day."""
        days, passed = [0.0], 0.0
        for step in steps[1:]:
            passed += self.rng.uniform(*PAUSES[step])
            days.append(passed)
        start = first or last - timedelta(days=round(passed))
        moments: list[datetime] = []
        for step, day in zip(steps, days, strict=True):
            moment = self.moment(start + timedelta(days=round(day)), step)
            if moments and moment <= moments[-1]:
                moment = moments[-1] + timedelta(minutes=self.rng.randint(12, 55))
            moments.append(moment)
        return moments
