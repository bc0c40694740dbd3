"""Offer, accept, decline and withdraw endorsements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import lock_people
from audit.moves import check_move
from audit.operations import record
from catalog.models import BadgeVersion, Issuer
from issuing.documents import endorsement_credentials
from issuing.documents import operations as credentials
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_endorse
from issuing.querysets import EndorsementQuerySet
from issuing.states import ENDORSEMENT_MOVES, AwardStatus, EndorsementStatus
from mail.operations import queue_email
from postgres.refusals import broken
from postgres.row_locks import lock_all


class NotAnOutsider(Exception):
    """People cannot endorse their own award, and an agency's staff cannot endorse its badges."""


class AlreadyOffered(Exception):
    """The person has already endorsed this."""


@transaction.atomic
def offer(
    target: Issuer | BadgeVersion | Assertion,
    *,
    by: User,
    name: str,
    url: str,
    about: str,
    comment: str,
    now: datetime | None = None,
) -> Endorsement:
    """Offer an endorsement. It is shown once the earner or a coordinator accepts it."""
    # Locked, because somebody may be marking them as a minor.
    lock_people([by])
    if not can_endorse(by, target) or User.objects.minors().filter(pk=by.pk).exists():
        raise NotAnOutsider
    field = {Issuer: "issuer", BadgeVersion: "version", Assertion: "assertion"}[type(target)]
    one_each = f"one_endorsement_per_person_and_{field}"
    with broken(one_each, means=AlreadyOffered), transaction.atomic():
        endorsement = Endorsement.objects.create(
            **{field: target},
            endorser=by,
            endorser_name=name,
            endorser_url=url,
            endorser_about=about,
            comment=comment,
            offered_at=now or timezone.now(),
        )
    _record(endorsement, by=by, at=now)
    if endorsement.assertion:
        earner = endorsement.assertion.recipient
        _queue_email(earner, endorsement, "endorsement_offered", at=endorsement.offered_at)
    return endorsement


@transaction.atomic
def accept(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    """Sign the endorsement and show it.

    An endorsed award is signed again at once; endorsements of badges and issuers are embedded in
    awards that are signed later.
    """
    now = (now or timezone.now()).replace(microsecond=0)
    _lock(endorsement, to=EndorsementStatus.ACCEPTED)
    if endorsement.assertion:
        # Its credential may have been replaced meanwhile: what is signed names the new one.
        endorsement.assertion.refresh_from_db(fields=["public_id"])
    endorsement.credential, endorsement.key = endorsement_credentials.sign(endorsement, now=now)
    _move(endorsement, EndorsementStatus.ACCEPTED, by=by, now=now)
    _queue_email(endorsement.endorser, endorsement, "endorsement_accepted", at=now)


@transaction.atomic
def decline(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    _lock(endorsement, to=EndorsementStatus.DECLINED)
    _move(endorsement, EndorsementStatus.DECLINED, by=by, now=now or timezone.now())


@transaction.atomic
def withdraw(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    """Withdraw it, by the endorser or by a person who may accept it."""
    _lock(endorsement, to=EndorsementStatus.WITHDRAWN)
    endorsement.credential = ""
    _move(endorsement, EndorsementStatus.WITHDRAWN, by=by, now=now or timezone.now())


def withdraw_of_minors(users: Collection[User], *, by: User | None, now: datetime) -> set[int]:
    """Withdraw what these people, who are minors now, said in public, in their transaction.

    Returns the keys of the awards that showed it. Their caller locks them and signs them again.
    """
    theirs = lock_all(_said_by([user.pk for user in users]).with_target())
    showed = {one.assertion_id for one in theirs if one.status == EndorsementStatus.ACCEPTED}
    for endorsement in theirs:
        decided_by = by or endorsement.endorser
        endorsement.status, endorsement.credential = EndorsementStatus.WITHDRAWN, ""
        endorsement.decided_at, endorsement.decided_by = now, decided_by
        _record(endorsement, by=decided_by, at=now)
    fields = ["status", "credential", "decided_at", "decided_by"]
    Endorsement.objects.bulk_update(theirs, fields)
    return {key for key in showed if key is not None}


def lock_said_by(accounts: Collection[int]) -> None:
    """Lock what would be withdrawn if these people were minors. The caller locks them next."""
    lock_all(_said_by(accounts))


def _said_by(accounts: Collection[int]) -> EndorsementQuerySet:
    said = {EndorsementStatus.OFFERED, EndorsementStatus.ACCEPTED}
    return Endorsement.objects.filter(endorser__in=accounts, status__in=said)


def _lock(endorsement: Endorsement, *, to: EndorsementStatus) -> None:
    locked = Endorsement.objects.select_for_update(no_key=True).filter(pk=endorsement.pk)
    endorsement.status = locked.values_list("status", flat=True)[0]
    check_move(ENDORSEMENT_MOVES, EndorsementStatus(endorsement.status), to)


def _move(endorsement: Endorsement, to: EndorsementStatus, *, by: User, now: datetime) -> None:
    was_shown = endorsement.status == EndorsementStatus.ACCEPTED
    endorsement.status, endorsement.decided_at, endorsement.decided_by = to, now, by
    endorsement.save(update_fields=["status", "decided_at", "decided_by", "credential", "key"])
    _record(endorsement, by=by, at=now)
    if endorsement.assertion and (was_shown or to == EndorsementStatus.ACCEPTED):
        # Locked as in `changes.share`, so that the later of two concurrent changes is signed.
        locked = Assertion.objects.select_for_update(no_key=True, of=["self"]).with_badge()
        award = locked.get(pk=endorsement.assertion.pk)
        if award.status == AwardStatus.ISSUED:
            credentials.re_sign([award], now=now)


def _record(endorsement: Endorsement, *, by: User, at: datetime | None) -> None:
    """Acts about an award have names of their own: only its earner decides and knows of it."""
    about_award = "award " if endorsement.assertion else ""
    record(
        f"{about_award}endorsement {endorsement.status}",
        endorsement,
        by=by,
        agency=endorsement.of_issuer.agency,
        at=at,
    )


def _queue_email(user: User, endorsement: Endorsement, kind: str, *, at: datetime) -> None:
    queue_email(
        kind,
        str(endorsement.public_id),
        to=user.email,
        language=user.language,
        context={"endorsement": endorsement.pk},
        due_at=at,
    )
