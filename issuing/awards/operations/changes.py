"""Changes to granted awards: hold, release, cancel, revoke, share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.moves import check_move, require_reason
from audit.operations import record
from background.enqueue import enqueue_on_commit
from editing.forms import Edit
from issuing.awards.email_queue import queue_award_emails, queue_cancellation_emails
from issuing.awards.operations.granting import restore_renewed
from issuing.documents import operations as credentials
from issuing.models import Assertion, EvidenceLink, SharedEvidence, StatusList
from issuing.models.assertions import CREDENTIAL_FIELDS
from issuing.querysets import AssertionQuerySet
from issuing.signals import assertions_revoked
from issuing.states import ACTIVE, TRANSITIONS, AwardStatus
from issuing.status_lists import operations as status_lists
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission


class NotPublic(Exception):
    """The award is private, and its earner is a minor or has not opened its page."""


class NotTheirEvidence(Exception):
    """The evidence belongs neither to the award nor to its submission."""


@transaction.atomic
def hold(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Pause a pending award until a coordinator releases or cancels it."""
    _move(assertion, AwardStatus.HELD, by=by, note=reason, now=now)


@transaction.atomic
def release(assertion: Assertion, *, by: User, now: datetime | None = None) -> None:
    """Resume a held award. It is issued at its due time, or at once if that has passed."""
    _move(assertion, AwardStatus.PENDING, by=by, now=now, waits_for_decision=False)
    enqueue_on_commit("issuing.tasks.issue_due")


