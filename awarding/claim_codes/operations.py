"""Claim codes: who gives one at the right time, and while there is room, is awarded the badge."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.operations import record
from awarding.models import Claim, ClaimCode
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.states import GrantSource


class CannotClaim(Exception):
    """The code awards nothing to this person now."""


class NotYet(CannotClaim):
    """It opens later."""


class Closed(CannotClaim):
    """Its time is over, or somebody ended it."""


class Full(CannotClaim):
    """As many people have claimed it as it was made for."""


class HoldsItAlready(CannotClaim):
    """They have the badge from elsewhere, or claimed it with this code before."""


class Refused(CannotClaim):
    """The badge itself is not open; the words say why."""


@transaction.atomic
def make_code(
    badge_class: BadgeClass,
    *,
    label: str,
    limit: int | None,
    opens_at: datetime,
    closes_at: datetime,
    by: User,
    now: datetime | None = None,
) -> ClaimCode:
    now = now or timezone.now()
    claim_code = ClaimCode.objects.create(
        badge_class=badge_class,
        label=label,
        limit=limit,
        opens_at=opens_at,
        closes_at=closes_at,
        made_by=by,
        made_at=now,
    )
    agency = badge_class.issuer.agency
    record("claim code made", claim_code, by=by, agency=agency, at=now)
    return claim_code


@transaction.atomic
def end_code(claim_code: ClaimCode, *, by: User, now: datetime | None = None) -> None:
    """Nobody claims with it any more. Ended twice, it ended the first time."""
    now = now or timezone.now()
    claim_code = ClaimCode.objects.select_for_update(no_key=True).get(pk=claim_code.pk)
    if claim_code.ended_at is None:
        claim_code.ended_at = now
        claim_code.save(update_fields=["ended_at"])
        agency = claim_code.badge_class.issuer.agency
        record("claim code ended", claim_code, by=by, agency=agency, at=now)


@transaction.atomic
def claim(claim_code: ClaimCode, *, by: User, now: datetime | None = None) -> Claim:
    """Award the badge for the code. Given twice by one person, it is one claim."""
    now = now or timezone.now()
    # Locked, so that the last place goes to one person.
    claim_code = ClaimCode.objects.select_for_update(no_key=True).get(pk=claim_code.pk)
    if earlier := claim_code.claims.filter(user=by).first():
        return earlier
    if now < claim_code.opens_at:
        raise NotYet
    if claim_code.closed_since(now):
        raise Closed
    if claim_code.limit is not None and claim_code.claims.count() >= claim_code.limit:
        raise Full
    grant = Grant(
        recipient=by,
        version=claim_code.badge_class.published_version,
        source=GrantSource.CLAIM_CODE,
        key=f"{claim_code.pk}:{by.pk}",
    )
    [outcome] = grant_all([grant], by=None, now=now)
    if outcome.is_refused:
        raise Refused(outcome.reason)
    if not (award := outcome.new_award):
        raise HoldsItAlready
    return Claim.objects.create(claim_code=claim_code, user=by, assertion=award, claimed_at=now)
