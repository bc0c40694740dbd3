"""Names and addresses in the rows of old imports are cleared. What the rows made stays known."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import RosterImport
from audit.operations import record
from background.operations import succeeds

# When rows that could not be cleared are tried again.
AFTER_ERROR = timedelta(hours=1)


@transaction.atomic
def clear_next(*, now: datetime) -> bool:
    """Clear the rows of one import whose time is over. False if there is none.

    After an error it is due again later.
    """
    free = RosterImport.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
    due = free.filter(clear_at__lte=now, due_at=None).select_related("agency").order_by("clear_at")
    roster = due.first()
    if roster is None:
        return False
    if not succeeds(lambda: _clear(roster, now=now), what=f"clear roster {roster.public_id}"):
        RosterImport.objects.filter(pk=roster.pk).update(clear_at=now + AFTER_ERROR)
    return True


def _clear(roster: RosterImport, *, now: datetime) -> None:
    roster.rows.update(label="", data={})
    roster.clear_at, roster.cleared_at = None, now
    roster.save(update_fields=["clear_at", "cleared_at"])
    record("roster cleared", roster, by=None, agency=roster.agency, at=now)
