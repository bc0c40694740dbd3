from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.moves import TransitionNotAllowed, check_move
from background.due_rows import wake
from catalog.models import BadgeClass, Criterion
from catalog.states import BadgeStatus
from mail.operations import queue_email
from submissions.models import (
    Attempt,
    EvidenceItem,
    Submission,
    UnwantedFile,
    evidence_files,
    evidence_path,
)
from submissions.permissions import has_earned
from submissions.signals import submission_approved, submission_sent, submission_withdrawn
from submissions.states import EDITABLE, TRANSITIONS, Status

log = logging.getLogger(__name__)

MOST_ITEMS_PER_CRITERION = 10
MOST_ITEMS = 40

# Longer than any request lasts.
STORED_BUT_NOT_NAMED = timedelta(hours=1)
UNTIL_TRIED_AGAIN = timedelta(minutes=10)
BATCH = 100


class CannotStart(Exception):
    """The badge is not open to this person now: not published, under way, or already earned."""


class NotEditable(Exception):
    """The evidence was sent in, or a reviewer has found the criterion met."""


class TooMuchEvidence(Exception):
    """There are as many pieces of evidence as a reviewer can be asked to read."""


class Incomplete(Exception):
    """Something is missing. `criteria` are the required ones that have no evidence yet."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        super().__init__(", ".join(criterion.name for criterion in criteria))
        self.criteria = list(criteria)


@transaction.atomic
def start(badge_class: BadgeClass, *, by: User, now: datetime | None = None) -> Submission:
    """Begin a draft under the badge's current version, or return the one that is under way."""
    now = now or timezone.now()
    if existing := Submission.objects.open().filter(earner=by, badge_class=badge_class).first():
        return existing
    # Locked, so that a badge is not retired between the look and the draft.
    badge_class = BadgeClass.objects.select_for_update(no_key=True).get(pk=badge_class.pk)
    if badge_class.status != BadgeStatus.PUBLISHED:
        raise CannotStart(_("This badge is not open at the moment."))
    if badge_class.has_pathway:
        raise CannotStart(_("This badge comes by itself to whoever completes its pathway."))
    if has_earned(by, badge_class, now=now):
        raise CannotStart(_("You have already earned this badge."))
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                earner=by,
                badge_class=badge_class,
                version_id=badge_class.current_version_id,
                started_at=now,
            )
    except IntegrityError:  # a second press of the button was faster
        return Submission.objects.open().get(earner=by, badge_class=badge_class)
    submission.attempts.create(number=1, begun_at=now)
    return submission


@transaction.atomic
def write_text(
    submission: Submission, criterion: Criterion, text: str, *, now: datetime | None = None
) -> None:
    """Keep the earner's words for a criterion; empty words remove the item."""
    attempt = _editable_attempt(submission, criterion)
    item = attempt.evidence_items.filter(criterion=criterion, kind=EvidenceItem.Kind.TEXT).first()
    if not text.strip():
        if item:
            item.delete()
        return
    if item:
        item.text = text
        item.save(update_fields=["text"])
        return
    _check_room(attempt, criterion)
    attempt.evidence_items.create(
        criterion=criterion,
        kind=EvidenceItem.Kind.TEXT,
        text=text,
        added_at=now or timezone.now(),
    )


@transaction.atomic
def add_link(
    submission: Submission,
    criterion: Criterion,
    *,
    url: str,
    title: str = "",
    now: datetime | None = None,
) -> EvidenceItem:
    attempt = _editable_attempt(submission, criterion)
    _check_room(attempt, criterion)
    return attempt.evidence_items.create(
        criterion=criterion,
        kind=EvidenceItem.Kind.LINK,
        url=url,
        title=title,
        added_at=now or timezone.now(),
    )


