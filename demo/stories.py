"""What people did: submissions as stories, told by the real operations in the order of time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from catalog.models import BadgeClass, Criterion
from demo import samples
from demo.content import Content, Row
from issuing import operations as issuing
from issuing.models import Assertion
from reviewing import operations as reviewing
from reviewing.models import Assignment
from reviewing.operations import Judgment, Verdict
from submissions import operations as submissions
from submissions.models import Attempt, Submission

UNTIL_THE_WORKER_COMES = timedelta(seconds=8)


class Stage:
    """Holds what is going to happen and lets it happen in the order of time."""

    def __init__(self) -> None:
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = itertools.count()

    def at(self, when: datetime, act: Callable[[datetime], None]) -> None:
        heappush(self._agenda, (when, next(self._order), act))

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
    # How many criteria the draft answers; None is all of them.
    answers: int | None = None
    shares: bool | None = None
    hold: bool = False
    revoke: bool = False
    submission: Submission = field(init=False)
    assignment: Assignment = field(init=False)
    used: set[tuple[int, int]] = field(init=False, default_factory=set)

    @property
    def chance(self) -> Random:
        return self.teller.chance

    @property
    def language(self) -> str:
        return self.badge.get("language", "en")

    def put_on(self, moments: Sequence[datetime]) -> None:
        for step, moment in zip(self.steps, moments, strict=True):
            act = getattr(self, step.value if step != Step.RETURN else "send_back")
            self.teller.stage.at(moment, act)

    def begin(self, now: datetime) -> None:
        badge_class = self.teller.badges[self.badge["slug"]]
        self.submission = submissions.start(badge_class, by=self.earner.user, now=now)
        for criterion in self.criteria[: self.answers]:
            now += timedelta(minutes=self.chance.randint(2, 40))
            if criterion.required or self.chance.random() < 0.7:
                self._show(criterion, now=now)

    def send(self, now: datetime) -> None:
        if self.submission.status == Submission.Status.RETURNED:
            self._mend(now=now - timedelta(minutes=self.chance.randint(5, 50)))
        submissions.send(self.submission, by=self.earner.user, statement_accepted=True, now=now)

    def claim(self, now: datetime) -> None:
        reviewer = self.reviewer or self.teller.reviewer_for(self)
        self.assignment = reviewing.claim(self.submission, by=reviewer.user, now=now)
        if self.reviewer is None and self.chance.random() < 0.8:
            self.reviewer = reviewer  # mostly the same person reads the next attempt

    def release(self, now: datetime) -> None:
        reviewing.release(self.assignment, by=self.assignment.reviewer, now=now)
        self.reviewer = None

    def approve(self, now: datetime) -> None:
        self._judge({}, summary="overall_approved", now=now)
        due_at = Assertion.objects.get(submission=self.submission).due_at
        self.teller.stage.at(due_at + UNTIL_THE_WORKER_COMES, self.issue)
        if self.hold:
            self.teller.stage.at(now + timedelta(hours=3), self.put_on_hold)

    def send_back(self, now: datetime) -> None:
        self._judge(self._not_yet(), summary="overall_returned", now=now)

    def decline(self, now: datetime) -> None:
        self._judge({}, summary="overall_declined", decline=True, now=now)

    def withdraw(self, now: datetime) -> None:
        submissions.withdraw(self.submission, by=self.earner.user, now=now)

    def issue(self, now: datetime) -> None:
        issuing.issue_batch(now=now)
        if self.hold:
            return
        if self.revoke:
            later = now + timedelta(days=self.chance.randint(9, 21))
            self.teller.stage.at(later, self.take_back)
        elif self.shares if self.shares is not None else self.chance.random() < 0.5:
            self.teller.stage.at(now + timedelta(hours=self.chance.randint(1, 90)), self.share)

    def put_on_hold(self, now: datetime) -> None:
        issuing.hold(
            self.assertion,
            by=self.teller.coordinator,
            reason=self.chance.choice(self.teller.feedback["held"]["en"]),
            now=now,
        )

    def take_back(self, now: datetime) -> None:
        issuing.revoke(
            self.assertion,
            by=self.teller.coordinator,
            reason=self.teller.next_revocation_reason(),
            now=now,
        )

    def share(self, now: datetime) -> None:
        attempt = self.submission.attempts.order_by("-number")[0]
        items = list(attempt.evidence_items.all())
        shared = self.chance.sample(items, k=min(len(items), self.chance.choice((0, 1, 1, 2))))
        issuing.share(self.assertion, shows_name=True, items=shared)
        self.assertion.shared_evidence.update(shared_at=now)

    @property
    def assertion(self) -> Assertion:
        return Assertion.objects.with_badge().get(submission=self.submission)

    @property
    def criteria(self) -> list[Criterion]:
        return self.teller.criteria_of(self.submission)

    def _sent(self) -> Attempt:
        return self.submission.attempts.exclude(sent_at=None).order_by("-number")[0]

    # Evidence

    def _show(self, criterion: Criterion, *, now: datetime) -> None:
        """One thing for the criterion, sometimes two."""
        offered = list(enumerate(self._offers(criterion)))
        self.chance.shuffle(offered)
        for index, item in offered[: 2 if self.chance.random() < 0.3 else 1]:
            self.used.add((criterion.pk, index))
            self._add(criterion, item, now=now)

    def _mend(self, *, now: datetime) -> None:
        """Answer every "not yet": with what was kept back, or with an addition."""
        met = set(self.submission.met_criteria.values_list("pk", flat=True))
        for criterion in self.criteria:
            if criterion.pk in met or not criterion.required:
                continue
            rest = [
                item
                for index, item in enumerate(self._offers(criterion))
                if (criterion.pk, index) not in self.used and "text" not in item
            ]
            self._add(criterion, rest[0] if rest else self._addition(criterion), now=now)

    def _offers(self, criterion: Criterion) -> list[Row]:
        return self.teller.content.evidence[self.badge["slug"]][str(self._place(criterion))]

    def _place(self, criterion: Criterion) -> int:
        """Where the criterion stands in the badge's file, which holds those of all versions."""
        number = self.submission.version.number
        places = [
            place
            for place, row in enumerate(self.badge["criteria"], 1)
            if row.get("only_in_version", number) == number
        ]
        return places[criterion.position - 1]

    def _addition(self, criterion: Criterion) -> Row:
        stock = self.teller.feedback["revisions"]
        if criterion.accepts_text:
            attempt = self.submission.attempts.get(sent_at=None)
            items = attempt.evidence_items.filter(criterion=criterion, kind="text")
            written = items.values_list("text", flat=True)
            return {"text": "\n\n".join([*written, self.chance.choice(stock[self.language])])}
        if criterion.accepts_files:
            name = f"added-{self.badge['slug']}-{criterion.position}.pdf"
            return {"file": name, "caption": self.chance.choice(stock["file"])}
        link = f"https://share.example.org/added/{self.badge['slug']}-{criterion.position}"
        return {"link": link, "title": self.chance.choice(stock["link"])}

    def _add(self, criterion: Criterion, item: Row, *, now: datetime) -> None:
        if text := item.get("text"):
            submissions.write_text(self.submission, criterion, text, now=now)
        elif url := item.get("link"):
            submissions.add_link(self.submission, criterion, url=url, title=item["title"], now=now)
        else:
            name, caption = item["file"], item["caption"]
            submissions.add_file(
                self.submission,
                criterion,
                file=ContentFile(samples.sample(name, caption, self.language)),
                file_name=name,
                content_type=samples.content_type(name),
                title=caption,
                now=now,
            )

    # Judgment

    def _not_yet(self) -> dict[int, str]:
        """One or two required criteria, those for which there is something particular to say."""
        to_judge = reviewing.criteria_to_judge(self._sent())
        required = [criterion for criterion in to_judge if criterion.required]
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

    def _judge(
        self, not_yet: dict[int, str], *, summary: str, now: datetime, decline: bool = False
    ) -> None:
        praise = self.teller.feedback["met"][self.language]
        judgments = {}
        for criterion in reviewing.criteria_to_judge(self._sent()):
            if criterion.pk in not_yet:
                judgments[criterion] = Judgment(Verdict.NOT_YET, not_yet[criterion.pk])
            elif not decline:
                comment = self.chance.choice(praise) if self.chance.random() < 0.55 else ""
                judgments[criterion] = Judgment(Verdict.MET, comment)
        words = self.teller.feedback[summary]
        reviewing.send_review(
            self.assignment,
            by=self.assignment.reviewer,
            judgments=judgments,
            summary=self.chance.choice(words.get(self.language) or words["en"]),
            decline=decline,
            now=now,
        )
        self.submission.refresh_from_db()


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
    ) -> None:
        self.content, self.chance, self.stage = content, chance, stage
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
            if person is not story.earner
            and story.language in person.languages
            and not (person.school and person.school == story.earner.school)
        ]
        knowing = [person for person in able if story.badge["category"] in person.interests]
        return self.chance.choice(knowing or able)

    def criteria_of(self, submission: Submission) -> list[Criterion]:
        if submission.version_id not in self._criteria:
            self._criteria[submission.version_id] = list(submission.version.criteria.all())
        return self._criteria[submission.version_id]

    def next_revocation_reason(self) -> str:
        return next(self._reasons)
