from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.minors.consents import missing_consent
from accounts.models import ConsentPurpose, User
from audit.moves import TransitionNotAllowed
from audit.operations import delete_files_later, storing_file
from catalog.models import BadgeClass, Criterion
from catalog.states import BadgeStatus
from editing.forms import Edit
from editing.shown import check_shown
from mail.operations import queue_email
from postgres.refusals import Broken, broken
from submissions.declarations.operations import AiUse, declare
from submissions.media.finished import require_finished_recordings
from submissions.models import (
    Attempt,
    EvidenceItem,
    Submission,
    evidence_files,
    evidence_path,
)
from submissions.moves import begin_next_attempt, lock, move
from submissions.permissions import has_earned, is_being_read
from submissions.precheck.operations import forget_names
from submissions.previews.operations import ask_for_previews
from submissions.refusals import (
    AlreadyBeingRead,
    CannotStart,
    ConsentMissing,
    EvidenceLimitReached,
    Incomplete,
    NotEditable,
)
from submissions.signals import (
    submission_approved,
    submission_sent,
    submission_withdrawn,
)
from submissions.states import EDITABLE, Status

log = logging.getLogger(__name__)

MAX_ITEMS_PER_CRITERION = 10
MAX_ITEMS = 40

FILE = EvidenceItem._meta.get_field("file")


@transaction.atomic
def start(badge_class: BadgeClass, *, by: User, now: datetime | None = None) -> Submission:
    """Start a draft of the badge's current version, or return the open submission."""
    now = now or timezone.now()
    if existing := Submission.objects.open().of(by).filter(badge_class=badge_class).first():
        return existing
    # Locked, so that the badge is not retired between the check and the insert.
    badge_class = BadgeClass.objects.select_for_update(no_key=True).get(pk=badge_class.pk)
    version_id = badge_class.current_version_id
    if badge_class.status != BadgeStatus.PUBLISHED or version_id is None:
        raise CannotStart(_("This badge is not open at the moment."))
    if badge_class.has_pathway:
        raise CannotStart(
            _("This badge is awarded automatically to anyone who completes its pathway.")
        )
    # Locked, so that nothing is begun while the account is erased.
    if not User.objects.select_for_update(no_key=True).filter(pk=by.pk, is_active=True).exists():
        raise CannotStart(_("This account is closed."))
    if has_earned(by, badge_class, now=now):
        raise CannotStart(_("You have already earned this badge."))
    try:
        with broken("one_open_submission_per_earner_and_badge"), transaction.atomic():
            submission = Submission.objects.create(
                earner=by,
                badge_class=badge_class,
                version_id=version_id,
                started_at=now,
            )
    except Broken:  # the button was pressed twice
        return Submission.objects.open().get(earner=by, badge_class=badge_class)
    submission.attempts.create(number=1, begun_at=now)
    return submission


@transaction.atomic
def write_text(
    submission: Submission,
    criterion: Criterion,
    text: str,
    *,
    now: datetime | None = None,
) -> None:
    """Save the earner's text for a criterion. Empty text deletes the item."""
    attempt = editable_attempt(submission, criterion)
    item = attempt.evidence_items.filter(criterion=criterion, kind=EvidenceItem.Kind.TEXT).first()
    if not text.strip():
        if item:
            item.delete()
        return
    if item:
        item.text = text
        item.save(update_fields=["text"])
        return
    check_limits(attempt, criterion)
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
    attempt = editable_attempt(submission, criterion)
    check_limits(attempt, criterion)
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
    thread: UUID | None = None,
    now: datetime | None = None,
) -> EvidenceItem:
    """Save a file that `submissions.files` has checked and stripped of metadata.

    It is stored before its row is committed. If the commit fails, the file is deleted later.
    A browser that lost the answer sends the same `thread` again, and gets what was saved.
    """
    now = now or timezone.now()
    with storing_file(FILE, evidence_path()) as unwanted:
        attempt = editable_attempt(submission, criterion)
        if thread and (saved := attempt.evidence_items.filter(thread=thread).first()):
            unwanted.delete()
            return saved
        check_limits(attempt, criterion)
        item = attempt.evidence_items.create(
            criterion=criterion,
            thread=thread or uuid4(),
            kind=EvidenceItem.Kind.FILE,
            title=title,
            file=evidence_files().save(unwanted.name, file),
            file_name=file_name[-200:],
            content_type=content_type,
            size=file.size,
            added_at=now,
        )
        unwanted.delete()
    return item


@transaction.atomic
def write_title(item: EvidenceItem, title: str, *, edit: Edit | None = None) -> None:
    """Save the caption of a file or link.

    Raises EditConflict if the caption is not what `edit` compared itself with.
    """
    editable_attempt(item.attempt.submission, item.criterion)
    item.refresh_from_db(fields=["title"])
    if edit:
        edit.check({"title": item.title})
    item.title = title
    item.save(update_fields=["title"])


@transaction.atomic
def remove_item(item: EvidenceItem) -> None:
    """Remove an item from the draft.

    Its stored file is deleted after the commit, unless an earlier attempt still refers to it.
    """
    editable_attempt(item.attempt.submission, item.criterion)
    stored = item.file.name
    item.delete()
    if stored:
        _schedule_deletion([stored])


@transaction.atomic
def discard(submission: Submission) -> None:
    """Delete a draft that was never sent, with its files."""
    submission = lock(submission)
    if submission.status != Status.DRAFT:
        raise TransitionNotAllowed(f"{submission.status} -> discarded")
    stored = EvidenceItem.objects.filter(attempt__submission=submission).exclude(file="")
    names = list(stored.values_list("file", flat=True))
    submission.delete()
    _schedule_deletion(names)