def add_file(
    submission: Submission,
    criterion: Criterion,
    *,
    file: File,
    file_name: str,
    content_type: str,
    title: str = "",
    now: datetime | None = None,
) -> EvidenceItem:
    """Keep a file. `file` comes vetted and cleaned of metadata (`submissions.files`).

    It is stored before its row is committed. If that never happens, the file goes again.
    """
    now = now or timezone.now()
    pledge = UnwantedFile.objects.create(
        name=evidence_path(), due_at=timezone.now() + STORED_BUT_NOT_NAMED
    )
    with transaction.atomic():
        attempt = _editable_attempt(submission, criterion)
        _check_room(attempt, criterion)
        item = attempt.evidence_items.create(
            criterion=criterion,
            kind=EvidenceItem.Kind.FILE,
            title=title,
            file=evidence_files().save(pledge.name, file),
            file_name=file_name[-200:],
            content_type=content_type,
            size=file.size,
            added_at=now,
        )
        pledge.delete()
    return item


@transaction.atomic
def remove_item(item: EvidenceItem) -> None:
    """Take a piece of evidence out of the draft.

    The stored file stays while an earlier attempt still holds it; otherwise it goes after the
    commit.
    """
    _editable_attempt(item.attempt.submission, item.criterion)
    stored = item.file.name
    item.delete()
    if stored:
        _forget_files([stored])


@transaction.atomic
def discard(submission: Submission) -> None:
    """Throw away a draft that was never sent, with its files."""
    submission = _lock(submission)
    if submission.status != Status.DRAFT:
        raise TransitionNotAllowed(f"{submission.status} -> discarded")
    stored = EvidenceItem.objects.filter(attempt__submission=submission).exclude(file="")
    names = list(stored.values_list("file", flat=True))
    submission.delete()
    _forget_files(names)


@transaction.atomic
def send(
    submission: Submission, *, by: User, statement_accepted: bool, now: datetime | None = None
) -> Attempt:
    """Send the draft in. From here on this attempt never changes.

    Raises Incomplete when a required criterion has no evidence, and ValueError without the
    statement, which the form asks for.
    """
    now = now or timezone.now()
    submission = _lock(submission)
    attempt = submission.attempts.filter(sent_at=None).first()
    if attempt is None:
        raise TransitionNotAllowed(f"{submission.status} -> {Status.SUBMITTED}")
    if not statement_accepted:
        raise ValueError("A submission is sent in with the statement or not at all.")
    if missing := unanswered_criteria(submission, attempt):
        raise Incomplete(missing)
    attempt.sent_at = attempt.statement_accepted_at = now
    attempt.save(update_fields=["sent_at", "statement_accepted_at"])
    agency = submission.badge_class.issuer.agency
    due_on = agency.working_day_after(now, submission.badge_class.turnaround_days)
    _move(submission, Status.SUBMITTED, by=by, now=now, submitted_at=now, due_on=due_on)
    submission_sent.send(sender=Submission, submission=submission, attempt=attempt)
    _write_to_earner(submission, "submission_received", about=attempt)
    return attempt


