"""Why a coordinator took a submission from its reader: in the activity log, and for that reader."""

from __future__ import annotations

from audit.models import AuditEntry
from reviewing.models import Assignment

TAKEN_AWAY = "review taken away"


def why_taken(assignment: Assignment) -> str:
    """The coordinator's reason; "" if it ended otherwise."""
    if assignment.released_at is None:
        return ""
    found = AuditEntry.objects.filter(
        act=TAKEN_AWAY,
        subject_key=f"submissions.submission:{assignment.submission_id}",
        people__contains=[assignment.reviewer_id],
        at=assignment.released_at,
    )
    return found.values_list("note", flat=True).first() or ""
