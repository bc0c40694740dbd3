"""What an instructor sees of a group: who holds its badges, and who is on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Group, GroupMember
from awarding.models import GroupBadge
from catalog.models import BadgeClass
from issuing.models import Assertion
from submissions.models import Submission

HELD, WAITING, BEGUN, NOTHING = "held", "waiting", "begun", ""


@dataclass
class Line:
    place: GroupMember
    states: list[str] = field(default_factory=list)


def badges_of(group: Group) -> list[BadgeClass]:
    allowed = GroupBadge.objects.filter(group=group, ended_at=None).values("badge_class")
    badges = BadgeClass.objects.filter(pk__in=allowed, current_version__isnull=False)
    return list(badges.select_related("current_version").order_by("current_version__name", "pk"))


def progress_of(places: list[GroupMember], badges: list[BadgeClass]) -> list[Line]:
    """For each person and badge, by person: held, waiting for its issue, begun, or nothing."""
    keys = {place.user.person_key for place in places}
    theirs = {"badge_class__in": badges, "recipient__person_key__in": keys}
    awards = Assertion.objects.active().filter(**theirs)
    states = {}
    open_ones = Submission.objects.open().filter(
        badge_class__in=badges, earner__person_key__in=keys
    )
    for person, badge in open_ones.values_list("earner__person_key", "badge_class"):
        states[person, badge] = BEGUN
    found = awards.values_list("recipient__person_key", "badge_class", "issued_on")
    for person, badge, issued_on in found:
        if states.get((person, badge)) != HELD:
            states[person, badge] = HELD if issued_on else WAITING
    return [
        Line(place, [states.get((place.user.person_key, badge.pk), NOTHING) for badge in badges])
        for place in places
    ]
