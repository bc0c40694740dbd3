"""Offering, accepting, declining and withdrawing endorsements."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.moves import check_move
from audit.operations import record
from catalog.models import BadgeVersion, Issuer
from issuing.documents import endorsement_credentials
from issuing.documents import operations as credentials
from issuing.models import Assertion, Endorsement
from issuing.permissions import can_endorse
from issuing.states import ENDORSEMENT_MOVES, AwardStatus, EndorsementStatus
from mail.operations import queue_email


class NotAnOutsider(Exception):
    """Nobody endorses their own award, and no agency its own badges."""


class AlreadyOffered(Exception):
    """One person endorses one thing once."""


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
    """Speak for something. It is shown and embedded once those whom it concerns accept it."""
    if not can_endorse(by, target):
        raise NotAnOutsider
    field = {Issuer: "issuer", BadgeVersion: "version", Assertion: "assertion"}[type(target)]
    try:
        with transaction.atomic():
            endorsement = Endorsement.objects.create(
                **{field: target},
                endorser=by,
                endorser_name=name,
                endorser_url=url,
                endorser_about=about,
                comment=comment,
                offered_at=now or timezone.now(),
            )
    except IntegrityError:
        raise AlreadyOffered from None
    _write_down(endorsement, by=by, at=now)
    if endorsement.assertion:
        earner = endorsement.assertion.recipient
        _write_to(earner, endorsement, "endorsement_offered", at=endorsement.offered_at)
    return endorsement


@transaction.atomic
def accept(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    """Signed from now: an award at once, a badge and an issuer in every award still to come."""
    now = (now or timezone.now()).replace(microsecond=0)
    _lock(endorsement, to=EndorsementStatus.ACCEPTED)
    endorsement.credential, endorsement.key = endorsement_credentials.sign(endorsement, now=now)
    _move(endorsement, EndorsementStatus.ACCEPTED, by=by, now=now)
    _write_to(endorsement.endorser, endorsement, "endorsement_accepted", at=now)


@transaction.atomic
def decline(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    _lock(endorsement, to=EndorsementStatus.DECLINED)
    _move(endorsement, EndorsementStatus.DECLINED, by=by, now=now or timezone.now())


@transaction.atomic
def withdraw(endorsement: Endorsement, *, by: User, now: datetime | None = None) -> None:
    """Taken back by who gave it, or taken down by who accepted it."""
    _lock(endorsement, to=EndorsementStatus.WITHDRAWN)
    endorsement.credential = ""
    _move(endorsement, EndorsementStatus.WITHDRAWN, by=by, now=now or timezone.now())


def _lock(endorsement: Endorsement, *, to: EndorsementStatus) -> None:
    locked = Endorsement.objects.select_for_update(no_key=True).filter(pk=endorsement.pk)
    endorsement.status = locked.values_list("status", flat=True)[0]
    check_move(ENDORSEMENT_MOVES, EndorsementStatus(endorsement.status), to)


def _move(endorsement: Endorsement, to: EndorsementStatus, *, by: User, now: datetime) -> None:
    was_shown = endorsement.status == EndorsementStatus.ACCEPTED
    endorsement.status, endorsement.decided_at, endorsement.decided_by = to, now, by
    endorsement.save(update_fields=["status", "decided_at", "decided_by", "credential", "key"])
    _write_down(endorsement, by=by, at=now)
    if endorsement.assertion and (was_shown or to == EndorsementStatus.ACCEPTED):
        # Locked, as when the earner chooses what is shown: the later of the two is what is signed.
        locked = Assertion.objects.select_for_update(no_key=True, of=["self"]).with_badge()
        award = locked.get(pk=endorsement.assertion.pk)
        if award.status == AwardStatus.ISSUED:
            credentials.sign_anew([award], now=now)


def _write_down(endorsement: Endorsement, *, by: User, at: datetime | None) -> None:
    record(
        f"endorsement {endorsement.status}",
        endorsement,
        by=by,
        agency=endorsement.of_issuer.agency,
        at=at,
    )


def _write_to(user: User, endorsement: Endorsement, kind: str, *, at: datetime) -> None:
    queue_email(
        kind,
        str(endorsement.public_id),
        to=user.email,
        language=user.language,
        context={"endorsement": endorsement.pk},
        due_at=at,
    )
