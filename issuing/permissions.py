from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agency, Membership, User
from accounts.permissions import are_one_person, ever_held_role, holds_role, is_minor
from catalog.models import BadgeClass, BadgeVersion, Issuer
from issuing.expiry import is_due_for_renewal
from issuing.models import Assertion, Endorsement, ReplacementRequest, SharedEvidence
from issuing.states import ACTIVE, AwardStatus
from submissions.models import EvidenceItem
from submissions.permissions import AwardState


def can_coordinate(user: User, assertion: Assertion) -> bool:
    """Coordinators can hold, release, cancel and revoke the awards of their agencies."""
    return holds_role(user, assertion.badge_class.issuer.agency, Membership.Role.COORDINATOR)


def invited_by_awards_of(user: User) -> QuerySet[User]:
    """People who never joined, and whose awards are all from agencies that the user coordinates."""
    agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
    awards = Assertion.objects.filter(recipient=OuterRef("pk"))
    elsewhere = awards.exclude(badge_class__issuer__agency__in=agencies)
    return User.objects.filter(Exists(awards), ~Exists(elsewhere), joined_at=None)


def can_share(user: User, assertion: Assertion) -> bool:
    """Only the earner chooses what a badge shows."""
    return are_one_person(user, assertion.recipient_id)


def can_check_name(user: User, request: ReplacementRequest) -> bool:
    """A coordinator of the issuer allows or refuses a new badge, but not their own."""
    award = request.assertion
    return can_coordinate(user, award) and not are_one_person(user, award.recipient_id)


def can_show(user: User, assertion: Assertion) -> bool:
    """Whether the earner may show anything of it to the public: not while they are a minor."""
    return can_share(user, assertion) and not is_minor(user)


def can_endorse(user: User | AnonymousUser, target: Issuer | BadgeVersion | Assertion) -> bool:
    """Nobody can endorse their own award, and an agency's staff cannot endorse its badges.

    Former staff can't either: they may have written or decided what they would endorse. Nor can
    minors, whose name would be public.
    """
    if not user.is_authenticated or is_minor(user):
        return False
    if isinstance(target, Assertion):
        if are_one_person(user, target.recipient_id) or target.status != AwardStatus.ISSUED:
            return False
        if not target.shows_name:  # the endorser would not know whom they endorse
            return False
    issuer = target if isinstance(target, Issuer) else target.badge_class.issuer
    staff = set(Membership.Role) - {Membership.Role.EARNER}
    return not ever_held_role(user, issuer.agency, *staff)


def can_decide(user: User, endorsement: Endorsement) -> bool:
    """The earner decides endorsements of an award; a coordinator decides all others."""
    if endorsement.assertion:
        return are_one_person(user, endorsement.assertion.recipient_id)
    return holds_role(user, endorsement.of_issuer.agency, Membership.Role.COORDINATOR)


def can_withdraw(user: User, endorsement: Endorsement) -> bool:
    """The endorser can withdraw it, and so can the people who may accept it."""
    return endorsement.endorser_id == user.pk or can_decide(user, endorsement)


def is_shared(user: User | AnonymousUser, item: EvidenceItem) -> bool:
    """Anyone can read evidence that an earner shows with a badge, unless it is revoked."""
    return SharedEvidence.objects.filter(item=item, assertion__status=AwardStatus.ISSUED).exists()


def award_states(
    user: User, badge_classes: Collection[BadgeClass], now: datetime
) -> dict[int, AwardState]:
    """An active award can be earned again only when the badge's rule allows a renewal."""
    awards = Assertion.objects.active().of(user).filter(badge_class__in=badge_classes)
    found = list(awards.select_related("badge_class"))
    return {badge.pk: state_among(found, badge, now=now) for badge in badge_classes}


def state_among(
    awards: Iterable[Assertion], badge_class: BadgeClass, *, now: datetime
) -> AwardState:
    """The state of one badge, among awards of one person that are loaded already.

    Two accounts of the person may hold the badge: what lasts longer counts.
    """
    active = [
        award
        for award in awards
        if award.badge_class_id == badge_class.pk
        and award.status in ACTIVE
        and award.renewed_at is None
    ]
    if not active:
        return AwardState.NONE
    is_due = all(is_due_for_renewal(award, now=now) for award in active)
    return AwardState.DUE_FOR_RENEWAL if is_due else AwardState.VALID
