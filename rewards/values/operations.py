"""The values of announced sources: two coordinators type each of them independently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.moves import TransitionNotAllowed
from audit.operations import record
from mail.moments import with_zone
from rewards import sources
from rewards.drand import operations as rounds
from rewards.drawings.operations.life_cycle import NotReady, lock
from rewards.models import Drawing, TypedValue
from rewards.states import DrawingStatus


@transaction.atomic
def type_value(
    drawing: Drawing,
    index: int,
    *,
    values: Sequence[str],
    by: User,
    now: datetime | None = None,
) -> None:
    """Keep what `by` looked up for the source at this place of the announced ones.

    For a round of drand, `values` is its signature, which proves itself. Raises NotReady,
    TransitionNotAllowed, rfc3797.BadSource or beacon.InvalidSignature.
    """
    now = now or timezone.now()
    drawing = lock(drawing)
    if drawing.status not in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}:
        raise TransitionNotAllowed(_("The list is not closed, or the drawing is over."))
    source = drawing.announced_rules.sources[index]
    known_by = sources.known_by(source)
    if now < known_by:
        raise NotReady(
            [_("Nobody can know this before %(moment)s.") % {"moment": with_zone(known_by)}]
        )
    if source["kind"] == "drand":
        [signature] = values
        drand_round = drawing.rounds.get(number=source["round"])
        rounds.save_signature(drand_round, signature=signature, by=by, now=now)
        return
    sources.canonical(source, values)
    if error := sources.shape_error(source, values):
        raise NotReady([error])
    TypedValue.objects.create(
        rules=drawing.announced_rules,
        source=index,
        values=[value.strip() for value in values],
        typed_by=by,
        typed_at=now,
    )
    # Not the value: whoever types it next must not find it in the log.
    record("value typed", drawing, by=by, agency=drawing.agency, note=source["name"], at=now)
