"""How far a reviewer of a badge has come, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from catalog.models import BadgeClass
from reviewing.calibration.operations import readings
from reviewing.models import Anchor, CalibrationRules, Qualification
from reviewing.permissions import holds_badge
from reviewing.states import AnchorUse


@dataclass(frozen=True)
class Ladder:
    """`in_force` is the qualification that counts today, `begun` one that is not finished."""

    rules: CalibrationRules
    reviewer_badge: BadgeClass | None
    holds_badge: bool
    in_force: Qualification | None
    lapsed: Qualification | None
    begun: Qualification | None
    too_soon: bool
    has_anchors: bool

    @property
    def may_begin(self) -> bool:
        return (
            self.has_anchors
            and self.begun is None
            and not self.too_soon
            and (self.holds_badge or not self.rules.needs_badge)
        )

    @property
    def is_due_again(self) -> bool:
        """Within the days in which its reviewer was told of the next check."""
        found = self.in_force
        if found is None or found.recheck_on is None:
            return False
        return (found.recheck_on - timezone.localdate()).days <= readings.REMIND_DAYS_BEFORE


def ladder(badge_class: BadgeClass, user: User) -> Ladder:
    now, today = timezone.now(), timezone.localdate()
    found = CalibrationRules.objects.select_related("reviewer_badge__current_version")
    rules = found.filter(badge_class=badge_class).first()
    own = list(Qualification.objects.of(user).filter(badge_class=badge_class))
    reached = [one for one in own if one.is_reached]
    counting = [one for one in reached if one.recheck_on is None or one.recheck_on >= today]
    in_force = max(counting, key=lambda one: (one.recheck_on is None, one.recheck_on or today),
                   default=None)  # fmt: skip
    anchors = Anchor.objects.in_use().filter(badge_class=badge_class)
    return Ladder(
        rules=rules or CalibrationRules(badge_class=badge_class),
        reviewer_badge=rules and rules.reviewer_badge,
        holds_badge=holds_badge(user, badge_class, now=now),
        in_force=in_force,
        lapsed=reached[0] if reached and in_force is None else None,
        begun=next((one for one in own if one.finished_at is None), None),
        too_soon=bool(own) and in_force is None and readings.too_soon(own[0], now=now),
        has_anchors=anchors.filter(use=AnchorUse.QUALIFICATION).exists(),
    )
