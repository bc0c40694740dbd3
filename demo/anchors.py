"""Creates anchors for one badge: one reviewer has qualified with them, another has practiced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import User
from catalog.models import BadgeClass, Criterion
from demo.content import Row
from editing.forms import Edit
from reviewing.calibration.operations import anchors as operations
from reviewing.calibration.operations import readings
from reviewing.models import Anchor, AnchorReading
from reviewing.states import AnchorUse

# Of the agreed verdicts, by place: the reviewer who qualifies sees these otherwise.
DIFFERS_IN = ((2, 3),)  # the third criterion of the second anchor


def create_anchors(
    content: Row, badges: Mapping[str, BadgeClass], *, by: User, qualifies: User, practices: User,
    now: datetime,
) -> None:  # fmt: skip
    """For the badge that the content names, if the program has it."""
    badge = badges.get(content["badge"])
    if badge is None:
        return
    for row in content["anchors"]:
        _publish(row, badge, by=by, now=now - timedelta(days=40))
    _practice(badge, by=practices, now=now - timedelta(days=3))
    _qualify(badge, by=qualifies, now=now - timedelta(days=21))


def _publish(row: Row, badge: BadgeClass, *, by: User, now: datetime) -> None:
    anchor = operations.create(badge, name=row["name"], use=row["use"], by=by, now=now)
    values = {}
    for criterion, part in zip(badge.published_version.criteria.all(), row["parts"], strict=True):
        thread = criterion.thread.hex
        values |= {
            f"text_{thread}": part.get("text", ""),
            f"links_{thread}": part.get("link", ""),
            f"verdict_{thread}": part["verdict"],
            f"why_{thread}": part["why"],
            f"must_{thread}": part.get("must", False),
        }
    operations.write(anchor, by=by, edit=Edit(values), now=now)
    operations.publish(anchor, by=by, now=now)


def _practice(badge: BadgeClass, *, by: User, now: datetime) -> None:
    """The first one, all as agreed."""
    anchor = Anchor.objects.in_use().filter(badge_class=badge, use=AnchorUse.PRACTICE)[0]
    version = anchor.published_version
    reading = AnchorReading(anchor_version=version, version=badge.published_version)
    readings.practice(version, by=by, verdicts=_agreed(reading), now=now)


def _qualify(badge: BadgeClass, *, by: User, now: datetime) -> None:
    begun = readings.begin(badge, by=by, now=now)
    for place, reading in enumerate(begun.readings.select_related("anchor_version"), start=1):
        now += timedelta(minutes=9)
        verdicts = _agreed(reading)
        for number, criterion in enumerate(verdicts, start=1):
            if (place, number) in DIFFERS_IN:
                verdicts[criterion] = "not_yet" if verdicts[criterion] == "met" else "met"
        readings.answer(reading, by=by, verdicts=verdicts, now=now)


def _agreed(reading: AnchorReading) -> dict[Criterion, str]:
    agreed = dict(reading.anchor_version.verdicts.values_list("criterion__thread", "verdict"))
    return {one: agreed[one.thread] for one in readings.criteria_to_judge(reading)}
