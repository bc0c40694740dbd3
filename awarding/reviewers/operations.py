"""Award the badge for reviewers to those who have qualified.

It is an ordinary badge that expires. Anyone who qualifies gets it in the same transaction. What is
not possible at that moment, because the last one is not due for renewal yet or the badge was chosen
only later, is found by a look that runs every hour. A qualification gives one award, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from audit.operations import record_all
from background.operations import work_on
from issuing.awards.operations.granting import Grant, grant_all
from issuing.models import Assertion
from issuing.states import GrantSource
from reviewing.models import CalibrationRules, Qualification
from reviewing.querysets import qualifications_to_award

BATCH = 100
AWARDED = "reviewer badge awarded"


@transaction.atomic
def award(qualifications: Sequence[Qualification], *, now: datetime) -> int:
    """Those that can't be awarded now are left. Returns how many were."""
    rules = {
        one.badge_class_id: one.reviewer_badge
        for one in CalibrationRules.objects.filter(
            badge_class__in={one.badge_class_id for one in qualifications}
        )
        .exclude(reviewer_badge=None)
        .select_related("reviewer_badge__current_version", "reviewer_badge__issuer__agency")
    }
    grants = [
        Grant(
            one.reviewer,
            badge.published_version,
            GrantSource.QUALIFIED,
            key=str(one.pk),
        )
        for one in qualifications
        if (badge := rules.get(one.badge_class_id))
    ]
    outcomes = grant_all(grants, by=None, now=now)
    new = [award for outcome in outcomes if (award := outcome.new_award)]
    acts = [(AWARDED, one, one.version.badge_class.issuer.agency) for one in new]
    if acts:
        record_all(acts, by=None, at=now)
    return len(acts)


def award_due(*, now: datetime) -> None:
    """In batches. One that fails delays no other."""
    awards = Assertion.objects.filter(
        source=GrantSource.QUALIFIED, source_key=Cast(OuterRef("pk"), CharField())
    )
    waiting = qualifications_to_award(today=timezone.localdate(now)).filter(~Exists(awards))
    last = 0
    while batch := list(waiting.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        work_on(batch, partial(award, now=now), what="award qualifications")
