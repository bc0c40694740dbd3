"""What people did: submissions as stories, told in the order of time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from catalog.models import BadgeClass, BadgeVersion, Criterion, RubricLevel
from demo.content import Content, Row
from demo.story_by_operations import Operations, Record
from demo.story_in_bulk import Ledger
from reviewing.judging import Decision, Judgment, Verdict
from submissions.states import Status

UNTIL_THE_WORKER_COMES = timedelta(seconds=8)


class Stage:
    """Holds what is going to happen and lets it happen in the order of time."""

    def __init__(self) -> None:
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()

    def at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        # In UTC, where an hour later is an hour later, also in the night when the clock changes.
        heappush(self._agenda, (when.astimezone(UTC), next(self._order), act))

    def play(self, *, until: datetime) -> None:
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
    WITHDRAW = "withdraw"


# How many days people let pass before a step.
PAUSES: dict[Step, tuple[float, float]] = {
    Step.BEGIN: (0, 0),
    Step.SEND: (3, 15),
    Step.CLAIM: (0.5, 4.5),
    Step.RELEASE: (0.5, 1.5),
    Step.RETURN: (0.1, 2.5),
    Step.APPROVE: (0.1, 2.5),
    Step.DECLINE: (0.5, 2),
    Step.WITHDRAW: (2, 6),
}
OF_REVIEWERS = {Step.CLAIM, Step.RELEASE, Step.RETURN, Step.APPROVE, Step.DECLINE}


@dataclass
class Calendar:
    closed: dict[date, str]
    chance: Random

    def moment(self, day: date, step: Step) -> datetime:
        """A likely time of that day; reviewers work on working days, earners after dinner too."""
        if step in OF_REVIEWERS:
            while day.weekday() >= 5 or day in self.closed:
                day -= timedelta(days=1)
            hour = self.chance.triangular(7.5, 16.8, 10)
        else:
            hour = self.chance.triangular(6.5, 22.3, 17)
        at = timedelta(hours=hour, seconds=self.chance.randint(0, 59))
        midnight = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
        return midnight + at

    def spread(
        self, steps: Sequence[Step], *, first: date | None = None, last: date | None = None
    ) -> list[datetime]:
        """When each step happens, if the first, or the last, happens on the given day."""
        days, passed = [0.0], 0.0
        for step in steps[1:]:
            passed += self.chance.uniform(*PAUSES[step])
            days.append(passed)
        start = first or last - timedelta(days=round(passed))
        moments: list[datetime] = []
        for step, day in zip(steps, days, strict=True):
            moment = self.moment(start + timedelta(days=round(day)), step)
            if moments and moment <= moments[-1]:
                moment = moments[-1] + timedelta(minutes=self.chance.randint(12, 55))
            moments.append(moment)
        return moments


@dataclass(frozen=True)
class Person:
    user: User
    row: Row

    @property
    def school(self) -> str:
        return self.row.get("school", "")

    @property
    def languages(self) -> list[str]:
        return self.row.get("languages", ["en"])

    @property
    def interests(self) -> list[str]:
        return self.row.get("interests", [])


@dataclass
class Story:
    """One person and one badge, from the first draft as far as the time allows."""

    teller: Teller
    earner: Person
    badge: Row
    steps: Sequence[Step]
    reviewer: Person | None = None
    spared: Person | None = None  # has enough to read already
    # How many criteria the draft answers; None is all of them.
    answers: int | None = None
    shares: bool | None = None
    hold: bool = False
    revoke: bool = False
    record: Record = field(init=False)
    used: set[tuple[int, int]] = field(init=False, default_factory=set)

    @property
    def chance(self) -> Random:
        return self.teller.chance

    @property
    def hand(self) -> Operations | Ledger:
        return self.teller.hand

    @property
    def language(self) -> str:
        return self.badge.get("language", "en")

    def put_on(self, moments: Sequence[datetime]) -> None:
        for step, moment in zip(self.steps, moments, strict=True):
            act = getattr(self, step.value if step != Step.RETURN else "send_back")
            self.teller.stage.at(moment, act)

    def begin(self, now: datetime) -> None:
        badge_class = self.teller.badges[self.badge["slug"]]
        self.record = self.hand.start(badge_class, by=self.earner.user, now=now)
        for criterion in self.criteria[: self.answers]:
            now += timedelta(minutes=self.chance.randint(2, 40))
            if criterion.required or self.chance.random() < 0.7:
                self._show(criterion, now=now)

    def send(self, now: datetime) -> None:
        if self.record.submission.status == Status.RETURNED:
            self._mend(now=now - timedelta(minutes=self.chance.randint(5, 50)))
        self.hand.send(self.record, now=now)

    def claim(self, now: datetime) -> None:
        reviewer = self.reviewer or self.teller.reviewer_for(self)
        self.hand.claim(self.record, by=reviewer.user, now=now)
        if self.chance.random() < 0.8:
            self.reviewer = reviewer  # mostly the same person reads the next attempt

    def release(self, now: datetime) -> None:
        self.hand.release(self.record, now=now)
        self.reviewer = None

    def approve(self, now: datetime) -> None:
        self._decide(Decision.APPROVE, {}, summary="overall_approved", now=now)
        due_at = self.record.assertion.due_at
        self.teller.stage.at(due_at + UNTIL_THE_WORKER_COMES, self.issue)
        if self.hold:
            self.teller.stage.at(now + timedelta(hours=3), self.put_on_hold)

    def send_back(self, now: datetime) -> None:
        self._decide(Decision.RETURN, self._not_yet(), summary="overall_returned", now=now)

    def decline(self, now: datetime) -> None:
        self._decide(Decision.DECLINE, {}, summary="overall_declined", now=now)

    def withdraw(self, now: datetime) -> None:
        self.hand.withdraw(self.record, now=now)

    def issue(self, now: datetime) -> None:
        self.hand.issue(self.record, now=now)
        if self.hold:
            return
        if self.revoke:
            later = now + timedelta(days=self.chance.randint(9, 21))
            self.teller.stage.at(later, self.take_back)
        elif self.shares if self.shares is not None else self.chance.random() < 0.5:
            self.teller.stage.at(now + timedelta(hours=self.chance.randint(1, 90)), self.share)

    def put_on_hold(self, now: datetime) -> None:
        reason = self.chance.choice(self.teller.feedback["held"]["en"])
        self.hand.hold(self.record, by=self.teller.coordinator, reason=reason, now=now)

    def take_back(self, now: datetime) -> None:
        reason = self.teller.next_revocation_reason()
        self.hand.revoke(self.record, by=self.teller.coordinator, reason=reason, now=now)

    def share(self, now: datetime) -> None:
        """The name, and up to two pieces of evidence."""
        items = self.record.items
        shared = self.chance.sample(items, k=min(len(items), self.chance.choice((0, 1, 1, 2))))
        self.hand.share(self.record, shared, now=now)

    @property
    def criteria(self) -> list[Criterion]:
        return self.teller.criteria_of(self.record.version)

    @property
    def open_criteria(self) -> list[Criterion]:
        return [criterion for criterion in self.criteria if criterion.pk not in self.record.met]

    # Evidence

    def _show(self, criterion: Criterion, *, now: datetime) -> None:
        """One thing for the criterion, sometimes two."""
        offered = list(enumerate(self._offers(criterion)))
        self.chance.shuffle(offered)
        for index, item in offered[: 2 if self.chance.random() < 0.3 else 1]:
            self.used.add((criterion.pk, index))
            self.hand.add(self.record, criterion, item, now=now)

    def _mend(self, *, now: datetime) -> None:
        """Answer every "not yet": with what was kept back, or with an addition."""
        for criterion in self.open_criteria:
            if not criterion.required:
                continue
            kept_back = [
                (index, item)
                for index, item in enumerate(self._offers(criterion))
                if (criterion.pk, index) not in self.used and "text" not in item
            ]
            if kept_back:
                index, item = kept_back[0]
                self.used.add((criterion.pk, index))
            else:
                item = self._addition(criterion)
            self.hand.add(self.record, criterion, item, now=now)

    def _offers(self, criterion: Criterion) -> list[Row]:
        return self.teller.content.evidence[self.badge["slug"]][str(self._place(criterion))]

    def _place(self, criterion: Criterion) -> int:
        """Where the criterion stands in the badge's file, which holds those of all versions."""
        number = self.record.version.number
        places = [
            place
            for place, row in enumerate(self.badge["criteria"], 1)
            if row.get("only_in_version", number) == number
        ]
        return places[criterion.position - 1]

    def _addition(self, criterion: Criterion) -> Row:
        stock, place = (
            self.teller.feedback["revisions"],
            f"{self.badge['slug']}-{criterion.position}",
        )
        if criterion.accepts_text:
            written = self.record.text_for(criterion)
            words = [written.text] if written else []
            return {"text": "\n\n".join([*words, self.chance.choice(stock[self.language])])}
        if criterion.accepts_files:
            return {"file": f"added-{place}.pdf", "caption": self.chance.choice(stock["file"])}
        link = f"https://share.example.org/added/{place}"
        return {"link": link, "title": self.chance.choice(stock["link"])}

    # Judgment

    def _not_yet(self) -> dict[int, str]:
        """One or two required criteria, those for which there is something particular to say."""
        required = [criterion for criterion in self.open_criteria if criterion.required]
        particular = self.teller.feedback["not_yet"].get(self.badge["slug"], {})
        known = [c for c in required if str(self._place(c)) in particular]
        chosen = self.chance.sample(known or required, k=1)
        if len(known) > 1 and self.chance.random() < 0.3:
            chosen = known
        general = self.teller.feedback["not_yet_general"][self.language]
        return {
            criterion.pk: particular.get(str(self._place(criterion))) or self.chance.choice(general)
            for criterion in chosen
        }

    def _decide(
        self, decision: Decision, not_yet: dict[int, str], *, summary: str, now: datetime
    ) -> None:
        praise = self.teller.feedback["met"][self.language]
        judgments = {}
        for criterion in self.open_criteria:
            if criterion.pk in not_yet:
                judgments[criterion] = Judgment(
                    Verdict.NOT_YET, not_yet[criterion.pk], _level(criterion, 0)
                )
            elif decision != Decision.DECLINE:
                comment = self.chance.choice(praise) if self.chance.random() < 0.55 else ""
                # Praise goes with the highest level, silence with the one below it.
                level = _level(criterion, -1 if comment else -2)
                judgments[criterion] = Judgment(Verdict.MET, comment, level)
        words = self.teller.feedback[summary]
        self.hand.decide(
            self.record,
            decision,
            judgments=judgments,
            summary=self.chance.choice(words.get(self.language) or words["en"]),
            now=now,
        )


