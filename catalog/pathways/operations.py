"""All writes to pathways. Changing a pathway never revokes awards, but may make new ones due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.moves import require_reason
from audit.operations import record
from catalog.models import BadgeClass, Pathway, PathwayStep
from catalog.signals import pathway_changed, pathway_resumed
from catalog.states import PathwayStatus
from editing.forms import Edit, EditConflict
from postgres.refusals import broken
from postgres.row_locks import lock_one

# One advisory lock for all pathways, because two concurrent changes could form a circle.
LOCK = 7_284_116


class PathwayExists(Exception):
    """Another pathway leads to this badge already."""


class NoSteps(Exception):
    """A pathway without steps would award its badge to everybody."""


class NothingToShow(Exception):
    """Without its pathway, the published badge would have no criterion that asks for evidence."""


class CircularPathway(Exception):
    """`badge_class` can't be a step: it is the pathway's badge, or leads through it."""

    def __init__(self, badge_class: BadgeClass) -> None:
        super().__init__(str(badge_class))
        self.badge_class = badge_class


def stored_pathway(pathway: Pathway | None) -> dict[str, Any]:
    """The stored values of the pathway's form: its name and the slugs of its steps."""
    if pathway is None:
        return {"name": "", "step": []}
    steps = pathway.steps.order_by("position").values_list("badge_class__slug", flat=True)
    return {"name": pathway.name, "step": list(steps)}


@transaction.atomic
def create(
    badge_class: BadgeClass,
    *,
    steps: Sequence[BadgeClass],
    by: User | None,
    name: str = "",
    now: datetime | None = None,
) -> Pathway:
    """Create a pathway to this badge, which people who have all its steps have then earned."""
    _lock_all_pathways()
    with broken((Pathway, "badge_class"), means=PathwayExists), transaction.atomic():
        pathway = Pathway.objects.create(badge_class=badge_class, name=name)
    _replace_steps(pathway, steps)
    record("pathway created", pathway, by=by, agency=pathway.agency, note=_note(steps), at=now)
    pathway_changed.send(sender=Pathway, pathway=pathway)
    return pathway


@transaction.atomic
def set_steps(
    pathway: Pathway,
    steps: Sequence[BadgeClass],
    *,
    by: User | None,
    name: str | None = None,
    edit: Edit | None = None,
    now: datetime | None = None,
) -> None:
    """Replace the steps. The order counts; setting the same steps again changes nothing.

    Raises EditConflict if the pathway is not what `edit` compared itself with.
    """
    _lock_all_pathways()
    try:
        pathway.refresh_from_db(from_queryset=Pathway.objects.select_for_update(no_key=True))
    except Pathway.DoesNotExist as error:
        raise EditConflict from error
    if edit:
        edit.check(stored_pathway(pathway))
    if name is not None and name != pathway.name:
        pathway.name = name
        pathway.save(update_fields=["name"])
        record("pathway renamed", pathway, by=by, agency=pathway.agency, at=now)
    if [step.badge_class_id for step in pathway.steps.all()] == [step.pk for step in steps]:
        return
    _replace_steps(pathway, steps)
    record("pathway changed", pathway, by=by, agency=pathway.agency, note=_note(steps), at=now)
    pathway_changed.send(sender=Pathway, pathway=pathway)


@transaction.atomic
def suspend(pathway: Pathway, *, by: User | None, reason: str, now: datetime | None = None) -> None:
    """Stop awarding the pathway's badge until it is resumed. Existing awards stay."""
    reason = require_reason(reason)
    pathway.refresh_from_db(from_queryset=Pathway.objects.select_for_update(no_key=True))
    pathway.status, pathway.suspended_reason = PathwayStatus.SUSPENDED, reason
    pathway.save(update_fields=["status", "suspended_reason"])
    record("pathway suspended", pathway, by=by, agency=pathway.agency, note=reason, at=now)


@transaction.atomic
def resume(pathway: Pathway, *, by: User | None, now: datetime | None = None) -> None:
    """Resume a suspended pathway. People who completed it meanwhile get its badge now."""
    pathway.refresh_from_db(from_queryset=Pathway.objects.select_for_update(no_key=True))
    if pathway.status == PathwayStatus.ACTIVE:
        return
    pathway.status, pathway.suspended_reason = PathwayStatus.ACTIVE, ""
    pathway.save(update_fields=["status", "suspended_reason"])
    record("pathway resumed", pathway, by=by, agency=pathway.agency, at=now)
    pathway_resumed.send(sender=Pathway, pathway=pathway)


@transaction.atomic
def remove(pathway: Pathway, *, by: User | None, now: datetime | None = None) -> None:
    """Remove the pathway, so its badge is earned with evidence again. Existing awards stay.

    Raises DoesNotExist if somebody else has removed it, and NothingToShow if the badge is published
    without a required criterion.
    """
    _lock_all_pathways()
    pathway = lock_one(Pathway.objects.all(), pathway.pk)
    version = pathway.badge_class.current_version
    if version and not version.criteria.filter(required=True).exists():
        raise NothingToShow
    record("pathway removed", pathway, by=by, agency=pathway.agency, at=now)
    pathway.delete()


def _replace_steps(pathway: Pathway, steps: Sequence[BadgeClass]) -> None:
    if not steps:
        raise NoSteps
    steps_of: dict[int, list[int]] = {}
    for end, step in PathwayStep.objects.exclude(pathway=pathway).values_list(
        "pathway__badge_class", "badge_class"
    ):
        steps_of.setdefault(end, []).append(step)
    for badge_class in steps:
        if pathway.badge_class_id in _with_prerequisites(badge_class.pk, steps_of):
            raise CircularPathway(badge_class)
    pathway.steps.all().delete()
    PathwayStep.objects.bulk_create(
        PathwayStep(pathway=pathway, badge_class=step, position=position)
        for position, step in enumerate(dict.fromkeys(steps), start=1)
    )


def _with_prerequisites(badge_class: int, steps_of: dict[int, list[int]]) -> set[int]:
    """The badge itself and all badges that its pathways require, directly or indirectly."""
    reached, to_visit = {badge_class}, [badge_class]
    while to_visit:
        for step in steps_of.get(to_visit.pop(), []):
            if step not in reached:
                reached.add(step)
                to_visit.append(step)
    return reached


def _lock_all_pathways() -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _note(steps: Sequence[BadgeClass]) -> str:
    return ", ".join(
        step.current_version.name if step.current_version else step.slug for step in steps
    )
