from collections.abc import Callable, Collection
from datetime import datetime
from enum import Enum, auto

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Membership, User
from accounts.permissions import are_one_person, holds_role
from catalog.models import BadgeClass
from catalog.states import BadgeStatus
from submissions.models import EvidenceItem, Submission
from submissions.states import EDITABLE, OPEN, Status

# Later apps append more checks: reviewers can read evidence that they review, and everybody what
# the earner shows with the badge.
evidence_access_checks: list[Callable[[User | AnonymousUser, EvidenceItem], bool]] = []


# Later apps append checks: whether somebody has begun to read the attempt that was sent last.
reading_checks: list[Callable[[Submission], bool]] = []


# Later apps append checks: whether this person reads it without knowing whose it is.
blind_reading_checks: list[Callable[[User | AnonymousUser, Submission], bool]] = []


class AwardState(Enum):
    """The state of a person's award of a badge, as a later app knows it."""

    NONE = auto()
    VALID = auto()
    DUE_FOR_RENEWAL = auto()


# Later apps append look-ups: not all awards come from submissions, and some can be renewed.
# They answer for several badges at once, by primary key.
AwardStates = dict[int, AwardState]
award_state_lookups: list[Callable[[User, Collection[BadgeClass], datetime], AwardStates]] = []


def has_earned(
    user: User,
    badge_class: BadgeClass,
    *,
    now: datetime,
    submissions: Collection[Submission] | None = None,
    award_state: AwardState | None = None,
) -> bool:
    """True if the user has a valid award of the badge, not due for renewal.

    A page that has loaded the user's submissions of the badge and knows the state of their award
    passes them, and nothing is asked again.
    """
    if award_state is None:
        known = {
            look_up(user, [badge_class], now)[badge_class.pk] for look_up in award_state_lookups
        }
    else:
        known = {award_state}
    if known - {AwardState.NONE}:
        return AwardState.VALID in known
    if submissions is None:
        return Submission.objects.of(user).earned().filter(badge_class=badge_class).exists()
    return any(submission.is_earned for submission in submissions)


def can_start(
    user: User | AnonymousUser,
    badge_class: BadgeClass,
    *,
    submissions: Collection[Submission] | None = None,
    award_state: AwardState | None = None,
) -> bool:
    """Signed-in users can start a published badge that they have neither started nor earned."""
    if not user.is_authenticated or badge_class.status != BadgeStatus.PUBLISHED:
        return False
    if badge_class.has_pathway:
        return False
    if submissions is None:
        submissions = list(Submission.objects.latest_of(user, badge_class))
    if any(submission.status in OPEN for submission in submissions):
        return False
    now = timezone.now()
    return not has_earned(
        user, badge_class, now=now, submissions=submissions, award_state=award_state
    )


def can_edit(user: User, submission: Submission) -> bool:
    """Only the earner can change evidence, and only while it is their turn."""
    return are_one_person(user, submission.earner_id) and submission.status in EDITABLE


def can_withdraw(user: User, submission: Submission) -> bool:
    return are_one_person(user, submission.earner_id) and submission.status in {
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.RETURNED,
        Status.TAKEN_BACK,
    }


def is_being_read(submission: Submission) -> bool:
    """True once somebody has begun to read what was sent last."""
    return any(check(submission) for check in reading_checks)


def can_take_back(user: User, submission: Submission) -> bool:
    """Earners can change what they sent while it waits and nobody has begun to read it."""
    return (
        are_one_person(user, submission.earner_id)
        and submission.status == Status.SUBMITTED
        and not is_being_read(submission)
    )


def can_discard(user: User, submission: Submission) -> bool:
    """Earners can delete drafts, which were never sent."""
    return are_one_person(user, submission.earner_id) and submission.status == Status.DRAFT


def can_coordinate(user: User | AnonymousUser, submission: Submission) -> bool:
    return holds_role(user, submission.badge_class.issuer.agency, Membership.Role.COORDINATOR)


def can_read_evidence(user: User | AnonymousUser, item: EvidenceItem) -> bool:
    """Earners can, coordinators once it is sent, and others whom a later app allows it.

    `user` may be anonymous, as everyone can read evidence that is shown with a badge.
    """
    readable = EvidenceItem.objects.readable_by(user).filter(pk=item.pk)
    return readable.exists() or any(allows(user, item) for allows in evidence_access_checks)


def can_know_earner(user: User | AnonymousUser, submission: Submission) -> bool:
    """Only earners and coordinators see original file names, which often contain names.

    A coordinator who reviews it sees what reviewers see.
    """
    if are_one_person(user, submission.earner_id):
        return True
    if not can_coordinate(user, submission):
        return False
    return not any(reads_blind(user, submission) for reads_blind in blind_reading_checks)