@transaction.atomic
def send(
    submission: Submission,
    *,
    by: User,
    statement_accepted: bool,
    statement_shown: str = "",
    ai: AiUse | None = None,
    changes: str = "",
    shown: str = "",
    now: datetime | None = None,
) -> Attempt:
    """Send the draft in. After that, this attempt never changes.

    Raises Incomplete if a required criterion has no evidence, ConsentMissing if a guardian has to
    agree first, NotAsShown if `shown` is not the draft's `mark`, StatementChanged if
    `statement_shown` is not that of the statement in force, and ValueError without the statement
    or what the badge asks about AI, which the form requires.
    """
    now = now or timezone.now()
    submission = lock(submission)
    attempt = submission.attempts.filter(sent_at=None).first()
    # What was approved or declined on appeal may still have a draft. Only a coordinator reopens it.
    if attempt is None or submission.status not in EDITABLE:
        raise TransitionNotAllowed(f"{submission.status} -> {Status.SUBMITTED}")
    if not statement_accepted:
        raise ValueError("The statement must be accepted before sending.")
    if agency := missing_consent(submission.earner, ConsentPurpose.EVIDENCE):
        raise ConsentMissing(agency)
    if missing := submission.unanswered_criteria(attempt):
        raise Incomplete(missing)
    require_finished_recordings(submission)
    check_shown(shown, EvidenceItem.objects.of_draft(submission).mark())
    declare(attempt, statement_shown=statement_shown, ai=ai, changes=changes)
    forget_names(attempt)
    attempt.sent_at = attempt.statement_accepted_at = now
    attempt.save(update_fields=["sent_at", "statement_accepted_at", "statement"])
    ask_for_previews(submission, attempt.evidence_items.files(), now=now)
    agency = submission.badge_class.issuer.agency
    due_on = agency.working_day_after(now, submission.badge_class.turnaround_days)
    move(submission, Status.SUBMITTED, by=by, now=now, submitted_at=now, due_on=due_on)
    submission_sent.send(sender=Submission, submission=submission, attempt=attempt)
    _email_earner(submission, "submission_received", about=attempt)
    return attempt


@transaction.atomic
def withdraw(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Withdraw the submission. Sent attempts stay in the history."""
    submission = lock(submission)
    move(submission, Status.WITHDRAWN, by=by, now=now, due_on=None)
    submission_withdrawn.send(sender=Submission, submission=submission)


@transaction.atomic
def take_back(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Let the earner change what was sent, while nobody has begun to read it.

    The sent attempt stays as it is; the next one begins with its evidence. Raises AlreadyBeingRead.
    """
    now = now or timezone.now()
    if is_being_read(lock(submission)):
        raise AlreadyBeingRead
    move(submission, Status.TAKEN_BACK, by=by, now=now, due_on=None)
    begin_next_attempt(submission, now=now)


@transaction.atomic
def begin_review(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    move(submission, Status.IN_REVIEW, by=by, now=now)


@transaction.atomic
def return_to_queue(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Return a submission to the queue. The due date stays, as the earner has already waited."""
    move(submission, Status.SUBMITTED, by=by, now=now)


@transaction.atomic
def return_to_earner(
    submission: Submission, *, met: Collection[Criterion], by: User, now: datetime | None = None
) -> None:
    """Return a submission whose criteria are not all met. Only the rest can be edited again."""
    now = now or timezone.now()
    move(submission, Status.RETURNED, by=by, now=now, due_on=None)
    submission.met_criteria.set(met)
    attempt = begin_next_attempt(submission, now=now)
    _email_earner(submission, "submission_returned", about=attempt)


@transaction.atomic
def approve(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Every required criterion is met. The award is due in the same commit."""
    move(submission, Status.APPROVED, by=by, now=now, due_on=None, opened_again_at=None)
    submission_approved.send(sender=Submission, submission=submission, now=now or timezone.now())


@transaction.atomic
def allow_new_start(submission: Submission, *, now: datetime) -> None:
    """Let the earner start the badge again, after the award of this submission was revoked."""
    submission = lock(submission)
    submission.opened_again_at = now
    submission.save(update_fields=["opened_again_at"])


@transaction.atomic
def decline(submission: Submission, *, by: User, now: datetime | None = None) -> None:
    """Close the submission without an award. There is no further attempt."""
    move(submission, Status.DECLINED, by=by, now=now, due_on=None)
    _email_earner(submission, "submission_declined", about=submission)


def _email_earner(submission: Submission, kind: str, *, about: Attempt | Submission) -> None:
    queue_email(
        kind,
        f"{about._meta.model_name}:{about.pk}",
        to=submission.earner.email,
        language=submission.earner.language,
        context={"submission": submission.pk},
    )


def editable_attempt(submission: Submission, criterion: Criterion) -> Attempt:
    submission = lock(submission)
    if submission.status not in EDITABLE:
        raise NotEditable("This submission has been sent in.")
    if criterion.version_id != submission.version_id:
        raise NotEditable("This criterion belongs to another version of the badge.")
    if submission.met_criteria.filter(pk=criterion.pk).exists():
        raise NotEditable("A reviewer has found this criterion met.")
    return submission.attempts.get(sent_at=None)


def check_limits(attempt: Attempt, criterion: Criterion) -> None:
    of_criterion = attempt.evidence_items.filter(criterion=criterion).count()
    if of_criterion >= MAX_ITEMS_PER_CRITERION or attempt.evidence_items.count() >= MAX_ITEMS:
        raise EvidenceLimitReached


def _schedule_deletion(names: Sequence[str]) -> None:
    """Delete these stored files after the commit, unless an item still refers to them."""
    delete_files_later(FILE, names, due_at=timezone.now())
