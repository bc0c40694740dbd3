"""Issues due awards in batches, one transaction per batch."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction

from audit.operations import record_all
from catalog.models import BadgeVersion
from issuing.awards.email_queue import queue_award_emails
from issuing.documents import operations as credentials
from issuing.expiry import expiry
from issuing.models import Assertion, StatusList
from issuing.signals import assertions_issued
from issuing.states import AwardStatus
from issuing.status_lists import operations as status_lists

log = logging.getLogger(__name__)

BATCH = 1000


def issue_batch(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Issue up to BATCH due awards in one transaction.

    Returns the number of issued awards, and the ids of those that failed. Failed awards stay due,
    and do not block the others.
    """
    with transaction.atomic():
        due = Assertion.objects.due(now=now).exclude(pk__in=skip)
        batch = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
        if not batch:
            return 0, []
        _attach_relations(batch)
        try:
            with transaction.atomic():
                _issue(batch, now=now)
        except Exception:
            log.exception("Could not issue %s awards together; trying one by one", len(batch))
        else:
            return len(batch), []
        failed = []
        for award in batch:
            try:
                with transaction.atomic():
                    _issue([Assertion.objects.with_badge().get(pk=award.pk)], now=now)
            except Exception:
                log.exception("Could not issue award %s", award.public_id)
                failed.append(award.pk)
    return len(batch) - len(failed), failed


def _attach_relations(awards: Sequence[Assertion]) -> None:
    """Attach badges and status lists, which awards share, without a join per award."""
    versions = BadgeVersion.objects.select_related("badge_class__issuer__agency").in_bulk(
        {award.version_id for award in awards}
    )
    lists = StatusList.objects.in_bulk({award.status_list_id for award in awards})
    for award in awards:
        award.version = versions[award.version_id]
        award.badge_class = award.version.badge_class
        award.status_list = lists[award.status_list_id]


def _issue(awards: Sequence[Assertion], *, now: datetime) -> None:
    """Issue due, locked awards with a constant number of statements."""
    # Whole seconds, because Open Badges datetimes have no more and all documents must agree.
    issued_on = now.replace(microsecond=0)
    for award in awards:
        award.status, award.issued_on = AwardStatus.ISSUED, issued_on
        # An expiry given with the award stays.
        award.expires = award.expires or expiry(
            award.badge_class, awarded_on=award.awarded_on or issued_on
        )
    status_lists.sign_new({award.status_list for award in awards}, now=now)
    _save_issued(awards)
    credentials.sign_all(awards, now=issued_on)
    act = f"award {AwardStatus.ISSUED.value}"
    record_all([(act, award, award.badge_class.issuer.agency) for award in awards], by=None, at=now)
    assertions_issued.send(sender=Assertion, assertions=awards)
    queue_award_emails(awards, "badge_issued", now=now)


def _save_issued(awards: Sequence[Assertion]) -> None:
    columns = zip(
        *((award.pk, award.status, award.issued_on, award.expires) for award in awards),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE issuing_assertion AS award
            SET status = new.status, issued_on = new.issued_on, expires = new.expires
            FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
                AS new (id, status, issued_on, expires)
            WHERE award.id = new.id
            """,
            [list(column) for column in columns],
        )
