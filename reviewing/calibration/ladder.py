"""How far a reviewer of a badge has come, step by step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from catalog.models import BadgeClass
from reviewing.calibration.operations import readings
from reviewing.models import Anchor, CalibrationRules, Qualification
from reviewing.permissions import badges_held
from reviewing.states import AnchorUse


@dataclass(frozen=True)
class Ladder:
    """`in_force` is the qualification that counts today, `begun` one that is not finished.

    `tries` are the newest first. `holds_badge` is known only of a badge whose rules ask for it.
    """

    rules: CalibrationRules
    tries: list[Qualification]
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
    return ladders([badge_class], user)[0]


def ladders(badge_classes: Collection[BadgeClass], user: User) -> list[Ladder]:
    """One for each badge, in the same order."""
    now, of_badges = timezone.now(), Q(badge_class__in=badge_classes)
    stored = CalibrationRules.objects.select_related("reviewer_badge__current_version")
    rules = {badge.pk: CalibrationRules(badge_class=badge) for badge in badge_classes}
    rules |= {one.badge_class_id: one for one in stored.filter(of_badges)}
    own: dict[int, list[Qualification]] = {}
    for one in Qualification.objects.of(user).filter(of_badges):
        own.setdefault(one.badge_class_id, []).append(one)
    anchors = Anchor.objects.in_use().filter(of_badges, use=AnchorUse.QUALIFICATION)
    with_anchors = set(anchors.values_list("badge_class", flat=True))
    asking = [badge for badge in badge_classes if rules[badge.pk].needs_badge]
    held = badges_held(user, asking, now=now)
    return [
        _ladder(
            rules[badge.pk],
            own.get(badge.pk, []),
            holds_badge=badge.pk in held,
            has_anchors=badge.pk in with_anchors,
            now=now,
        )
        for badge in badge_classes
    ]


def _ladder(
    rules: CalibrationRules,
    own: list[Qualification],
    *,
    holds_badge: bool,
    has_anchors: bool,
    now: datetime,
) -> Ladder:
    """`own` are this person's tries, newest first."""
    today = timezone.localdate(now)
    reached = [one for one in own if one.is_reached]
    counting = [one for one in reached if one.recheck_on is None or one.recheck_on >= today]
    in_force = max(counting, key=lambda one: (one.recheck_on is None, one.recheck_on or today),
                   default=None)  # fmt: skip
    return Ladder(
        rules=rules,
        tries=own,
        reviewer_badge=rules.reviewer_badge,
        holds_badge=holds_badge,
        in_force=in_force,
        lapsed=reached[0] if reached and in_force is None else None,
        begun=next((one for one in own if one.finished_at is None), None),
        too_soon=bool(own) and in_force is None and readings.too_soon(own[0], now=now),
        has_anchors=has_anchors,
    )
