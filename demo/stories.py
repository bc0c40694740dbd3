"""Stories of submissions: one person’s work on one badge, step by step."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from catalog.models import BadgeClass, BadgeVersion, Criterion, RubricLevel
from demo.content import Content, Row
from demo.schedule import Schedule, Step
from demo.story_by_operations import OperationsWriter, Reading, Record
from demo.story_in_bulk import BulkWriter
from reviewing.judging import Judgment, Verdict
from reviewing.states import Outcome
from submissions.states import Status

WORKER_DELAY = timedelta(seconds=8)


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
        """Answer its questions, and add one evidence item for the criterion, sometimes two."""
        offered = list(enumerate(self._available_evidence(criterion)))
        if forms := [item for _index, item in offered if "answers" in item]:
            self.writer.add(self.record, criterion, self.rng.choice(forms), now=now)
            offered = [pair for pair in offered if "answers" not in pair[1]]
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
                if (criterion.pk, index) not in self.used and not {"text", "answers"} & item.keys()
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
        return self.context.place_in_file(self.badge, self.record.version.number, criterion)

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
        said = self.rng.choice(words.get(self.language) or words["en"])
        reviewer = self.record.assignment.reviewer
        readings = [Reading(reviewer, outcome, judgments, said)]
        if self.writer.is_read_twice(self.record):
            readings += self._other_readings(readings[0])
        self.writer.decide(
            self.record, outcome, readings=readings, second=self.context.coordinator, now=now
        )

    def _other_readings(self, first: Reading) -> list[Reading]:
        """A second reader, who mostly agrees; if not, a third one, who agrees with the first."""
        readers = [self.context.reviewer_for(self, but=[first.reviewer])]
        readers.append(self.context.reviewer_for(self, but=[first.reviewer, readers[0].user]))
        theirs = {
            criterion: self._second_opinion(criterion, judgment)
            for criterion, judgment in first.judgments.items()
        }
        required = {one: theirs[one].verdict for one in theirs if one.required}
        outcome = first.outcome
        if outcome != Outcome.DECLINE:
            all_met = set(required.values()) == {Verdict.MET}
            outcome = Outcome.APPROVE if all_met else Outcome.RETURN
        summary = "overall_approved" if outcome == Outcome.APPROVE else "overall_returned"
        words = self.context.feedback[summary]
        said = self.rng.choice(words.get(self.language) or words["en"])
        second = Reading(readers[0].user, outcome, theirs, said)
        if all(required[one] == first.judgments[one].verdict for one in required):
            return [second]
        return [second, replace(first, reviewer=readers[1].user)]

    def _second_opinion(self, criterion: Criterion, judgment: Judgment) -> Judgment:
        differs = self.rng.random() < (0.09 if criterion.required else 0.2)
        if not differs:
            return judgment
        if judgment.verdict == Verdict.NOT_YET:
            return Judgment(Verdict.MET, "", _level(criterion, -2))
        general = self.context.feedback["not_yet_general"][self.language]
        return Judgment(Verdict.NOT_YET, self.rng.choice(general), _level(criterion, 0))


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

    def reviewer_for(self, story: Story, *, but: Collection[User] = ()) -> Person:
        """A reviewer from another school who knows the language and preferably the field."""
        able = [
            person
            for person in self.reviewers
            if person not in (story.earner, story.excluded_reviewer)
            and person.user not in but
            and story.language in person.languages
            and not (person.school and person.school == story.earner.school)
        ]
        knowing = [person for person in able if story.badge["category"] in person.interests]
        return self.rng.choice(knowing or able)

    def place_in_file(self, badge: Row, number: int, criterion: Criterion) -> int:
        """The criterion's position in the badge's file, which contains those of all versions."""
        places = [
            place
            for place, row in enumerate(badge["criteria"], 1)
            if row.get("only_in_version", number) == number
        ]
        return places[criterion.position - 1]

    def school_of(self, user: User) -> str:
        return next(person.school for person in self.people if person.user == user)

    def criteria_of(self, version: BadgeVersion) -> list[Criterion]:
        if version.pk not in self._criteria:
            self._criteria[version.pk] = list(
                version.criteria.prefetch_related("levels", "questions")
            )
        return self._criteria[version.pk]

    def next_revocation_reason(self) -> str:
        return next(self._reasons)
