from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.operations import record, record_all
from background.due_rows import wake
from catalog.models import BadgeVersion
from issuing import credentials, status_lists
from issuing.granting import Grant, grant_all, stand_again
from issuing.models import Assertion, SharedEvidence, StatusList
from issuing.querysets import AssertionQuerySet
from issuing.signals import assertion_revoked, assertions_issued
from issuing.states import TRANSITIONS, AwardStatus, GrantSource
from issuing.validity import expiry
from mail.operations import Letter, queue_emails
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission

log = logging.getLogger(__name__)

BATCH = 1000


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
    with transaction.atomic():
        due = Assertion.objects.due(now=now).exclude(pk__in=skip)
        batch = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
        if not batch:
            return 0, []
        _join(batch)
        try:
            with transaction.atomic():
                _issue(batch, now=now)
        except Exception:
            log.exception("Could not issue %s awards together; trying one by one", len(batch))
        else:
            return len(batch), []
        troubled = []
        for award in batch:
            try:
                with transaction.atomic():
                    _issue([Assertion.objects.with_badge().get(pk=award.pk)], now=now)
            except Exception:
                log.exception("Could not issue award %s", award.public_id)
                troubled.append(award.pk)
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
    if not reason.strip():
        raise ReasonMissing
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
    # Its place is asked for under the lock: of an old award it came with the issue, a moment ago.
    assertion.refresh_from_db(fields=["status_list", "status_index"])
    if assertion.status_list:
        status_lists.sign([assertion.status_list], now=now)
    _open_again(assertion, now=now)
    _give_place_back(assertion)
    assertion_revoked.send(sender=Assertion, assertion=assertion)
    _write_to_recipients([assertion], "badge_revoked", now=now)


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
    kinds = ((Submission, ["submission"]), (User, ["recipient"]), (Assertion, ["pk", "renews"]))
    for model, names in kinds:
        keys = {row[name] for row in rows for name in names} - {None}
        locked = model.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        list(locked.values_list("pk"))
    return [row["pk"] for row in rows]


def _open_again(assertion: Assertion, *, now: datetime) -> None:
    if assertion.submission:
        submissions.open_again(assertion.submission, now=now)


def _give_place_back(assertion: Assertion) -> None:
    """What a badge was renewed by is taken back: the earlier one counts again."""
    if assertion.renews_id:
        stand_again([assertion.renews_id])


def _join(awards: Sequence[Assertion]) -> None:
    """Give awards their badges and lists: read once, not once for each award that shares them."""
    versions = BadgeVersion.objects.select_related("badge_class__issuer__agency").in_bulk(
        {award.version_id for award in awards}
    )
    lists = StatusList.objects.in_bulk({award.status_list_id for award in awards} - {None})
    for award in awards:
        award.version = versions[award.version_id]
        award.badge_class = award.version.badge_class
        award.status_list = lists.get(award.status_list_id)


def _issue(awards: Sequence[Assertion], *, now: datetime) -> None:
    """Issue awards that are due and locked: a number of statements that does not grow with them."""
    # Whole seconds: the standards' dates carry no more, and all documents must agree.
    issued_on = now.replace(microsecond=0)
    for award in awards:
        award.status, award.issued_on = AwardStatus.ISSUED, issued_on
        award.expires = expiry(award.badge_class, issued_on=issued_on, earned_on=award.earned_on)
    # Of those that were granted before places were given with the grant.
    status_lists.give_places(awards, now=now)
    status_lists.sign_new({award.status_list for award in awards}, now=now)
    _save_issued(awards)
    credentials.sign_all(awards, now=issued_on)
    act = f"award {AwardStatus.ISSUED.value}"
    record_all([(act, award, award.badge_class.issuer.agency) for award in awards], by=None, at=now)
    assertions_issued.send(sender=Assertion, assertions=awards)
    _write_to_recipients(awards, "badge_issued", now=now)


def _save_issued(awards: Sequence[Assertion]) -> None:
    columns = zip(
        *((a.pk, a.status, a.issued_on, a.expires, a.status_list_id, a.status_index)
          for a in awards),
        strict=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE issuing_assertion AS award
            SET status = new.status, issued_on = new.issued_on, expires = new.expires,
                status_list_id = new.status_list_id, status_index = new.status_index
            FROM unnest(
                %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bigint[],
                %s::int[]
            ) AS new (id, status, issued_on, expires, status_list_id, status_index)
            WHERE award.id = new.id
            """,
            [list(column) for column in columns],
        )


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
    locked = Assertion.objects.select_for_update(no_key=True).filter(pk=assertion.pk)
    assertion.status = locked.values_list("status", flat=True)[0]
    if to not in TRANSITIONS[AwardStatus(assertion.status)]:
        raise TransitionNotAllowed(f"{assertion.status} -> {to}")
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


def _write_to_recipients(awards: Sequence[Assertion], kind: str, *, now: datetime) -> None:
    recipients = User.objects.filter(pk__in={award.recipient_id for award in awards})
    languages = dict(recipients.values_list("pk", "language"))
    letters = (
        Letter(
            kind=kind,
            key=str(award.public_id),
            to=award.recipient_email,
            language=languages[award.recipient_id],
            context={"assertion": award.pk},
            due_at=now,
        )
        for award in awards
    )
    queue_emails(letters, now=now)
