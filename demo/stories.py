"""Stories of submissions, whose steps run in chronological order."""

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
from demo.story_by_operations import OperationsWriter, Record
from demo.story_in_bulk import BulkWriter
from reviewing.judging import Judgment, Verdict
from reviewing.states import Outcome
from submissions.states import Status

WORKER_DELAY = timedelta(seconds=8)


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


@dataclass(frozen=True)
class Person:
    user: User
    row: Row

    @property
    def school(self) -> str:
        return self.row.get("school", "")

    @property
    def roles(self) -> list[tuple[str, str]]:
        """Each role with the short name of its agency."""
        roles = [tuple(role.split("@")) for role in self.row.get("roles", [])]
        return [*roles, ("earner", self.school)] if self.school else roles

    @property
    def languages(self) -> list[str]:
        return self.row.get("languages", ["en"])

    @property
    def interests(self) -> list[str]:
        return self.row.get("interests", [])


@dataclass
class Story:
    """One person's work on one badge. Steps after the end of the schedule don't happen."""

    context: StoryContext
    earner: Person
    badge: Row
    steps: Sequence[Step]
    reviewer: Person | None = None
    excluded_reviewer: Person | None = None  # has enough to review already
    # How many criteria the draft answers; None is all of them.
    answers: int | None = None
    shares: bool | None = None
    hold: bool = False
    revoke: bool = False
    record: Record = field(init=False)
    used: set[tuple[int, int]] = field(init=False, default_factory=set)

    @property
    def rng(self) -> Random:
        return self.context.rng

    @property
    def writer(self) -> OperationsWriter | BulkWriter:
        return self.context.writer

    @property
    def language(self) -> str:
        return self.badge.get("language", "en")

    def schedule_steps(self, moments: Sequence[datetime]) -> None:
        for step, moment in zip(self.steps, moments, strict=True):
            act = getattr(self, step.value if step != Step.RETURN else "return_to_earner")
            self.context.schedule.at(moment, act)

    def begin(self, now: datetime) -> None:
        badge_class = self.context.badges[self.badge["slug"]]
        self.record = self.writer.start(badge_class, by=self.earner.user, now=now)
        for criterion in self.criteria[: self.answers]:
            now += timedelta(minutes=self.rng.randint(2, 40))
            if criterion.required or self.rng.random() < 0.7:
                self._add_evidence(criterion, now=now)

    def send(self, now: datetime) -> None:
        if self.record.submission.status == Status.RETURNED:
            self._revise(now=now - timedelta(minutes=self.rng.randint(5, 50)))
        self.writer.send(self.record, now=now)

    def claim(self, now: datetime) -> None:
        reviewer = self.reviewer or self.context.reviewer_for(self)
        self.writer.claim(self.record, by=reviewer.user, now=now)
        if self.rng.random() < 0.8:
            self.reviewer = reviewer  # mostly the same person reviews the next attempt

    def release(self, now: datetime) -> None:
        self.writer.release(self.record, now=now)
        self.reviewer = None

    def approve(self, now: datetime) -> None:
        self._decide(Outcome.APPROVE, {}, summary="overall_approved", now=now)
        due_at = self.record.assertion.due_at
        self.context.schedule.at(due_at + WORKER_DELAY, self.issue)
        if self.hold:
            self.context.schedule.at(now + timedelta(hours=3), self.hold_award)

    def return_to_earner(self, now: datetime) -> None:
        self._decide(Outcome.RETURN, self._not_yet(), summary="overall_returned", now=now)

    def decline(self, now: datetime) -> None:
        self._decide(Outcome.DECLINE, {}, summary="overall_declined", now=now)

    def ask_to_decline(self, now: datetime) -> None:
        words = self.context.feedback["overall_declined"]
        summary = self.rng.choice(words.get(self.language) or words["en"])
        self.writer.ask_to_decline(self.record, summary=summary, now=now)

    def withdraw(self, now: datetime) -> None:
        self.writer.withdraw(self.record, now=now)

    def issue(self, now: datetime) -> None:
        self.writer.issue(self.record, now=now)
        if self.hold:
            return
        if self.revoke:
            later = now + timedelta(days=self.rng.randint(9, 21))
            self.context.schedule.at(later, self.revoke_award)
        elif self.shares if self.shares is not None else self.rng.random() < 0.5:
            self.context.schedule.at(now + timedelta(hours=self.rng.randint(1, 90)), self.share)

    def hold_award(self, now: datetime) -> None:
        reason = self.rng.choice(self.context.feedback["held"]["en"])
        self.writer.hold(self.record, by=self.context.coordinator, reason=reason, now=now)

    def revoke_award(self, now: datetime) -> None:
        reason = self.context.next_revocation_reason()
        self.writer.revoke(self.record, by=self.context.coordinator, reason=reason, now=now)

    def share(self, now: datetime) -> None:
        """Share the earner's name and up to two evidence items."""
        items = self.record.items
        shared = self.rng.sample(items, k=min(len(items), self.rng.choice((0, 1, 1, 2))))
        self.writer.share(self.record, shared, now=now)

    @property
    def criteria(self) -> list[Criterion]:
        return self.context.criteria_of(self.record.version)

    @property
    def open_criteria(self) -> list[Criterion]:
        return [criterion for criterion in self.criteria if criterion.pk not in self.record.met]

    # Evidence

    def _add_evidence(self, criterion: Criterion, *, now: datetime) -> None:
        """Add one evidence item for the criterion, sometimes two."""
        offered = list(enumerate(self._available_evidence(criterion)))
        self.rng.shuffle(offered)
        for index, item in offered[: 2 if self.rng.random() < 0.3 else 1]:
            self.used.add((criterion.pk, index))
            self.writer.add(self.record, criterion, item, now=now)

    def _revise(self, *, now: datetime) -> None:
        """Answer every "not yet" with unused evidence or an addition."""
        for criterion in self.open_criteria:
            if not criterion.required:
                continue
            kept_back = [
                (index, item)
                for index, item in enumerate(self._available_evidence(criterion))
                if (criterion.pk, index) not in self.used and "text" not in item
            ]
            if kept_back:
                index, item = kept_back[0]
                self.used.add((criterion.pk, index))
            else:
                item = self._addition(criterion)
            self.writer.add(self.record, criterion, item, now=now)

    def _available_evidence(self, criterion: Criterion) -> list[Row]:
        return self.context.content.evidence[self.badge["slug"]][
            str(self._position_in_file(criterion))
        ]

    def _position_in_file(self, criterion: Criterion) -> int:
        """The criterion's position in the badge's file, which contains those of all versions."""
        number = self.record.version.number
        places = [
            place
            for place, row in enumerate(self.badge["criteria"], 1)
            if row.get("only_in_version", number) == number
        ]
        return places[criterion.position - 1]

    def _addition(self, criterion: Criterion) -> Row:
        stock, place = (
            self.context.feedback["revisions"],
            f"{self.badge['slug']}-{criterion.position}",
        )
        if criterion.accepts_text:
            written = self.record.text_for(criterion)
            words = [written.text] if written else []
            return {"text": "\n\n".join([*words, self.rng.choice(stock[self.language])])}
        if criterion.accepts_files:
            return {"file": f"added-{place}.pdf", "caption": self.rng.choice(stock["file"])}
        link = f"https://share.example.org/added/{place}"
        return {"link": link, "title": self.rng.choice(stock["link"])}

    # Judgment

    def _not_yet(self) -> dict[int, str]:
        """One or two required criteria, preferably with specific feedback in the content."""
        required = [criterion for criterion in self.open_criteria if criterion.required]
        particular = self.context.feedback["not_yet"].get(self.badge["slug"], {})
        known = [c for c in required if str(self._position_in_file(c)) in particular]
        chosen = self.rng.sample(known or required, k=1)
        if len(known) > 1 and self.rng.random() < 0.3:
            chosen = known
        general = self.context.feedback["not_yet_general"][self.language]
        return {
            criterion.pk: particular.get(str(self._position_in_file(criterion)))
            or self.rng.choice(general)
            for criterion in chosen
        }

    def _decide(
        self, outcome: Outcome, not_yet: dict[int, str], *, summary: str, now: datetime
    ) -> None:
        praise = self.context.feedback["met"][self.language]
        judgments = {}
        for criterion in self.open_criteria:
            if criterion.pk in not_yet:
                judgments[criterion] = Judgment(
                    Verdict.NOT_YET, not_yet[criterion.pk], _level(criterion, 0)
                )
            elif outcome != Outcome.DECLINE:
                comment = self.rng.choice(praise) if self.rng.random() < 0.55 else ""
                # Criteria with praise get the highest level, others the one below.
                level = _level(criterion, -1 if comment else -2)
                judgments[criterion] = Judgment(Verdict.MET, comment, level)
        words = self.context.feedback[summary]
        self.writer.decide(
            self.record,
            outcome,
            judgments=judgments,
            summary=self.rng.choice(words.get(self.language) or words["en"]),
            second=self.context.coordinator,
            now=now,
        )


def _level(criterion: Criterion, place: int) -> RubricLevel | None:
    levels = criterion.levels.all()
    return list(levels)[place] if len(levels) > 1 else None


class StoryContext:
    """What all stories share: content, people, badges, reviewers and the schedule."""

    def __init__(
        self,
        content: Content,
        *,
        rng: Random,
        schedule: Schedule,
        people: Sequence[Person],
        badges: dict[str, BadgeClass],
        coordinator: User,
        writer: OperationsWriter | BulkWriter,
    ) -> None:
        self.content, self.rng, self.schedule = content, rng, schedule
        self.writer = writer
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
        """A reviewer from another school who knows the language and preferably the field."""
        able = [
            person
            for person in self.reviewers
            if person not in (story.earner, story.excluded_reviewer)
            and story.language in person.languages
            and not (person.school and person.school == story.earner.school)
        ]
        knowing = [person for person in able if story.badge["category"] in person.interests]
        return self.rng.choice(knowing or able)

    def criteria_of(self, version: BadgeVersion) -> list[Criterion]:
        if version.pk not in self._criteria:
            self._criteria[version.pk] = list(version.criteria.prefetch_related("levels"))
        return self._criteria[version.pk]

    def next_revocation_reason(self) -> str:
        return next(self._reasons)