@transaction.atomic
def cancel(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Cancel an award before it is issued. The earner may start the badge again.

    An earner who was emailed that it is on its way gets an email that it is not.
    """
    reason = require_reason(reason)
    now = now or timezone.now()
    _lock_with_related(Assertion.objects.filter(pk=assertion.pk))
    _move(
        assertion,
        AwardStatus.CANCELLED,
        by=by,
        note=reason,
        now=now,
        ended_by=by,
        waits_for_decision=False,
    )
    _reopen_submission(assertion, now=now)
    _restore_renewed_award(assertion)
    queue_cancellation_emails([assertion], now=now)


@transaction.atomic
def take_back_all(
    awards: AssertionQuerySet, *, by: User | None, reason: str, now: datetime
) -> tuple[int, int]:
    """Revoke those of these awards that are issued, and cancel those that are not.

    Returns both numbers. Others are left alone. The caller writes one entry in the activity log for
    all of them; each award keeps who ended it, and each revoked one when and why.
    """
    reason = require_reason(reason).strip()
    # What was issued or revoked meanwhile is read under the locks.
    locked = list(awards.filter(pk__in=_lock_with_related(awards), status__in=ACTIVE).with_badge())
    issued = [award for award in locked if award.status == AwardStatus.ISSUED]
    waiting = [award for award in locked if award.status != AwardStatus.ISSUED]
    Assertion.objects.filter(pk__in=[award.pk for award in waiting]).update(
        status=AwardStatus.CANCELLED, ended_by=by, waits_for_decision=False
    )
    Assertion.objects.filter(pk__in=[award.pk for award in issued]).update(
        status=AwardStatus.REVOKED, ended_by=by, revoked_at=now, revocation_reason=reason
    )
    if issued:
        _withdraw_what_is_public(issued, now=now)
    for award in locked:
        _reopen_submission(award, now=now)
    if renewed := [award.renews_id for award in locked if award.renews_id]:
        restore_renewed(renewed)
    if issued:
        assertions_revoked.send(sender=Assertion, assertions=issued)
        queue_award_emails(issued, "badge_revoked", now=now)
    if waiting:
        queue_cancellation_emails(waiting, now=now)
    return len(issued), len(waiting)


@transaction.atomic
def revoke(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Revoke an issued badge. Its page, its documents and the verify page show it at once.

    The earner may start the badge again.
    """
    reason = require_reason(reason)
    now = now or timezone.now()
    _lock_with_related(Assertion.objects.filter(pk=assertion.pk))
    _move(
        assertion,
        AwardStatus.REVOKED,
        by=by,
        note=reason,
        now=now,
        ended_by=by,
        revoked_at=now,
        revocation_reason=reason.strip(),
    )
    _withdraw_what_is_public([assertion], now=now)
    _reopen_submission(assertion, now=now)
    _restore_renewed_award(assertion)
    assertions_revoked.send(sender=Assertion, assertions=[assertion])
    queue_award_emails([assertion], "badge_revoked", now=now)


def stored_choice(assertion: Assertion) -> dict[str, Any]:
    """What the public page shows, as the form of the earner's choice has it."""
    return {
        "shows_name": assertion.shows_name,
        "is_listed": assertion.is_listed,
        "items": _shown(assertion, "item"),
        "links": _shown(assertion, "link"),
    }


def _shown(assertion: Assertion, kind: str) -> list[int]:
    shared = assertion.shared_evidence.exclude(**{kind: None})
    return list(shared.values_list(f"{kind}_id", flat=True))


@transaction.atomic
def share(
    assertion: Assertion,
    *,
    shows_name: bool,
    items: Collection[EvidenceItem],
    links: Collection[EvidenceLink] = (),
    is_listed: bool = False,
    edit: Edit | None = None,
    now: datetime | None = None,
) -> None:
    """Save the earner's choice of what the public page shows, and sign the badge again.

    Raises EditConflict if the choice is not what `edit` compared itself with.
    """
    # The lock makes the later of two concurrent choices the signed one. The award is reread under
    # the lock, because it may have been issued or revoked since the page was opened.
    locked = Assertion.objects.with_badge().select_for_update(no_key=True, of=["self"])
    assertion.refresh_from_db(from_queryset=locked)
    if assertion.is_private:
        raise NotPublic
    if edit:
        edit.check(stored_choice(assertion))
    if any(item.attempt.submission_id != assertion.submission_id for item in items):
        raise NotTheirEvidence
    still_there = EvidenceItem.objects.filter(pk__in=[item.pk for item in items])
    if still_there.count() != len(items):  # deleted at the end of its time, meanwhile
        raise NotTheirEvidence
    if any(link.assertion_id != assertion.pk for link in links):
        raise NotTheirEvidence
    assertion.shows_name, assertion.is_listed = shows_name, is_listed
    assertion.save(update_fields=["shows_name", "is_listed"])
    assertion.shared_evidence.exclude(Q(item__in=items) | Q(link__in=links)).delete()
    shown = [
        *(SharedEvidence(assertion=assertion, item=item) for item in items),
        *(SharedEvidence(assertion=assertion, link=link) for link in links),
    ]
    SharedEvidence.objects.bulk_create(shown, ignore_conflicts=True)
    if assertion.status == AwardStatus.ISSUED:
        credentials.re_sign([assertion], now=now or timezone.now())


@transaction.atomic
def show_name(assertion: Assertion, *, shows_name: bool, now: datetime | None = None) -> None:
    """Save whether the public page names the earner, and sign the badge again if that changed."""
    locked = Assertion.objects.with_badge().select_for_update(no_key=True, of=["self"])
    assertion.refresh_from_db(from_queryset=locked)
    if assertion.is_private and shows_name:
        raise NotPublic
    if assertion.shows_name == shows_name:
        return
    assertion.shows_name = shows_name
    assertion.save(update_fields=["shows_name"])
    if assertion.status == AwardStatus.ISSUED:
        credentials.re_sign([assertion], now=now or timezone.now())


def fill_in_names(users: Collection[User]) -> None:
    """Add names to awards that were granted when only the email address was known."""
    nameless = Assertion.objects.filter(recipient__in=users, recipient_name="")
    awards = list(nameless.with_badge().select_for_update(no_key=True, of=["self"]).order_by("pk"))
    names = {user.pk: user.name for user in users}
    for award in awards:
        award.recipient_name = names[award.recipient_id]
    Assertion.objects.bulk_update(awards, ["recipient_name"])
    shown = [award for award in awards if award.shows_name and award.status == AwardStatus.ISSUED]
    if shown:
        credentials.re_sign(shown, now=timezone.now())


def _lock_with_related(awards: AssertionQuerySet) -> list[int]:
    """Lock submissions, users and awards in the order of docs/architecture.md. Returns the ids."""
    rows = list(awards.order_by().values("pk", "submission", "recipient", "renews"))
    for model, keys in (
        (Submission, {row["submission"] for row in rows}),
        (User, {row["recipient"] for row in rows}),
        (Assertion, {row["pk"] for row in rows} | {row["renews"] for row in rows}),
    ):
        locked = model.objects.select_for_update(no_key=True).filter(pk__in=keys - {None})
        list(locked.order_by("pk").values_list("pk"))
    return [row["pk"] for row in rows]


def _withdraw_what_is_public(revoked: Sequence[Assertion], *, now: datetime) -> None:
    """Nothing personal stays public: signed forms are deleted, the status list has the bit."""
    credentials.delete_signed_forms(revoked)
    lists = StatusList.objects.filter(pk__in={award.status_list_id for award in revoked})
    status_lists.sign(list(lists), now=now)


def _reopen_submission(assertion: Assertion, *, now: datetime) -> None:
    if assertion.submission:
        submissions.allow_new_start(assertion.submission, now=now)


def _restore_renewed_award(assertion: Assertion) -> None:
    """If this award was a renewal, the earlier award counts again."""
    if assertion.renews_id:
        restore_renewed([assertion.renews_id])


def _move(
    assertion: Assertion,
    to: AwardStatus,
    *,
    by: User | None,
    note: str = "",
    now: datetime | None = None,
    **fields: object,
) -> None:
    """Lock, check, save and log the move. `fields` change together with the status."""
    # Only what can change is reread under the lock, so that related objects stay loaded.
    locked = Assertion.objects.select_for_update(no_key=True)
    assertion.refresh_from_db(fields=["status", *CREDENTIAL_FIELDS], from_queryset=locked)
    check_move(TRANSITIONS, AwardStatus(assertion.status), to)
    assertion.status = to
    for name, value in fields.items():
        setattr(assertion, name, value)
    assertion.save(update_fields=["status", *fields])
    record(
        f"award {to.value}",
        assertion,
        by=by,
        agency=assertion.badge_class.issuer.agency,
        note=note,
        at=now,
    )
