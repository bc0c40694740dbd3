"""Reviewers are told before a qualification ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from background.operations import work_on
from mail.operations import queue_email
from reviewing.models import Qualification

BATCH = 100


@transaction.atomic
def remind_of_rechecks(*, now: datetime) -> int:
    """Each due row gives one email. Returns how many were due. One that fails waits a day."""
    locked = Qualification.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
    due = locked.filter(remind_on__lte=timezone.localdate(now)).select_related("reviewer")
    found = list(due.order_by("remind_on", "pk")[:BATCH])
    late = work_on(found, _tell, what="remind of a qualification")
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    Qualification.objects.filter(pk__in=[one.pk for one in late]).update(remind_on=tomorrow)
    return len(found)


def _tell(qualifications: Sequence[Qualification]) -> None:
    for one in qualifications:
        if one.reviewer.is_active:
            queue_email(
                "qualification_ends",
                str(one.pk),
                to=one.reviewer.email,
                language=one.reviewer.language,
                context={"qualification": one.pk},
            )
        one.remind_on = None
        one.save(update_fields=["remind_on"])
