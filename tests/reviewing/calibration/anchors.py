"""Anchors as coordinators make them, and what reviewers say about them."""

from __future__ import annotations

from django.core.files.base import ContentFile

from catalog.models import BadgeClass
from editing.forms import Edit
from reviewing.calibration.operations import anchors, readings
from reviewing.models import Anchor, Qualification
from tests.factories import coordinator_for, png

WHY = "The plan names an aim."


def drafted_anchor(
    badge_class: BadgeClass, *, by=None, use="practice", name="", not_yet=(), must=()
):
    """Complete, but not published. The criteria at the places in `not_yet` are not yet met."""
    by = by or coordinator_for(badge_class)
    number = Anchor.objects.count() + 1
    anchor = anchors.create(badge_class, name=name or f"Anchor {number}", use=use, by=by)
    changes = {}
    for place, criterion in enumerate(required(badge_class)):
        thread = criterion.thread.hex
        changes |= {
            f"text_{thread}": f"What somebody did for {criterion}.",
            f"verdict_{thread}": "not_yet" if place in not_yet else "met",
            f"why_{thread}": WHY,
            f"must_{thread}": place in must,
        }
    anchors.write(anchor, by=by, edit=Edit(changes))
    return anchor


def published_anchor(badge_class: BadgeClass, *, by=None, with_file=False, **kwargs) -> Anchor:
    by = by or coordinator_for(badge_class)
    anchor = drafted_anchor(badge_class, by=by, **kwargs)
    if with_file:
        anchors.add_file(
            anchor, required(badge_class)[0], file=ContentFile(png()), content_type="image/png",
            by=by,
        )  # fmt: skip
    anchors.publish(anchor, by=by)
    return Anchor.objects.get(pk=anchor.pk)


def asks(badge_class: BadgeClass, **rules) -> None:
    """What the badge asks of its reviewers."""
    anchors.change_rules(badge_class, by=coordinator_for(badge_class), edit=Edit(rules))


def required(badge_class: BadgeClass) -> list:
    return list(badge_class.published_version.criteria.filter(required=True))


def answers_all(qualification: Qualification, *, wrong: int = 0, now=None) -> Qualification:
    """Every anchor is answered as agreed, but the first verdicts are `wrong`."""
    for reading in qualification.readings.filter(answered_at=None, dropped_at=None):
        verdicts = as_agreed(reading)
        for criterion in list(verdicts)[:wrong]:
            verdicts[criterion] = "met" if verdicts[criterion] == "not_yet" else "not_yet"
            wrong -= 1
        readings.answer(reading, by=qualification.reviewer, verdicts=verdicts, now=now)
    return Qualification.objects.get(pk=qualification.pk)


def as_agreed(reading) -> dict:
    agreed = {one.criterion.thread: one.verdict for one in reading.anchor_version.verdicts.all()}
    return {one: agreed[one.thread] for one in readings.criteria_to_judge(reading)}


def qualified(reviewer, badge_class: BadgeClass, *, now=None) -> Qualification:
    return answers_all(readings.begin(badge_class, by=reviewer, now=now), now=now)
