"""A coordinator has a decided submission read again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import require_reason
from audit.operations import record
from reviewing.due_process.operations.appeals import HoldIsOpen
from reviewing.due_process.telling import tell
from reviewing.models import Appeal, IntegrityHold, Reopening
from submissions.models import Submission
from submissions.moves import lock
from submissions.reopening import operations as submissions


class AppealIsOpen(Exception):
    """Its reader decides it. Reading everything again would take the appeal from the earner."""


@transaction.atomic
def reopen(
    submission: Submission,
    *,
    reason: str,
    by: User,
    by_others: bool = True,
    now: datetime | None = None,
) -> Reopening:
    """Reviewers read the same evidence again. The earner is told, with the reason.

    The award follows the table in `issuing/awards/rules.py`. Raises TransitionNotAllowed if it is
    open, ReasonMissing, AppealIsOpen, HoldIsOpen, or what `check_can_reopen` raises.
    """
    now = now or timezone.now()
    reason = require_reason(reason)
    submission = lock(submission)
    if Appeal.objects.open().filter(submission=submission).exists():
        raise AppealIsOpen
    if IntegrityHold.objects.open().filter(submission=submission).exists():
        raise HoldIsOpen
    attempt = submissions.read_again(submission, by=by, now=now)
    made = Reopening.objects.create(
        submission=submission,
        attempt=attempt,
        reason=reason,
        by_others=by_others,
        reopened_by=by,
        reopened_at=now,
    )
    agency = submission.badge_class.issuer.agency
    record("submission reopened", submission, by=by, agency=agency, note=reason, at=now)
    tell(submission.earner, "submission_reopened", str(made.pk), reopening=made.pk)
    return made
