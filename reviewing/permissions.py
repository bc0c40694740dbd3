from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q

from accounts.models import Agency, Membership, User
from accounts.permissions import is_coordinator, is_reviewer
from catalog.models import BadgeClass
from reviewing.models import (
    Anchor,
    AnchorEvidence,
    Appeal,
    Assignment,
    CalibrationRules,
    Decision,
    Reopening,
    Review,
)
from reviewing.states import AnchorUse
from submissions.models import EvidenceItem, Submission
from submissions.permissions import AwardState, award_state_lookups
from submissions.querysets import accounts_of


def can_review(user: User, assignment: Assignment) -> bool:
    """Reviewers judge other people's work, never their own."""
    return assignment.reviewer_id == user.pk != assignment.submission.earner_id


def is_reading(assignment: Assignment) -> bool:
    """Nothing that others do may reach this reader yet. Of an assignment with_waiting_decision."""
    if assignment.released_at or assignment.decided_at:
        return False
    return not (assignment.is_finished and assignment.has_company)


def can_read_evidence(user: User | AnonymousUser, item: EvidenceItem) -> bool:
    """Reviewers can read the evidence of attempts that they review or have decided.

    They can't read later attempts that another reviewer decides. The second person of a decline
    reads the same evidence until it takes effect.
    """
    attempt = item.attempt
    if not user.is_authenticated or attempt.sent_at is None:
        return False
    second_looks = Decision.objects.second_looks_now(user).filter(
        attempt__submission=attempt.submission_id, attempt__number__gte=attempt.number
    )
    if second_looks.exists():
        return True
    # The reader of an appeal sees every attempt.
    if Appeal.objects.read_by(user).filter(submission=attempt.submission_id).exists():
        return True
    # By number, not by time: a clock may have been set back between sending and deciding.
    decided = (
        Review.objects.by_readers()
        .finished()
        .filter(
            reviewer=user.pk,
            attempt__submission=attempt.submission_id,
            attempt__number__gte=attempt.number,
        )
    )
    return (
        Assignment.objects.visible_to(user)
        .filter(submission=attempt.submission_id)
        .filter(Q(decided_at=None) | Exists(decided))
        .exists()
    )


def reads_blind(user: User | AnonymousUser, submission: Submission) -> bool:
    """They are judging it, and the version that was applied for keeps the earner's name."""
    reading = Assignment.objects.active().filter(submission=submission)
    return (
        not submission.version.shows_earner_to_reviewers
        and reading.filter(reviewer__in=accounts_of(user)).exists()
    )


def has_begun_to_read(submission: Submission) -> bool:
    """Somebody has what was sent last, or has judged it."""
    latest = submission.attempts.exclude(sent_at=None).order_by("-number")[:1]
    return (
        Assignment.objects.active().filter(submission=submission).exists()
        or Review.objects.sent().filter(attempt__in=latest).exists()
        # Nobody but a coordinator sent it: it can't be taken back by its earner.
        or Reopening.objects.filter(attempt__in=latest).exists()
    )


def can_be_second_person(user: User | AnonymousUser) -> bool:
    """Reviewers and coordinators may confirm declines of others."""
    return is_reviewer(user) or is_coordinator(user)


def can_confirm(user: User, decision: Decision) -> bool:
    return Decision.objects.second_looks_of(user).filter(pk=decision.pk).exists()


def can_see_earner(user: User, assignment: Assignment) -> bool:
    """The reviewer sees the earner's name only if the version that was applied for shows it."""
    return assignment.submission.version.shows_earner_to_reviewers and can_review(user, assignment)


def reviews_for(user: User, badge_class: BadgeClass) -> bool:
    """They are a reviewer of the badge, qualified or not."""
    agencies = Agency.objects.where_user_is(user, Membership.Role.REVIEWER)
    return agencies.filter(pk=badge_class.issuer.agency_id).exists()


def can_qualify(user: User, badge_class: BadgeClass, *, now: datetime) -> bool:
    """Reviewers of the badge can, some badges ask that they hold it."""
    if not reviews_for(user, badge_class):
        return False
    rules = CalibrationRules.objects.filter(badge_class=badge_class).first()
    if not (rules and rules.needs_badge):
        return True
    return badge_class.pk in badges_held(user, [badge_class], now=now)


def badges_held(user: User, badge_classes: Collection[BadgeClass], *, now: datetime) -> set[int]:
    """Of which of these they have a valid award. One that is due for renewal is valid still."""
    states = [look_up(user, badge_classes, now) for look_up in award_state_lookups]
    return {pk for known in states for pk, state in known.items() if state != AwardState.NONE}


def can_read_anchor(user: User, evidence: AnchorEvidence) -> bool:
    """Coordinators; reviewers what they may practice with, and what they were given to read."""
    version = evidence.anchor_version
    anchor = version.anchor
    if Anchor.objects.coordinated_by(user).filter(pk=anchor.pk).exists():
        return True
    if not version.published_at or not reviews_for(user, anchor.badge_class):
        return False
    if anchor.use == AnchorUse.PRACTICE and anchor.retired_at is None:
        return True
    given = version.readings.filter(dropped_at=None, reviewer__person_key=user.person_key)
    return given.exists()