def _level(criterion: Criterion, place: int) -> RubricLevel | None:
    levels = criterion.levels.all()
    return list(levels)[place] if len(levels) > 1 else None


class Teller:
    """Knows the people and the badges, and who could review what."""

    def __init__(
        self,
        content: Content,
        *,
        chance: Random,
        stage: Stage,
        people: Sequence[Person],
        badges: dict[str, BadgeClass],
        coordinator: User,
        hand: Operations | Ledger,
    ) -> None:
        self.content, self.chance, self.stage = content, chance, stage
        self.hand = hand
        self.people, self.badges, self.coordinator = people, badges, coordinator
        self.feedback: dict[str, Any] = content.feedback
        self.reviewers = [
            person
            for person in people
            if any(role.startswith("reviewer@") for role in person.row.get("roles", []))
        ]
        self._criteria: dict[int, list[Criterion]] = {}
        self._reasons = itertools.cycle(self.feedback["revoked"]["en"])

    def reviewer_for(self, story: Story) -> Person:
        """Someone who knows the field and its language, from another school."""
        able = [
            person
            for person in self.reviewers
            if person not in (story.earner, story.spared)
            and story.language in person.languages
            and not (person.school and person.school == story.earner.school)
        ]
        knowing = [person for person in able if story.badge["category"] in person.interests]
        return self.chance.choice(knowing or able)

    def criteria_of(self, version: BadgeVersion) -> list[Criterion]:
        if version.pk not in self._criteria:
            self._criteria[version.pk] = list(version.criteria.prefetch_related("levels"))
        return self._criteria[version.pk]

    def next_revocation_reason(self) -> str:
        return next(self._reasons)
