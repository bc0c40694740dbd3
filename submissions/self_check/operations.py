"""The earner marks their own evidence with the reviewer's rubric. Only they read it."""

from __future__ import annotations

from django.db import transaction

from catalog.models import Criterion
from editing.forms import Edit
from submissions.models import Attempt, SelfMark, Submission
from submissions.refusals import NotEditable
from submissions.states import EDITABLE


def field_of(criterion: Criterion) -> str:
    return f"criterion-{criterion.pk}"


def stored_marks(attempt: Attempt) -> dict[str, str]:
    """By field of the form: the key of a level, or a verdict."""
    marks = attempt.self_marks.select_related("criterion")
    return {
        field_of(mark.criterion): str(mark.level_id) if mark.level_id else mark.verdict
        for mark in marks
    }


@transaction.atomic
def save(submission: Submission, criteria: list[Criterion], *, edit: Edit) -> None:
    """Save the marks that `edit` changes. Raises NotEditable once it is sent, and EditConflict."""
    locked = Submission.objects.select_for_update(no_key=True)
    submission.refresh_from_db(from_queryset=locked)
    if submission.status not in EDITABLE:
        raise NotEditable("This submission has been sent in.")
    attempt = submission.attempts.get(sent_at=None)
    edit.check(stored_marks(attempt))
    for criterion in criteria:
        if field_of(criterion) not in edit.changes:
            continue
        chosen = edit.changes[field_of(criterion)]
        if not chosen:
            attempt.self_marks.filter(criterion=criterion).delete()
            continue
        is_verdict = chosen in SelfMark.Verdict.values
        attempt.self_marks.update_or_create(
            criterion=criterion,
            defaults={
                "verdict": chosen if is_verdict else "",
                "level_id": None if is_verdict else int(chosen),
            },
        )
