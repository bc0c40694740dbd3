"""What an instructor sees of a group: who has its badges, and who is on the way to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from accounts.models import Group, GroupMember
from awarding.models import GroupBadge
from catalog.models import BadgeClass, Pathway, PathwayStep
from issuing.models import Assertion
from submissions.models import Submission
from submissions.states import Status

HELD, WAITING, IN_REVIEW, RETURNED, BEGUN, NOTHING = (
    "held", "waiting", "in_review", "returned", "begun", "",
)  # fmt: skip
_NEAREST_FIRST = [HELD, WAITING, IN_REVIEW, RETURNED, BEGUN, NOTHING]
_OF_SUBMISSIONS = {
    Status.DRAFT: BEGUN,
    Status.RETURNED: RETURNED,
    Status.TAKEN_BACK: BEGUN,
    Status.SUBMITTED: IN_REVIEW,
    Status.IN_REVIEW: IN_REVIEW,
}
States = dict[tuple[object, int], str]


@dataclass
class Cell:
    """How far one person is with one badge. Steps are those of the pathway that leads to it."""

    badge: BadgeClass
    state: str
    steps_held: int = 0
    steps: int = 0

    @property
    def is_blank(self) -> bool:
        return not self.state and not self.steps_held

    @property
    def rank(self) -> tuple[int, int]:
        return _NEAREST_FIRST.index(self.state), -self.steps_held


@dataclass
class Line:
    place: GroupMember
    cells: list[Cell] = field(default_factory=list)

    @property
    def earned(self) -> int:
        return sum(cell.state == HELD for cell in self.cells)


def badges_of(group: Group) -> list[BadgeClass]:
    allowed = GroupBadge.objects.filter(group=group, ended_at=None).values("badge_class")
    badges = BadgeClass.objects.filter(pk__in=allowed, current_version__isnull=False)
    return list(badges.select_related("current_version").order_by("current_version__name", "pk"))


def steps_to(badges: Collection[BadgeClass]) -> dict[int, list[BadgeClass]]:
    """The steps of the active pathways to these badges, in order, by key of the badge."""
    active = Pathway.objects.active().filter(badge_class__in=badges)
    steps = PathwayStep.objects.filter(pathway__in=active).order_by("position")
    found: dict[int, list[BadgeClass]] = defaultdict(list)
    for step in steps.select_related("pathway", "badge_class__current_version"):
        found[step.pathway.badge_class_id].append(step.badge_class)
    return found


def progress_of(places: list[GroupMember], badges: list[BadgeClass]) -> list[Line]:
    """How far each person is with each badge, and how many steps of its pathway they have."""
    steps = steps_to(badges)
    wanted = {badge.pk for badge in badges} | {step.pk for some in steps.values() for step in some}
    states = states_of({place.user.person_key for place in places}, wanted)
    lines = []
    for place in places:
        person = place.user.person_key
        line = Line(place)
        for badge in badges:
            needed = steps.get(badge.pk, [])
            held = sum(states.get((person, step.pk)) == HELD for step in needed)
            state = states.get((person, badge.pk), NOTHING)
            line.cells.append(Cell(badge, state, held, len(needed)))
        lines.append(line)
    return lines


def states_of(people: Collection[object], badges: Collection[int]) -> States:
    """By person and badge. What was submitted and who reads it is not looked at."""
    states: States = {}
    sent = Submission.objects.open().filter(
        badge_class__in=badges, earner__person_key__in=people
    )  # fmt: skip
    for person, badge, status in sent.order_by("pk").values_list(
        "earner__person_key", "badge_class", "status"
    ):
        states[person, badge] = _OF_SUBMISSIONS[Status(status)]
    awards = Assertion.objects.active().filter(
        badge_class__in=badges, recipient__person_key__in=people
    )
    for person, badge, issued_on in awards.values_list(
        "recipient__person_key", "badge_class", "issued_on"
    ):
        if states.get((person, badge)) != HELD:
            states[person, badge] = HELD if issued_on else WAITING
    return states


def sorted_lines(lines: list[Line], sort: str) -> list[Line]:
    """By the number of badges earned, or by how near people are to one badge: `badge-7`."""
    key = sort.removeprefix("-")
    if key == "earned":
        return sorted(lines, key=lambda line: line.earned, reverse=sort.startswith("-"))

    def nearness(line: Line) -> tuple[int, int]:
        found = [cell.rank for cell in line.cells if f"badge-{cell.badge.pk}" == key]
        return found[0] if found else (0, 0)

    return sorted(lines, key=nearness, reverse=sort.startswith("-"))
