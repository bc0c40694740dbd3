"""Delete uploads that nobody answered for, with the addresses in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction

from audit.operations import record
from awarding.models import ListUpload
from background.operations import one_by_one


def forget_unanswered(*, now: datetime, skip: Collection[int] = ()) -> tuple[int, list[int]]:
    """Delete uploads whose time is over, as `one_by_one` does."""
    due = ListUpload.objects.unanswered_since(now).only("pk").order_by("kept_until", "pk")
    act = partial(_forget, now=now)
    return one_by_one(due, act, what="forget a list upload", skip=skip)


@transaction.atomic
def _forget(upload: ListUpload, *, now: datetime) -> bool:
    """An upload that somebody answers at this moment is locked, and is left to its answer."""
    due = ListUpload.objects.unanswered_since(now).defer("content", "columns")
    locked = due.select_for_update(no_key=True, skip_locked=True, of=["self"])
    found = locked.select_related("agency").filter(pk=upload.pk).first()
    if found is None:
        return False
    record("list upload forgotten", found, by=None, agency=found.agency, at=now)
    found.delete()
    return True
