"""Evidence is deleted a set time after its submission has ended (ADR 74).

Every submission that ends has a deadline, which the worker carries through: it follows the setting
of the program, tells the earner, and deletes. A hold or what the earner shows stops the deletion.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.moves import TransitionNotAllowed, require_reason
from audit.operations import delete_files_later, record
from background.operations import succeeds, work_on
from issuing.models import Assertion, SharedEvidence
from issuing.states import AwardStatus
from mail.operations import Letter, queue_emails
from postgres.erasure import deleting_evidence
from privacy.models import EvidenceDeadline, EvidenceHold
from program.models import Program
from reviewing.models import Appeal, IntegrityHold
from submissions.models import AiDisclosure, ChangeNote, EvidenceItem, Submission
from submissions.querysets import EvidenceItemQuerySet

# How long before the deletion the earner is told.
NOTICE = timedelta(days=30)
# When evidence that is shown with a badge, or could not be deleted, is looked at again.
AGAIN = timedelta(days=1)
BATCH = 500
FILE = EvidenceItem._meta.get_field("file")


def begin(submission: Submission, *, now: datetime) -> None:
    """The submission has ended. In the transaction of the caller; the worker fills in the day."""
    EvidenceDeadline.objects.get_or_create(submission=submission, defaults={"ended_at": now})


def end(submission: Submission) -> None:
    """The submission is open again: no day is set. In the transaction of the caller."""
    EvidenceDeadline.objects.filter(submission=submission).delete()


@transaction.atomic
def follow_the_setting(*, now: datetime) -> bool:
    """Compute the days of some deadlines again. False if all are as the program says.

    After a change of the setting everybody is told again, and has the whole notice.
    """
    days = Program.objects.current().evidence_days
    others = EvidenceDeadline.objects.of_other_days(days).order_by("pk")
    chosen = list(others.select_for_update(no_key=True, skip_locked=True)[:BATCH])
    for deadline in chosen:
        deadline.days, deadline.told_at, deadline.due_at = days, None, None
        if days is not None:
            deadline.due_at = max(deadline.ended_at + timedelta(days=days), now + NOTICE)
    EvidenceDeadline.objects.bulk_update(chosen, ["days", "told_at", "due_at"])
    return bool(chosen)


@transaction.atomic
def tell_next(*, now: datetime) -> bool:
    """Tell some earners of the day. False if nobody is left to be told. After an error, later."""
    due = EvidenceDeadline.objects.to_tell(now=now, ahead=NOTICE).filter(days=_days())
    free = due.exclude(submission__in=_held(now)).order_by("due_at", "pk")
    locked = free.select_for_update(no_key=True, skip_locked=True, of=["self"])
    chosen = list(locked.select_related("submission__earner")[:BATCH])
    failed = work_on(chosen, lambda some: _tell(some, now=now), what="tell of evidence")
    late = EvidenceDeadline.objects.filter(pk__in=[one.pk for one in failed])
    late.update(due_at=now + NOTICE + AGAIN)
    return bool(chosen)


def _tell(chosen: list[EvidenceDeadline], *, now: datetime) -> None:
    with_evidence = set(
        _not_shown(EvidenceItem.objects.filter(attempt__submission__evidence_deadline__in=chosen))
        .order_by()
        .values_list("attempt__submission", flat=True)
    )
    for deadline in chosen:
        deadline.told_at = now
        deadline.due_at = max(deadline.due_at or now, now + NOTICE)
    EvidenceDeadline.objects.bulk_update(chosen, ["told_at", "due_at"])
    told = [one for one in chosen if one.submission_id in with_evidence]
    queue_emails([_letter(one, now) for one in told if one.submission.earner.has_email], now=now)


def _letter(deadline: EvidenceDeadline, now: datetime) -> Letter:
    earner = deadline.submission.earner
    key = f"{deadline.submission_id}:{deadline.due_at:%Y-%m-%d}"
    context = {"deadline": deadline.pk}
    return Letter("evidence_due", key, earner.email, earner.language, context, now)


@transaction.atomic
def delete_next(*, now: datetime) -> bool:
    """Delete the evidence of one submission. False if none is due that nobody works on.

    After an error it is due again later.
    """
    due = EvidenceDeadline.objects.to_delete(now=now).filter(days=_days())
    free = Submission.objects.filter(evidence_deadline__in=due).order_by("pk")
    submission = free.select_for_update(no_key=True, skip_locked=True, of=["self"]).first()
    if submission is None:
        return False
    # What is shown can't change while the award is locked, and a hold waits for the submission.
    list(Assertion.objects.filter(submission=submission).select_for_update(no_key=True))
    deadline = due.filter(submission=submission)
    if Submission.objects.filter(pk=submission.pk, pk__in=_held(now)).exists():
        # Told again once the hold has ended.
        deadline.update(told_at=None)
    elif found := deadline.first():
        what = f"delete the evidence of submission {submission.public_id}"
        if not succeeds(lambda: _delete(submission, found, now=now), what=what):
            deadline.update(due_at=now + AGAIN)
    return True


def _delete(submission: Submission, deadline: EvidenceDeadline, *, now: datetime) -> None:
    items = EvidenceItem.objects.filter(attempt__submission=submission)
    going = _not_shown(items)
    keys = list(going.values_list("pk", flat=True))
    files = list(going.files().values_list("file", flat=True))
    if keys:
        SharedEvidence.objects.filter(item__in=keys).delete()
        with deleting_evidence():
            EvidenceItem.objects.filter(pk__in=keys).delete()
            AiDisclosure.objects.filter(attempt__submission=submission).delete()
            ChangeNote.objects.filter(attempt__submission=submission).delete()
        delete_files_later(FILE, files, due_at=now)
        agency = submission.badge_class.issuer.agency
        record("evidence deleted", submission, by=None, agency=agency, at=now)
        deadline.deleted_at = now
    deadline.is_over = not items.exists()
    deadline.due_at = None if deadline.is_over else now + AGAIN
    deadline.save(update_fields=["deleted_at", "is_over", "due_at"])


class AlreadyDeleted(Exception):
    """Nothing is left that a hold could keep."""


@transaction.atomic
def hold(
    submission: Submission,
    *,
    reason: str,
    by: User,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> EvidenceHold:
    """Keep the evidence until the hold ends. While one is in force, there is no second one.

    Raises AlreadyDeleted, and ReasonMissing without a reason.
    """
    now = now or timezone.now()
    reason = require_reason(reason)
    submission = _lock(submission)
    if EvidenceDeadline.objects.filter(submission=submission, is_over=True).exists():
        raise AlreadyDeleted
    holds = EvidenceHold.objects.filter(submission=submission)
    if current := holds.in_force(today=_day(now)).first():
        return current
    holds.filter(lifted_at=None).update(lifted_at=now)
    made = holds.create(
        submission=submission, reason=reason, held_by=by, held_at=now, ends_on=ends_on
    )
    agency = submission.badge_class.issuer.agency
    record("evidence held", submission, by=by, agency=agency, note=reason, at=now)
    return made


@transaction.atomic
def lift(held: EvidenceHold, *, by: User, now: datetime | None = None) -> None:
    """End a hold. Raises TransitionNotAllowed if it has ended already."""
    now = now or timezone.now()
    submission = _lock(held.submission)
    held.refresh_from_db(from_queryset=EvidenceHold.objects.select_for_update(no_key=True))
    if held.lifted_at:
        raise TransitionNotAllowed("lifted -> lifted")
    held.lifted_by, held.lifted_at = by, now
    held.save(update_fields=["lifted_by", "lifted_at"])
    agency = submission.badge_class.issuer.agency
    record("hold of evidence lifted", submission, by=by, agency=agency, at=now)


def _lock(submission: Submission) -> Submission:
    return Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)


def _days() -> int | None:
    return Program.objects.current().evidence_days


def _day(now: datetime) -> date:
    return timezone.localdate(now)


def _held(now: datetime) -> QuerySet:
    """Submissions whose evidence is kept on purpose, or needed for an appeal or a hold."""
    held = EvidenceHold.objects.in_force(today=_day(now)).order_by().values("submission")
    appealed = Appeal.objects.open().order_by().values("submission")
    doubted = IntegrityHold.objects.open().order_by().values("submission")
    return held.union(appealed, doubted, all=True)


def _not_shown(items: EvidenceItemQuerySet) -> EvidenceItemQuerySet:
    """Without what everybody can read with a badge."""
    shown = SharedEvidence.objects.filter(assertion__status=AwardStatus.ISSUED)
    return items.exclude(pk__in=shown.exclude(item=None).values("item"))
