"""Writes the rows of all stories in bulk.

Hundreds of stories through the operations take minutes, because of locks and savepoints. This
writer collects the same rows and inserts them in bulk. A test runs the same stories with both
writers and compares every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone, translation

from accounts.models import Agency, User
from accounts.workdays import add_working_days
from audit.models import AuditEntry
from catalog.models import BadgeClass, Criterion
from demo import samples
from demo.content import Row
from demo.disclosures import declare
from demo.reviews_in_bulk import ReviewRows, has_approver
from demo.story_by_operations import Judgments, Reading, Record, by_question, shown_reading
from issuing.documents import operations as credentials
from issuing.expiry import expiry
from issuing.keys.operations import pin_origin
from issuing.models import Assertion, SharedEvidence
from issuing.status_lists import operations as status_lists
from mail.models import OutgoingEmail
from reviewing.judging import Verdict
from reviewing.models import Assignment
from reviewing.states import Outcome
from submissions.models import Attempt, EvidenceItem, StatusChange, Submission
from submissions.questions.answered import answers_to_keep, as_text
from submissions.states import Status

Subject = Attempt | Submission | Assertion


class BulkWriter(ReviewRows):
    """Collects the rows that the operations would save, and inserts them in `flush`."""

    def __init__(self, closed: Mapping[date, str], *, seed: int = 0) -> None:
        super().__init__(Random(seed + 1))
        self.closed = set(closed)
        self.records: list[Record] = []
        self.attempts: list[Attempt] = []
        self.items: list[EvidenceItem] = []
        self.changes: list[StatusChange] = []
        self.assertions: list[Assertion] = []
        self.shared: list[SharedEvidence] = []
        self.audit_entries: list[dict] = []
        self.emails: list[tuple[str, Subject, datetime]] = []

    def start(self, badge_class: BadgeClass, *, by: User, now: datetime) -> Record:
        submission = Submission(
            earner=by,
            badge_class=badge_class,
            version=badge_class.current_version,
            started_at=now,
        )
        record = Record(submission, self._attempt(submission, 1, now=now))
        self.records.append(record)
        return record

    def add(self, record: Record, criterion: Criterion, item: Row, *, now: datetime) -> None:
        if "text" in item and (written := record.text_for(criterion)):
            written.text = item["text"]
            return
        answers = answers_of(criterion, item)
        with translation.override(record.version.language):
            text = item.get("text") or as_text(answers)
        new_item = EvidenceItem(
            attempt=record.attempt,
            criterion=criterion,
            kind="form" if answers else next(k for k in ("text", "link", "file") if k in item),
            text=text,
            answers=answers,
            url=item.get("link", ""),
            title=item.get("title") or item.get("caption", ""),
            added_at=now,
        )
        if name := item.get("file"):
            file = samples.evidence(item, record.version.language)
            new_item.file_name, new_item.size = name, file.size
            new_item.content_type = samples.content_type(name)
            new_item.file.save(name, file, save=False)
        record.items.append(new_item)
        self.items.append(new_item)

    def send(self, record: Record, *, now: datetime) -> None:
        submission, attempt = record.submission, record.attempt
        attempt.sent_at = attempt.statement_accepted_at = now
        submission.due_on = add_working_days(
            timezone.localdate(now), submission.badge_class.turnaround_days, self.closed
        )
        submission.submitted_at = now
        self._move(submission, Status.SUBMITTED, by=submission.earner, now=now)
        self._plan(record, now=now)
        self.emails.append(("submission_received", attempt, now))

    def withdraw(self, record: Record, *, now: datetime) -> None:
        record.submission.due_on = None
        self._move(record.submission, Status.WITHDRAWN, by=record.submission.earner, now=now)

    def claim(self, record: Record, *, by: User, now: datetime) -> None:
        self._move(record.submission, Status.IN_REVIEW, by=by, now=now)
        record.assignment = Assignment(
            place=record.place, submission=record.submission, reviewer=by, assigned_at=now
        )
        self.assignments.append(record.assignment)

    def release(self, record: Record, *, now: datetime) -> None:
        reviewer = record.assignment.reviewer
        record.assignment.released_at = now
        self._record("review given back", record.submission, by=reviewer, now=now)
        self._move(record.submission, Status.SUBMITTED, by=reviewer, now=now)

    def decide(
        self,
        record: Record,
        outcome: Outcome,
        *,
        readings: Sequence[Reading],
        second: User,
        now: datetime,
    ) -> None:
        confirmed_at = self._decide(record, outcome, readings, second=second, now=now)
        if confirmed_at:
            act = "review approved" if has_approver(record) else "decline confirmed"
            self._record(act, record.submission, by=second, now=confirmed_at)
        record.submission.due_on = None
        apply_decision = {
            Outcome.APPROVE: self._approve,
            Outcome.RETURN: self._return,
            Outcome.DECLINE: self._decline,
        }
        shown = shown_reading(readings).judgments
        apply_decision[outcome](record, shown, by=readings[-1].reviewer, now=now)

    def _approve(self, record: Record, judgments: Judgments, *, by: User, now: datetime) -> None:
        submission = record.submission
        self._move(submission, Status.APPROVED, by=by, now=now)
        waiting = timedelta(hours=submission.badge_class.hours_before_issue)
        record.assertion = Assertion(
            submission=submission,
            recipient=submission.earner,
            badge_class=submission.badge_class,
            version=submission.version,
            recipient_name=submission.earner.name,
            recipient_email=submission.earner.email,
            created_at=now,
            due_at=now + waiting,
        )
        self.assertions.append(record.assertion)
        if waiting:
            self.emails.append(("award_waiting", record.assertion, now))

    def _return(self, record: Record, judgments: Judgments, *, by: User, now: datetime) -> None:
        self._move(record.submission, Status.RETURNED, by=by, now=now)
        record.met |= {
            criterion.pk
            for criterion, judgment in judgments.items()
            if judgment.verdict == Verdict.MET
        }
        previous = sorted(record.items, key=lambda item: item.criterion.position)
        record.attempt = self._attempt(record.submission, record.attempt.number + 1, now=now)
        record.items = [
            EvidenceItem(
                attempt=record.attempt,
                criterion=item.criterion,
                kind=item.kind,
                thread=item.thread,
                title=item.title,
                text=item.text,
                answers=item.answers,
                url=item.url,
                file=item.file.name,
                file_name=item.file_name,
                content_type=item.content_type,
                size=item.size,
                added_at=item.added_at,
            )
            for item in previous
        ]
        self.items += record.items
        self.emails.append(("submission_returned", record.attempt, now))

    def _decline(self, record: Record, judgments: Judgments, *, by: User, now: datetime) -> None:
        self._move(record.submission, Status.DECLINED, by=by, now=now)
        self.emails.append(("submission_declined", record.submission, now))

    def issue(self, record: Record, *, now: datetime) -> None:
        if record.assertion.status != Assertion.Status.PENDING:
            return
        record.assertion.status = Assertion.Status.ISSUED
        record.assertion.issued_on = now.replace(microsecond=0)
        record.assertion.expires = expiry(
            record.assertion.badge_class, awarded_on=record.assertion.issued_on
        )
        self._record("award issued", record.assertion, by=None, now=now)
        self.emails.append(("badge_issued", record.assertion, record.assertion.issued_on))

    def hold(self, record: Record, *, by: User, reason: str, now: datetime) -> None:
        record.assertion.status = Assertion.Status.HELD
        self._record("award held", record.assertion, by=by, now=now, note=reason)

    def revoke(self, record: Record, *, by: User, reason: str, now: datetime) -> None:
        assertion = record.assertion
        assertion.status = Assertion.Status.REVOKED
        assertion.revoked_at, assertion.revocation_reason = now, reason
        assertion.ended_by = by
        record.submission.opened_again_at = now
        self._record("award revoked", assertion, by=by, now=now, note=reason)
        self.emails.append(("badge_revoked", assertion, now))

    def share(self, record: Record, items: Sequence[EvidenceItem], *, now: datetime) -> None:
        record.assertion.shows_name = True
        self.shared += [
            SharedEvidence(assertion=record.assertion, item=item, shared_at=now) for item in items
        ]

    def flush(self) -> None:
        Submission.objects.bulk_create(record.submission for record in self.records)
        met = Submission.met_criteria.through
        met.objects.bulk_create(
            met(submission_id=record.submission.pk, criterion_id=criterion)
            for record in self.records
            for criterion in sorted(record.met)
        )
        for number in sorted({attempt.number for attempt in self.attempts}):
            self._write_attempts(number)
        StatusChange.objects.bulk_create(self.changes)
        self._write_reviews()
        self._write_awards()
        AuditEntry.objects.bulk_create(_entry(**act) for act in self.audit_entries)
        OutgoingEmail.objects.bulk_create(_letter(*letter) for letter in self.emails)

    def _write_attempts(self, number: int) -> None:
        """Insert attempts as unsent first, because triggers refuse to add evidence to sent ones."""
        attempts = [attempt for attempt in self.attempts if attempt.number == number]
        moments = [attempt.sent_at for attempt in attempts]
        for attempt in attempts:
            attempt.sent_at = None
        Attempt.objects.bulk_create(attempts)
        EvidenceItem.objects.bulk_create(
            item for item in self.items if item.attempt.number == number
        )
        declare(attempt for attempt, at in zip(attempts, moments, strict=True) if at)
        for attempt, moment in zip(attempts, moments, strict=True):
            attempt.sent_at = moment
        sent = [attempt for attempt in attempts if attempt.sent_at]
        Attempt.objects.bulk_update(sent, ["sent_at", "statement"])

    def _write_awards(self) -> None:
        """Insert awards with their places in status lists, and sign the issued ones."""
        published = [award for award in self.assertions if award.issued_on]
        if published:
            pin_origin(now=min(award.issued_on for award in published))
        status_lists.assign_places(self.assertions, now=timezone.now())
        Assertion.objects.bulk_create(self.assertions)
        SharedEvidence.objects.bulk_create(self.shared)
        standing = [award for award in published if award.status == Assertion.Status.ISSUED]
        credentials.sign_all(standing, now=timezone.now())
        lists = {award.status_list for award in published}
        status_lists.sign(lists, now=timezone.now())

    def _attempt(self, submission: Submission, number: int, *, now: datetime) -> Attempt:
        attempt = Attempt(submission=submission, number=number, begun_at=now)
        self.attempts.append(attempt)
        return attempt

    def _move(self, submission: Submission, to: Status, *, by: User, now: datetime) -> None:
        self.changes.append(
            StatusChange(
                submission=submission,
                from_status=submission.status,
                to_status=to,
                actor=by,
                changed_at=now,
            )
        )
        submission.status = to

    def _record(
        self,
        act: str,
        subject: Submission | Assertion,
        *,
        by: User | None,
        now: datetime,
        note: str = "",
    ) -> None:
        agency = subject.badge_class.issuer.agency
        self.audit_entries.append(
            {"act": act, "subject": subject, "by": by, "agency": agency, "note": note, "at": now}
        )


def answers_of(criterion: Criterion, item: Row) -> list[dict]:
    if "answers" not in item:
        return []
    return answers_to_keep(criterion, by_question(criterion, item["answers"]))


def _entry(
    *,
    act: str,
    subject: Submission | Assertion,
    by: User | None,
    agency: Agency,
    note: str,
    at: datetime,
) -> AuditEntry:
    return AuditEntry(
        actor=by,
        act=act,
        subject=str(subject)[:200],
        subject_key=f"{subject._meta.label_lower}:{subject.pk}",
        agency=agency,
        note=note,
        at=at,
        people=list(subject.concerned_ids),
    )


def _letter(kind: str, about: Subject, at: datetime) -> OutgoingEmail:
    if isinstance(about, Assertion):
        key, context = str(about.public_id), {"assertion": about.pk}
        to, language = about.recipient_email, about.recipient.language
    else:
        submission = about if isinstance(about, Submission) else about.submission
        key, context = f"{about._meta.model_name}:{about.pk}", {"submission": submission.pk}
        to, language = submission.earner.email, submission.earner.language
    return OutgoingEmail(
        kind=kind,
        key=key,
        to=to,
        language=language,
        context=context,
        queued_at=at,
        due_at=at,
    )
