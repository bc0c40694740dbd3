"""Delete uploads that nobody answered for, with the addresses in them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.operations import record
from awarding.models import ListUpload

BATCH = 100


@transaction.atomic
def forget_unanswered(*, now: datetime) -> bool:
    """Delete the next uploads whose time is over. False if there is none left.

    An upload that somebody answers at this moment is locked, and is left to its answer.
    """
    due = ListUpload.objects.unanswered_since(now).defer("content", "columns")
    locked = due.select_for_update(no_key=True, skip_locked=True, of=["self"])
    found = list(locked.select_related("agency").order_by("kept_until", "pk")[:BATCH])
    for upload in found:
        record("list upload forgotten", upload, by=None, agency=upload.agency, at=now)
        upload.delete()
    return len(found) == BATCH
