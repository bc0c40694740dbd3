from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, User
from accounts.permissions import holds_role
from catalog.models import BadgeClass, BadgeVersion, Issuer
from issuing.expiry import is_due_for_renewal
from issuing.models import Assertion, Endorsement, SharedEvidence
from issuing.states import AwardStatus
from submissions.models import EvidenceItem
from submissions.permissions import AwardState


def can_coordinate(user: User, assertion: Assertion) -> bool:
    """Coordinators hold, release, cancel and revoke the awards of their agencies."""
    return holds_role(user, assertion.badge_class.issuer.agency, Membership.Role.COORDINATOR)


def can_share(user: User, assertion: Assertion) -> bool:
    """What is shown of a badge is for its earner alone to choose."""
    return assertion.recipient_id == user.pk


def can_endorse(user: User | AnonymousUser, target: Issuer | BadgeVersion | Assertion) -> bool:
    """Outside parties speak for others: nobody for their own award, no agency for itself."""
    if isinstance(target, Assertion):
        if target.recipient_id == user.pk or target.status != AwardStatus.ISSUED:
            return False
        if not target.shows_name:  # whom would they speak for?
            return False
    issuer = target if isinstance(target, Issuer) else target.badge_class.issuer
    staff = set(Membership.Role) - {Membership.Role.EARNER}
    return user.is_authenticated and not holds_role(user, issuer.agency, *staff)


def can_decide(user: User, endorsement: Endorsement) -> bool:
    """An award's earner, or else a coordinator, says whether it is shown."""
    if endorsement.assertion:
        return endorsement.assertion.recipient_id == user.pk
    return holds_role(user, endorsement.of_issuer.agency, Membership.Role.COORDINATOR)


def can_withdraw(user: User, endorsement: Endorsement) -> bool:
    """Who gave it can take it back, and who accepted it can take it down."""
    return endorsement.endorser_id == user.pk or can_decide(user, endorsement)


def is_shared(user: User | AnonymousUser, item: EvidenceItem) -> bool:
    """Anyone may read what an earner shows with a badge, for as long as the badge stands."""
    return SharedEvidence.objects.filter(item=item, assertion__status=AwardStatus.ISSUED).exists()


def award_state(user: User, badge_class: BadgeClass, now: datetime) -> AwardState:
    """An award that stands is not earned again before its badge's rule lets it be renewed."""
    standing = Assertion.objects.standing().of(user).filter(badge_class=badge_class)
    award = standing.select_related("badge_class").first()
    if award is None:
        return AwardState.NONE
    return AwardState.DUE_FOR_RENEWAL if is_due_for_renewal(award, now=now) else AwardState.VALID
