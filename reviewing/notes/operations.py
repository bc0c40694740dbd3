from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reviewing.models import SubmissionNote
from submissions.models import Submission


@transaction.atomic
def write(
    submission: Submission, *, text: str, by: User, now: datetime | None = None
) -> SubmissionNote:
    """Add an internal note. The same words by the same person right after are the same note."""
    Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    latest = SubmissionNote.objects.about(submission).last()
    if latest and latest.author_id == by.pk and latest.text == text:
        return latest  # the button was pressed twice
    return SubmissionNote.objects.create(
        submission=submission, author=by, text=text, written_at=now or timezone.now()
    )
