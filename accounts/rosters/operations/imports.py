"""A roster from its upload to its end. A worker carries it on, one batch in each transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, RosterFile, RosterImport, RosterRow, User
from accounts.permissions import holds_role
from accounts.rosters.keeping import KEPT
from accounts.rosters.operations import checking
from accounts.rosters.operations.applying import apply_rows
from accounts.rosters.operations.undoing import undo_rows
from audit.moves import TransitionNotAllowed
from audit.operations import record
from background.enqueue import enqueue_on_commit
from postgres.row_locks import lock_one

Status, Outcome = RosterImport.Status, RosterRow.Outcome
BATCH = 500
_TASK = "accounts.tasks.carry_on_rosters"


@transaction.atomic
def save(
    agency: Agency,
    records: list[dict[str, Any]],
    *,
    name: str,
    by: User,
    invites: bool = False,
    ends_missing: bool = False,
    now: datetime | None = None,
) -> RosterImport:
    """Keep the records of the file for a worker, who finds out what each of them would do."""
    now = now or timezone.now()
    roster = RosterImport.objects.create(
        agency=agency,
        file_name=name[:200],
        invites=invites,
        ends_missing=ends_missing,
        records=len(records),
        made_by=by,
        made_at=now,
        due_at=now,
    )
    RosterFile.objects.create(roster=roster, packed=checking.pack(records))
    record("roster checked", roster, by=by, agency=agency, at=now)
    enqueue_on_commit(_TASK)
    return roster


@transaction.atomic
def start(roster: RosterImport, *, by: User, now: datetime | None = None) -> None:
    """Raises TransitionNotAllowed if it runs already or is over."""
    _move(roster, Status.CHECKED, Status.RUNNING, "roster started", by=by, now=now)


@transaction.atomic
def undo(roster: RosterImport, *, by: User, now: datetime | None = None) -> None:
    """Take back what it made. Raises TransitionNotAllowed unless it is done."""
    _move(roster, Status.DONE, Status.UNDOING, "roster undone", by=by, now=now)


def run_next_batch(roster: RosterImport, *, now: datetime | None = None) -> bool:
    """Check the whole file, or apply or undo the next rows. False when there is nothing to do."""
    now = now or timezone.now()
    if RosterImport.objects.filter(pk=roster.pk, status=Status.CHECKING).exists():
        checking.check(roster, now=now)
        return False
    return _run_batch(roster, now=now)


@transaction.atomic
def _run_batch(roster: RosterImport, *, now: datetime) -> bool:
    free = RosterImport.objects.select_for_update(no_key=True, skip_locked=True, of=["self"])
    due = free.filter(pk=roster.pk, due_at__lte=now).select_related("agency", "made_by").first()
    if due is None:
        return False
    if due.status == Status.RUNNING:
        rows = list(_waiting(due)[:BATCH])
        if rows and not holds_role(due.made_by, due.agency, "coordinator"):
            # The person who brought it has lost the role since: nothing more is done in their name.
            _waiting(due).update(
                outcome=Outcome.REFUSED, problem="outside", done_at=now
            )  # fmt: skip
        elif rows:
            apply_rows(due, rows, now=now)
            return True
        _end(due, Status.DONE, now=now)
        return False
    made = due.rows.exclude(made={}).filter(undone_at=None).order_by("-pk")
    if taken := list(made[:BATCH]):
        undo_rows(due, taken, now=now)
        return True
    _end(due, Status.UNDONE, now=now)
    return False


def _waiting(roster: RosterImport) -> Any:
    return roster.rows.exclude(outcome=Outcome.REFUSED).filter(done_at=None).order_by("pk")


def _end(roster: RosterImport, status: str, *, now: datetime) -> None:
    roster.status, roster.due_at, roster.ended_at = status, None, now
    roster.clear_at = now + KEPT
    roster.save(update_fields=["status", "due_at", "ended_at", "clear_at"])


def _move(
    roster: RosterImport, was: str, to: str, act: str, *, by: User, now: datetime | None
) -> None:
    now = now or timezone.now()
    fresh = lock_one(RosterImport.objects.select_related("agency"), roster.pk)
    if fresh.status != was or fresh.cleared_at:
        raise TransitionNotAllowed(fresh.status, to)
    fresh.status, fresh.due_at = to, now
    fresh.save(update_fields=["status", "due_at"])
    record(act, fresh, by=by, agency=fresh.agency, at=now)
    enqueue_on_commit(_TASK)