@transaction.atomic
def withdraw(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """The earner takes it back. What was sent stays in the history."""
    submission = _lock(submission)
    _move(submission, Status.WITHDRAWN, by=by, now=now, due_on=None)
    submission_withdrawn.send(sender=Submission, submission=submission)


@transaction.atomic
def begin_review(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    _move(submission, Status.IN_REVIEW, by=by, now=now)


@transaction.atomic
def back_to_queue(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """A reviewer gives it back. The promised date stays: the earner has waited already."""
    _move(submission, Status.SUBMITTED, by=by, now=now)


@transaction.atomic
def return_to_earner(
    submission: Submission, *, met: Collection[Criterion], by: User, now: datetime | None = None
) -> None:
    """Something is not yet met. What is met carries over; the rest opens for the next attempt."""
    now = now or timezone.now()
    _move(submission, Status.RETURNED, by=by, now=now, due_on=None)
    submission.met_criteria.set(met)
    previous = submission.latest_attempt
    attempt = submission.attempts.create(number=previous.number + 1, begun_at=now)
    EvidenceItem.objects.bulk_create(
        EvidenceItem(
            attempt=attempt,
            criterion_id=item.criterion_id,
            kind=item.kind,
            thread=item.thread,
            title=item.title,
            text=item.text,
            url=item.url,
            file=item.file.name,
            file_name=item.file_name,
            content_type=item.content_type,
            size=item.size,
            added_at=item.added_at,
        )
        for item in previous.evidence_items.all()
    )
    _write_to_earner(submission, "submission_returned", about=attempt)


@transaction.atomic
def approve(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Every required criterion is met. The award is due in the same commit."""
    _move(submission, Status.APPROVED, by=by, now=now, due_on=None)
    submission_approved.send(sender=Submission, submission=submission, now=now or timezone.now())


@transaction.atomic
def open_again(submission: Submission, *, now: datetime) -> None:
    """What this submission earned was taken back: its earner may start the badge anew."""
    submission = _lock(submission)
    submission.opened_again_at = now
    submission.save(update_fields=["opened_again_at"])


@transaction.atomic
def decline(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """The badge is not for this person or this evidence; another attempt would not help."""
    _move(submission, Status.DECLINED, by=by, now=now, due_on=None)
    _write_to_earner(submission, "submission_declined", about=submission)


def unanswered_criteria(submission: Submission, attempt: Attempt) -> list[Criterion]:
    """Required criteria that are neither found met nor answered with any evidence."""
    answered = attempt.evidence_items.values("criterion")
    return list(
        submission.version.criteria.filter(required=True)
        .exclude(pk__in=answered)
        .exclude(pk__in=submission.met_criteria.values("pk"))
    )


def _lock(submission: Submission) -> Submission:
    # Lock and reread the row: two people may act on it at the same moment.
    locked = Submission.objects.select_for_update(no_key=True)
    submission.refresh_from_db(from_queryset=locked)
    return submission


def _move(
    submission: Submission, to: Status, *, by: User, now: datetime | None = None, **fields
) -> None:
    """Lock, check, write the history, save. `fields` change together with the status."""
    _lock(submission)
    check_move(TRANSITIONS, Status(submission.status), to)
    submission.status_changes.create(
        from_status=submission.status,
        to_status=to,
        actor=by,
        changed_at=now or timezone.now(),
    )
    submission.status = to
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.save(update_fields=["status", *fields])


def _write_to_earner(submission: Submission, kind: str, *, about: Attempt | Submission) -> None:
    queue_email(
        kind,
        f"{about._meta.model_name}:{about.pk}",
        to=submission.earner.email,
        language=submission.earner.language,
        context={"submission": submission.pk},
    )


def _editable_attempt(submission: Submission, criterion: Criterion) -> Attempt:
    submission = _lock(submission)
    if submission.status not in EDITABLE:
        raise NotEditable("This submission has been sent in.")
    if criterion.version_id != submission.version_id:
        raise NotEditable("This criterion belongs to another version of the badge.")
    if submission.met_criteria.filter(pk=criterion.pk).exists():
        raise NotEditable("A reviewer has found this criterion met.")
    return submission.attempts.get(sent_at=None)


def _check_room(attempt: Attempt, criterion: Criterion) -> None:
    of_criterion = attempt.evidence_items.filter(criterion=criterion).count()
    if of_criterion >= MOST_ITEMS_PER_CRITERION or attempt.evidence_items.count() >= MOST_ITEMS:
        raise TooMuchEvidence


def forget_due_files(*, now: datetime) -> None:
    """Delete stored files that nothing names any more. One that cannot be, is tried again."""
    with transaction.atomic():
        due = UnwantedFile.objects.due(now=now).select_for_update(no_key=True, skip_locked=True)
        for unwanted in due[:BATCH]:
            is_named = EvidenceItem.objects.filter(file=unwanted.name).exists()
            try:
                if not is_named:
                    evidence_files().delete(unwanted.name)
            except Exception:  # each kind of storage has errors of its own
                log.exception("Could not delete the stored file %s", unwanted)
                unwanted.due_at = now + UNTIL_TRIED_AGAIN
                unwanted.save(update_fields=["due_at"])
            else:
                unwanted.delete()


def _forget_files(names: Sequence[str]) -> None:
    """After the commit, stored files that no row names any more are deleted."""
    now = timezone.now()
    UnwantedFile.objects.bulk_create(UnwantedFile(name=name, due_at=now) for name in names)
    wake("submissions.tasks.forget_files")
