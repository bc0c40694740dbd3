from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import audit, queue_email, wake
from issuing.granting import Grant, grant_all, stand_again
from issuing.models import Assertion, SharedEvidence
from issuing.signals import assertion_issued, assertion_revoked
from issuing.states import TRANSITIONS, AwardStatus, GrantSource
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission

log = logging.getLogger(__name__)

BATCH = 50


class TransitionNotAllowed(Exception):
    """The award is not in a state from which this move is possible."""


class ReasonMissing(Exception):
    """A badge is taken back with a reason that its earner and verifiers can read."""


class NotTheirEvidence(Exception):
    """Only evidence that was sent in for this badge can be shown with it."""


@transaction.atomic
def schedule_award(submission: Submission, *, now: datetime | None = None) -> Assertion:
    """Make the award due after the badge's waiting time. The same submission twice is one award.

    Somebody who was given the badge meanwhile keeps that award, and it is what is returned.
    """
    grant = Grant(
        recipient=submission.earner,
        version=submission.version,
        source=GrantSource.SUBMISSION,
        submission=submission,
    )
    [outcome] = grant_all([grant], by=None, now=now)
    return outcome.assertion


def issue_batch(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Issue up to BATCH awards that are due, in one transaction.

    Returns how many were issued and the keys of those that could not be: they stay due, and one
    award that cannot be issued never keeps the others waiting.
    """
    troubled = []
    with transaction.atomic():
        due = Assertion.objects.due(now=now).exclude(pk__in=skip)
        due = due.with_badge().select_related("recipient")
        # Only the award itself is locked; badges and people are read by many at the same time.
        batch = list(due.select_for_update(skip_locked=True, of=["self"])[:BATCH])
        for assertion in batch:
            try:
                with transaction.atomic():
                    _issue(assertion, now=now)
            except Exception:
                log.exception("Could not issue award %s", assertion.public_id)
                troubled.append(assertion.pk)
    return len(batch) - len(troubled), troubled


@transaction.atomic
def hold(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Stop the clock of an award in its waiting time until somebody has looked."""
    _move(assertion, AwardStatus.HELD, by=by, note=reason, now=now)


@transaction.atomic
def release(assertion: Assertion, *, by: User, now: datetime | None = None) -> None:
    """Let a held award go on; it is issued at its time, or at once if that has passed."""
    _move(assertion, AwardStatus.PENDING, by=by, now=now)
    wake("issuing.tasks.issue_due")


@transaction.atomic
def cancel(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Take back an award before it was issued. Its earner may start the badge anew."""
    if not reason.strip():
        raise ReasonMissing
    now = now or timezone.now()
    _move(assertion, AwardStatus.CANCELLED, by=by, note=reason, now=now)
    _open_again(assertion, now=now)
    _give_place_back(assertion)


@transaction.atomic
def revoke(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Take a badge back, for everyone to see: page, documents and verify page say so from now.

    Its earner may start the badge anew.
    """
    if not reason.strip():
        raise ReasonMissing
    now = now or timezone.now()
    _move(
        assertion,
        AwardStatus.REVOKED,
        by=by,
        note=reason,
        now=now,
        revoked_at=now,
        revocation_reason=reason.strip(),
    )
    _open_again(assertion, now=now)
    _give_place_back(assertion)
    assertion_revoked.send(sender=Assertion, assertion=assertion)
    _write_to_recipient(assertion, "badge_revoked")


@transaction.atomic
def share(
    assertion: Assertion,
    *,
    shows_name: bool,
    items: Collection[EvidenceItem],
    is_listed: bool = False,
) -> None:
    """The earner's choice of what the public page shows: the name, and evidence item by item."""
    if any(item.attempt.submission_id != assertion.submission_id for item in items):
        raise NotTheirEvidence
    assertion.shows_name, assertion.is_listed = shows_name, is_listed
    assertion.save(update_fields=["shows_name", "is_listed"])
    assertion.shared_evidence.exclude(item__in=items).delete()
    SharedEvidence.objects.bulk_create(
        [SharedEvidence(assertion=assertion, item=item) for item in items], ignore_conflicts=True
    )


def _open_again(assertion: Assertion, *, now: datetime) -> None:
    if assertion.submission:
        submissions.open_again(assertion.submission, now=now)


def _give_place_back(assertion: Assertion) -> None:
    """What a badge was renewed by is taken back: the earlier one counts again."""
    if assertion.renews_id:
        stand_again([assertion.renews_id])


def _issue(assertion: Assertion, *, now: datetime) -> None:
    # Whole seconds: the standards' dates carry no more, and all documents must agree.
    issued_on = now.replace(microsecond=0)
    _move(assertion, AwardStatus.ISSUED, by=None, now=now, issued_on=issued_on)
    assertion_issued.send(sender=Assertion, assertion=assertion)
    _write_to_recipient(assertion, "badge_issued")


def _move(
    assertion: Assertion,
    to: AwardStatus,
    *,
    by: User | None,
    note: str = "",
    now: datetime | None = None,
    **fields,
) -> None:
    """Lock, check, save, write into the book. `fields` change together with the status."""
    # The status alone is reread under the lock: what was earned never changes, and the badge and
    # the people that came along with a batch need not be asked for again.
    locked = Assertion.objects.select_for_update().filter(pk=assertion.pk)
    assertion.status = locked.values_list("status", flat=True)[0]
    if to not in TRANSITIONS[AwardStatus(assertion.status)]:
        raise TransitionNotAllowed(f"{assertion.status} -> {to}")
    assertion.status = to
    for name, value in fields.items():
        setattr(assertion, name, value)
    assertion.save(update_fields=["status", *fields])
    audit(
        f"award {to.value}",
        assertion,
        by=by,
        agency=assertion.badge_class.issuer.agency,
        note=note,
        at=now,
    )


def _write_to_recipient(assertion: Assertion, kind: str) -> None:
    queue_email(
        kind,
        str(assertion.public_id),
        to=assertion.recipient_email,
        language=assertion.recipient.language,
        context={"assertion": assertion.pk},
    )
