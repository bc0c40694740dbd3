"""Replaces credentials that are due, in batches of one issuer: ADR 63."""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.operations import lock_people
from audit.operations import record_all
from issuing import short_codes
from issuing.documents import endorsement_credentials
from issuing.documents import operations as credentials
from issuing.models import (
    Assertion,
    Endorsement,
    ReplacedCredential,
    ReplacementRequest,
    StatusList,
    new_salt,
)
from issuing.models.assertions import CREDENTIAL_FIELDS
from issuing.states import EndorsementStatus, ReplacementStatus
from issuing.status_lists import operations as status_lists
from mail.operations import Letter, queue_emails
from postgres.row_locks import lock_all

log = logging.getLogger(__name__)

BATCH = 200


def replace_batch(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Work off up to BATCH due requests of one issuer in one transaction.

    Returns the number of requests that are done or not needed any more, and the ids of those that
    failed. Failed ones stay due, the earlier credentials stay valid, and others are not blocked.
    """
    with transaction.atomic():
        due = ReplacementRequest.objects.due(now=now).exclude(pk__in=skip)
        issuer = due.values_list("assertion__badge_class__issuer", flat=True).first()
        of_issuer = due.filter(assertion__badge_class__issuer=issuer)
        locked = of_issuer.select_for_update(no_key=True, skip_locked=True, of=["self"])
        batch = list(locked[:BATCH])
        if not batch:
            return 0, []
        try:
            with transaction.atomic():
                _replace(batch, now=now)
        except Exception:
            log.exception("Could not replace %s credentials together; one by one", len(batch))
        else:
            return len(batch), []
        failed = []
        for request in batch:
            try:
                with transaction.atomic():
                    _replace([request], now=now)
            except Exception:
                log.exception("Could not replace the credential of award %s", request.assertion_id)
                failed.append(request.pk)
    return len(batch) - len(failed), failed


def _replace(requests: Sequence[ReplacementRequest], *, now: datetime) -> None:
    """Locks are taken in the order of docs/architecture.md; a request is locked before all."""
    keys = [request.assertion_id for request in requests]
    endorsements = lock_all(
        Endorsement.objects.filter(
            assertion__in=keys, status__in=[EndorsementStatus.OFFERED, EndorsementStatus.ACCEPTED]
        )
    )
    lock_people(User.objects.filter(assertions__in=keys).distinct())
    locked = Assertion.objects.filter(pk__in=keys).order_by("pk")
    list(locked.select_for_update(no_key=True).values_list("pk"))
    found = Assertion.objects.with_badge().with_earlier_names().filter(pk__in=keys).order_by("pk")
    awards = list(found.select_related("recipient__linked_to"))
    if awards:
        _move_all(awards, now=now)
        _sign_all(awards, endorsements, now=now)
        acts = [("credential replaced", award, award.badge_class.issuer.agency) for award in awards]
        record_all(acts, by=None, at=now)
    _close(requests, {award.pk for award in awards}, now=now)
    _queue_emails(awards, requests, now=now)


def _move_all(awards: Sequence[Assertion], *, now: datetime) -> None:
    """Keep what each credential was, and give the award its new number, code, name and place."""
    # In the order of their keys, before any is locked alone.
    lists = StatusList.objects.filter(issuer__in={award.badge_class.issuer_id for award in awards})
    list(lists.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    ReplacedCredential.objects.bulk_create(
        ReplacedCredential(
            assertion=award,
            replaced_at=now,
            **{name: getattr(award, name) for name in CREDENTIAL_FIELDS},
        )
        for award in awards
    )
    for award in awards:
        award.public_id, award.short_code = uuid.uuid4(), short_codes.new_short_code()
        award.salt = new_salt()
        award.recipient_name = award.recipient.main_account.name or award.recipient_name
        award.recipient_email = award.recipient.email
    status_lists.assign_places(awards, now=now)
    Assertion.objects.bulk_update(awards, CREDENTIAL_FIELDS)


def _sign_all(
    awards: Sequence[Assertion], endorsements: Sequence[Endorsement], *, now: datetime
) -> None:
    status_lists.sign_new({award.status_list for award in awards}, now=now)
    by_key = {award.pk: award for award in awards}
    for endorsement in endorsements:
        if endorsement.status == EndorsementStatus.ACCEPTED and endorsement.assertion_id in by_key:
            # What is endorsed has another id now.
            endorsement.assertion = by_key[endorsement.assertion_id]
            signed = endorsement_credentials.sign(endorsement, now=now.replace(microsecond=0))
            endorsement.credential, endorsement.key = signed
            endorsement.save(update_fields=["credential", "key"])
    credentials.sign_all(awards, now=now, replace=True)
    earlier = StatusList.objects.filter(replaced_credentials__assertion__in=awards).distinct()
    status_lists.sign(list(earlier), now=now)


def _close(requests: Sequence[ReplacementRequest], done: Collection[int], *, now: datetime) -> None:
    """What nobody needs any more is dropped: the award was revoked, or the name changed back."""
    for request in requests:
        is_done = request.assertion_id in done
        request.status = ReplacementStatus.DONE if is_done else ReplacementStatus.DROPPED
        request.ended_at = now
    ReplacementRequest.objects.bulk_update(requests, ["status", "ended_at"])


def _queue_emails(
    awards: Sequence[Assertion], requests: Sequence[ReplacementRequest], *, now: datetime
) -> None:
    """One email for all badges of a person in this batch, to their main account."""
    request_of = {request.assertion_id: request.pk for request in requests}
    by_person: dict[User, list[Assertion]] = defaultdict(list)
    for award in awards:
        by_person[award.recipient.main_account].append(award)
    letters = (
        Letter(
            kind="badges_replaced",
            key=str(request_of[own[0].pk]),
            to=person.email,
            language=person.language,
            context={"assertion": own[0].pk, "assertions": [award.pk for award in own]},
            due_at=now,
        )
        for person, own in by_person.items()
    )
    queue_emails(letters, now=now)
