"""Runs the steps of a story through the real operations; `story_in_bulk` is the fast way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from awarding.pathways import operations as pathways
from catalog.models import BadgeClass, BadgeVersion, Criterion
from catalog.states import ReviewScheme
from demo import samples
from demo.content import Row
from demo.disclosures import changes_of, disclosure_of
from issuing.awards.operations import changes as issuing
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from reviewing import operations as reviewing
from reviewing.decisions import operations as decisions
from reviewing.judging import Judgment, Verdict
from reviewing.models import Assignment, Decision, Place
from reviewing.schemes import operations as schemes
from reviewing.second_looks import operations as second_looks
from reviewing.states import Outcome
from submissions import operations as submissions
from submissions.models import Attempt, EvidenceItem, Submission
from submissions.questions.answered import field_of
from submissions.questions.operations import write_answers

Judgments = Mapping[Criterion, Judgment]


@dataclass(frozen=True)
class Reading:
    """What one reader of an attempt says. The third one decides."""

    reviewer: User
    outcome: Outcome
    judgments: Judgments
    summary: str

    @property
    def criteria_met(self) -> int:
        return sum(each.verdict == Verdict.MET for each in self.judgments.values())


def shown_reading(readings: Sequence[Reading]) -> Reading:
    """The one that the earner reads: of two, the one that found more, else the first."""
    return readings[2] if len(readings) > 2 else max(readings, key=lambda each: each.criteria_met)


@dataclass(frozen=True)
class Moments:
    """When each reader took an attempt and finished it, one after the other."""

    claimed: list[datetime]
    finished: list[datetime]
    shown: datetime  # when the third one saw the others


def moments_of_readings(claimed_at: datetime, decided_at: datetime, count: int) -> Moments:
    def at(share: float) -> datetime:
        return claimed_at + (decided_at - claimed_at) * share

    if count < 3:
        return Moments([claimed_at, at(0.3)], [at(0.6), decided_at][-count:], decided_at)
    finished = [at(0.35), at(0.5), decided_at]
    return Moments([claimed_at, at(0.2), at(0.65)], finished, at(0.8))


def needs_second_person(submission: Submission, readings: Sequence[Reading]) -> bool:
    """An approver; or whoever confirms a decline that nobody else has read."""
    if submission.badge_class.review_scheme == ReviewScheme.READER_AND_APPROVER:
        return True
    return len(readings) == 1 and readings[0].outcome == Outcome.DECLINE


@dataclass
class Record:
    """The submission of a story, with its current attempt, assignment and award."""

    submission: Submission
    attempt: Attempt
    items: list[EvidenceItem] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    assignment: Assignment | None = None
    place: Place | None = None
    second_place: Place | None = None
    assertion: Assertion | None = None

    @property
    def version(self) -> BadgeVersion:
        return self.submission.version

    def text_for(self, criterion: Criterion) -> EvidenceItem | None:
        texts = [item for item in self.items if item.kind == EvidenceItem.Kind.TEXT]
        return next((item for item in texts if item.criterion_id == criterion.pk), None)


def moments_of_decision(
    submission: Submission, readings: Sequence[Reading], *, now: datetime
) -> tuple[datetime, datetime | None]:
    """When it was decided and, if somebody has to, confirmed, so that it takes effect now."""
    since = now - timedelta(minutes=submission.badge_class.issuer.decision_wait_minutes)
    if needs_second_person(submission, readings):
        return since - timedelta(minutes=1), since
    return since, None


def by_question(criterion: Criterion, answers: Sequence[Any]) -> dict[str, Any]:
    """Answers in the order of the questions, by their fields."""
    questions = criterion.questions.all()
    return {field_of(each): answer for each, answer in zip(questions, answers, strict=True)}


class OperationsWriter:
    """Runs the operations that people's clicks would run."""

    def start(self, badge_class: BadgeClass, *, by: User, now: datetime) -> Record:
        submission = submissions.start(badge_class, by=by, now=now)
        return Record(submission, submission.attempts.get())

    def add(self, record: Record, criterion: Criterion, item: Row, *, now: datetime) -> None:
        submission = record.submission
        if answers := item.get("answers"):
            write_answers(submission, criterion, by_question(criterion, answers), now=now)
        elif text := item.get("text"):
            submissions.write_text(submission, criterion, text, now=now)
        elif url := item.get("link"):
            submissions.add_link(submission, criterion, url=url, title=item["title"], now=now)
        else:
            submissions.add_file(
                submission,
                criterion,
                file=samples.evidence(item, record.version.language),
                file_name=item["file"],
                content_type=samples.content_type(item["file"]),
                title=item["caption"],
                now=now,
            )
        self._reread(record)

    def send(self, record: Record, *, now: datetime) -> None:
        earner = record.submission.earner
        submissions.send(
            record.submission,
            by=earner,
            statement_accepted=True,
            ai=disclosure_of(record.submission),
            changes=changes_of(
                record.submission, number=record.submission.attempts.get(sent_at=None).number
            ),
            now=now,
        )

    def withdraw(self, record: Record, *, now: datetime) -> None:
        submissions.withdraw(record.submission, by=record.submission.earner, now=now)

    def claim(self, record: Record, *, by: User, now: datetime) -> None:
        record.assignment = reviewing.claim(record.submission, by=by, now=now)

    def release(self, record: Record, *, now: datetime) -> None:
        reviewing.release(record.assignment, by=record.assignment.reviewer, now=now)

    def is_read_twice(self, record: Record) -> bool:
        return Place.objects.filter(attempt=record.attempt, number=2).exists()

    def decide(
        self,
        record: Record,
        outcome: Outcome,
        *,
        readings: Sequence[Reading],
        second: User,
        now: datetime,
    ) -> None:
        """The decision takes effect now. The `second` person confirmed it, if that was needed."""
        submission = record.submission
        decided_at, confirmed_at = moments_of_decision(submission, readings, now=now)
        decided = self._read(record, readings, decided_at=decided_at)
        if decided is None or decided.outcome != outcome:
            raise ValueError(f"The story says {outcome}, the judgments say {decided}.")
        if confirmed_at:
            second_looks.confirm(decided, by=second, now=confirmed_at)
        decisions.put_into_effect(decided, now=now)
        submission.refresh_from_db()
        record.met = set(submission.met_criteria.values_list("pk", flat=True))
        record.attempt = submission.latest_attempt
        record.assertion = Assertion.objects.filter(submission=submission).first()
        self._reread(record)

    def _read(
        self, record: Record, readings: Sequence[Reading], *, decided_at: datetime
    ) -> Decision | None:
        """What the last reader decided, after the others."""
        first = record.assignment
        moments = moments_of_readings(first.assigned_at, decided_at, len(readings))
        if len(readings) == 1:
            return self._finish(first, readings[0], now=decided_at)
        other = reviewing.claim(record.submission, by=readings[1].reviewer, now=moments.claimed[1])
        self._finish(first, readings[0], now=moments.finished[0])
        decided = self._finish(other, readings[1], now=moments.finished[1])
        if len(readings) == 2:
            return decided
        reader = readings[2]
        third = reviewing.claim(record.submission, by=reader.reviewer, now=moments.claimed[2])
        reviewing.save_draft(
            third, by=reader.reviewer, judgments=reader.judgments, now=moments.claimed[2]
        )
        schemes.show_others(third, by=reader.reviewer, now=moments.shown)
        return self._finish(third, reader, now=moments.finished[2])

    def _finish(
        self, assignment: Assignment, reading: Reading, *, now: datetime
    ) -> Decision | None:
        return reviewing.send_review(
            assignment,
            by=reading.reviewer,
            judgments=reading.judgments,
            summary=reading.summary,
            decline=reading.outcome == Outcome.DECLINE,
            now=now,
        )

    def ask_to_decline(self, record: Record, *, summary: str, now: datetime) -> None:
        reviewing.send_review(
            record.assignment,
            by=record.assignment.reviewer,
            judgments={},
            summary=summary,
            decline=True,
            now=now,
        )

    def issue(self, record: Record, *, now: datetime) -> None:
        issue_batch(now=now)
        pathways.count_due_steps(now=now)

    def hold(self, record: Record, *, by: User, reason: str, now: datetime) -> None:
        issuing.hold(record.assertion, by=by, reason=reason, now=now)

    def revoke(self, record: Record, *, by: User, reason: str, now: datetime) -> None:
        issuing.revoke(record.assertion, by=by, reason=reason, now=now)

    def share(self, record: Record, items: Sequence[EvidenceItem], *, now: datetime) -> None:
        issuing.share(record.assertion, shows_name=True, items=items)
        record.assertion.shared_evidence.update(shared_at=now)

    def flush(self) -> None:
        """Nothing to do, as every operation has already saved its rows."""

    def _reread(self, record: Record) -> None:
        record.items = list(record.attempt.evidence_items.order_by("pk"))
