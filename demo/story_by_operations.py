"""Runs the steps of a story through the real operations; `story_in_bulk` is the fast way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import User
from awarding.pathways import operations as pathways
from catalog.models import BadgeClass, BadgeVersion, Criterion
from demo import samples
from demo.content import Row
from demo.disclosures import disclosure_of
from issuing.awards.operations import changes as issuing
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from reviewing import operations as reviewing
from reviewing.decisions import operations as decisions
from reviewing.judging import Judgment
from reviewing.models import Assignment, Place
from reviewing.second_looks import operations as second_looks
from reviewing.states import Outcome
from submissions import operations as submissions
from submissions.models import Attempt, EvidenceItem, Submission

Judgments = Mapping[Criterion, Judgment]


@dataclass
class Record:
    """The submission of a story, with its current attempt, assignment and award."""

    submission: Submission
    attempt: Attempt
    items: list[EvidenceItem] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    assignment: Assignment | None = None
    place: Place | None = None
    assertion: Assertion | None = None

    @property
    def version(self) -> BadgeVersion:
        return self.submission.version

    def text_for(self, criterion: Criterion) -> EvidenceItem | None:
        texts = [item for item in self.items if item.kind == EvidenceItem.Kind.TEXT]
        return next((item for item in texts if item.criterion_id == criterion.pk), None)


def moments_of_decision(
    submission: Submission, outcome: Outcome, *, now: datetime
) -> tuple[datetime, datetime | None]:
    """When it was sent and, if it is a decline, confirmed, so that it takes effect now."""
    since = now - timedelta(minutes=submission.badge_class.issuer.decision_wait_minutes)
    if outcome == Outcome.DECLINE:
        return since - timedelta(minutes=1), since
    return since, None


class OperationsWriter:
    """Runs the operations that people's clicks would run."""

    def start(self, badge_class: BadgeClass, *, by: User, now: datetime) -> Record:
        submission = submissions.start(badge_class, by=by, now=now)
        return Record(submission, submission.attempts.get())

    def add(self, record: Record, criterion: Criterion, item: Row, *, now: datetime) -> None:
        submission = record.submission
        if text := item.get("text"):
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
            now=now,
        )

    def withdraw(self, record: Record, *, now: datetime) -> None:
        submissions.withdraw(record.submission, by=record.submission.earner, now=now)

    def claim(self, record: Record, *, by: User, now: datetime) -> None:
        record.assignment = reviewing.claim(record.submission, by=by, now=now)

    def release(self, record: Record, *, now: datetime) -> None:
        reviewing.release(record.assignment, by=record.assignment.reviewer, now=now)

    def decide(
        self,
        record: Record,
        outcome: Outcome,
        *,
        judgments: Judgments,
        summary: str,
        second: User,
        now: datetime,
    ) -> None:
        """The decision takes effect now. A decline was confirmed by the `second` person."""
        decided_at, confirmed_at = moments_of_decision(record.submission, outcome, now=now)
        decided = reviewing.send_review(
            record.assignment,
            by=record.assignment.reviewer,
            judgments=judgments,
            summary=summary,
            decline=outcome == Outcome.DECLINE,
            now=decided_at,
        )
        if decided.outcome != outcome:
            raise ValueError(f"The story says {outcome}, the judgments say {decided.outcome}.")
        if confirmed_at:
            second_looks.confirm(decided, by=second, now=confirmed_at)
        decisions.put_into_effect(decided, now=now)
        record.submission.refresh_from_db()
        record.met = set(record.submission.met_criteria.values_list("pk", flat=True))
        record.attempt = record.submission.latest_attempt
        record.assertion = Assertion.objects.filter(submission=record.submission).first()
        self._reread(record)

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
