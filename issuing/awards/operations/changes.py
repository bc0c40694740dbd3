"""What happens to an award after it was granted: held, released, cancelled, revoked, shared."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import check_move, require_reason
from audit.operations import record, record_all
from background.due_rows import enqueue_on_commit
from issuing.awards.letters import write_to_recipients
from issuing.awards.operations.granting import stand_again
from issuing.documents import operations as credentials
from issuing.models import Assertion, SharedEvidence
from issuing.querysets import AssertionQuerySet
from issuing.signals import assertion_revoked
from issuing.states import TRANSITIONS, AwardStatus
from issuing.status_lists import operations as status_lists
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission


class NotTheirEvidence(Exception):
    """Only evidence that was sent in for this badge can be shown with it."""


@transaction.atomic
def hold(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Stop the clock of an award in its waiting time until somebody has looked."""
    _move(assertion, AwardStatus.HELD, by=by, note=reason, now=now)


@transaction.atomic
def release(assertion: Assertion, *, by: User, now: datetime | None = None) -> None:
    """Let a held award go on; it is issued at its time, or at once if that has passed."""
    _move(assertion, AwardStatus.PENDING, by=by, now=now)
    enqueue_on_commit("issuing.tasks.issue_due")


@transaction.atomic
def cancel(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Take back an award before it was issued. Its earner may start the badge anew."""
    reason = require_reason(reason)
    now = now or timezone.now()
    _lock_around(Assertion.objects.filter(pk=assertion.pk))
    _move(assertion, AwardStatus.CANCELLED, by=by, note=reason, now=now)
    _open_again(assertion, now=now)
    _give_place_back(assertion)


@transaction.atomic
def cancel_all(awards: AssertionQuerySet, *, by: User | None, reason: str, now: datetime) -> int:
    """As `cancel`, for all of these that have not been issued yet; says how many that were."""
    waiting = awards.filter(status__in=[AwardStatus.PENDING, AwardStatus.HELD])
    locked = list(waiting.filter(pk__in=_lock_around(waiting)).with_badge())
    Assertion.objects.filter(pk__in=[award.pk for award in locked]).update(
        status=AwardStatus.CANCELLED
    )
    act = f"award {AwardStatus.CANCELLED.value}"
    acts = [(act, award, award.badge_class.issuer.agency) for award in locked]
    record_all(acts, by=by, note=reason, at=now)
    for award in locked:
        _open_again(award, now=now)
    if renewed := [award.renews_id for award in locked if award.renews_id]:
        stand_again(renewed)
    return len(locked)


@transaction.atomic
def revoke(assertion: Assertion, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Take a badge back, for everyone to see: page, documents and verify page say so from now.

    Its earner may start the badge anew.
    """
    reason = require_reason(reason)
    now = now or timezone.now()
    _lock_around(Assertion.objects.filter(pk=assertion.pk))
    _move(
        assertion,
        AwardStatus.REVOKED,
        by=by,
        note=reason,
        now=now,
        revoked_at=now,
        revocation_reason=reason.strip(),
    )
    # What is left of the award names nobody: the signed forms go, and the list says why.
    credentials.take_away([assertion])
    status_lists.sign([assertion.status_list], now=now)
    _open_again(assertion, now=now)
    _give_place_back(assertion)
    assertion_revoked.send(sender=Assertion, assertion=assertion)
    write_to_recipients([assertion], "badge_revoked", now=now)


@transaction.atomic
def share(
    assertion: Assertion,
    *,
    shows_name: bool,
    items: Collection[EvidenceItem],
    is_listed: bool = False,
    now: datetime | None = None,
) -> None:
    """The earner's choice of what the public page shows: the name, and evidence item by item."""
    # Locked: of two choices at the same moment, the later one is what the signed badge shows. And
    # read under the lock, because it may have been issued or revoked since the page was opened.
    locked = Assertion.objects.with_badge().select_for_update(no_key=True, of=["self"])
    assertion.refresh_from_db(from_queryset=locked)
    if any(item.attempt.submission_id != assertion.submission_id for item in items):
        raise NotTheirEvidence
    assertion.shows_name, assertion.is_listed = shows_name, is_listed
    assertion.save(update_fields=["shows_name", "is_listed"])
    assertion.shared_evidence.exclude(item__in=items).delete()
    SharedEvidence.objects.bulk_create(
        [SharedEvidence(assertion=assertion, item=item) for item in items], ignore_conflicts=True
    )
    if assertion.status == AwardStatus.ISSUED:
        credentials.sign_anew([assertion], now=now or timezone.now())


def name_recipients(users: Collection[User]) -> None:
    """Awards of people who were known by an address alone carry their names from now."""
    nameless = Assertion.objects.filter(recipient__in=users, recipient_name="")
    held = list(nameless.with_badge().select_for_update(no_key=True, of=["self"]).order_by("pk"))
    names = {user.pk: user.name for user in users}
    for award in held:
        award.recipient_name = names[award.recipient_id]
    Assertion.objects.bulk_update(held, ["recipient_name"])
    shown = [award for award in held if award.shows_name and award.status == AwardStatus.ISSUED]
    if shown:
        credentials.sign_anew(shown, now=timezone.now())


def _lock_around(awards: AssertionQuerySet) -> list[int]:
    """Lock these, and before them what they hang on: the order is in docs/architecture.md."""
    rows = list(awards.order_by().values("pk", "submission", "recipient", "renews"))
    for model, keys in (
        (Submission, {row["submission"] for row in rows}),
        (User, {row["recipient"] for row in rows}),
        (Assertion, {row["pk"] for row in rows} | {row["renews"] for row in rows}),
    ):
        locked = model.objects.select_for_update(no_key=True).filter(pk__in=keys - {None})
        list(locked.order_by("pk").values_list("pk"))
    return [row["pk"] for row in rows]


def _open_again(assertion: Assertion, *, now: datetime) -> None:
    if assertion.submission:
        submissions.allow_new_start(assertion.submission, now=now)


def _give_place_back(assertion: Assertion) -> None:
    """What a badge was renewed by is taken back: the earlier one counts again."""
    if assertion.renews_id:
        stand_again([assertion.renews_id])


def _move(
    assertion: Assertion,
    to: AwardStatus,
    *,
    by: User | None,
    note: str = "",
    now: datetime | None = None,
    **fields: object,
) -> None:
    """Lock, check, save, write into the book. `fields` change together with the status."""
    # The status alone is reread under the lock: what was earned never changes, and the badge and
    # the people that came along with a batch need not be asked for again.
    locked = Assertion.objects.select_for_update(no_key=True).filter(pk=assertion.pk)
    assertion.status = locked.values_list("status", flat=True)[0]
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
