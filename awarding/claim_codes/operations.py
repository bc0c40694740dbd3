"""Claim codes: a person who enters an open code is awarded its badge, up to the code's limit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Group, User
from audit.operations import record
from awarding.models import Claim, ClaimCode
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.states import GrantSource


class CannotClaim(Exception):
    """The code does not award its badge to this person now."""


class NotYet(CannotClaim):
    """The code opens later."""


class Closed(CannotClaim):
    """The code has expired, or a coordinator ended it."""


class Full(CannotClaim):
    """The code has reached its limit of claims."""


class HoldsItAlready(CannotClaim):
    """The person already has the badge from another source."""


class Refused(CannotClaim):
    """The badge itself cannot be awarded now; the message says why."""


@transaction.atomic
def make_code(
    badge_class: BadgeClass,
    *,
    label: str,
    limit: int | None,
    opens_at: datetime,
    closes_at: datetime,
    by: User,
    group: Group | None = None,
    now: datetime | None = None,
) -> ClaimCode:
    now = now or timezone.now()
    claim_code = ClaimCode.objects.create(
        badge_class=badge_class,
        group=group,
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
    """End the code, so that nobody can claim with it. Ending it twice changes nothing."""
    now = now or timezone.now()
    claim_code = ClaimCode.objects.select_for_update(no_key=True).get(pk=claim_code.pk)
    if claim_code.ended_at is None:
        claim_code.ended_at = now
        claim_code.save(update_fields=["ended_at"])
        agency = claim_code.badge_class.issuer.agency
        record("claim code ended", claim_code, by=by, agency=agency, at=now)


@transaction.atomic
def claim(claim_code: ClaimCode, *, by: User, now: datetime | None = None) -> Claim:
    """Award the badge. A second claim by the same person returns the first one."""
    now = now or timezone.now()
    # Lock the code, so that two people cannot both take the last place.
    claim_code = ClaimCode.objects.select_for_update(no_key=True).get(pk=claim_code.pk)
    if earlier := claim_code.claims.filter(user__in=User.objects.same_person(by)).first():
        return earlier
    if now < claim_code.opens_at:
        raise NotYet
    if claim_code.closed_since(now):
        raise Closed
    if claim_code.group and not _is_in(claim_code.group, by):
        raise Refused(_("This code is for the members of a group, and you are not in it."))
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


def _is_in(group: Group, user: User) -> bool:
    """Whether any account of this person is a member of the group now."""
    members = group.people.current().members()
    return members.filter(user__in=User.objects.same_person(user)).exists()
