"""E-mails of the demo program's past, dated when they would have gone out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from issuing.models import Assertion
from mail.models import OutgoingEmail
from submissions.models import Attempt, Submission


def date_letters() -> None:
    """Give letters that operations have made due just now the time of what they tell."""
    moments = _moments_of_letters()
    letters = list(OutgoingEmail.objects.all())
    for letter in letters:
        letter.queued_at = letter.due_at = moments[letter.kind, letter.key]
    OutgoingEmail.objects.bulk_update(letters, ["queued_at", "due_at"])


def post_past_letters(*, keep: int) -> None:
    """Letters of the months before today were sent then; only the newest are still to go out."""
    newest = OutgoingEmail.objects.order_by("-due_at", "key")[:keep].values_list("pk", flat=True)
    OutgoingEmail.objects.exclude(pk__in=list(newest)).update(
        status=OutgoingEmail.Status.SENT, attempts=1, sent_at=F("due_at") + timedelta(seconds=3)
    )


def _moments_of_letters() -> dict[tuple[str, str], datetime]:
    moments = {}
    for attempt in Attempt.objects.all():
        moments["submission_received", f"attempt:{attempt.pk}"] = attempt.sent_at
        moments["submission_returned", f"attempt:{attempt.pk}"] = attempt.begun_at
    for submission in Submission.objects.filter(status=Submission.Status.DECLINED):
        change = submission.status_changes.get(to_status=Submission.Status.DECLINED)
        moments["submission_declined", f"submission:{submission.pk}"] = change.changed_at
    for assertion in Assertion.objects.all():
        key = str(assertion.public_id)
        moments["award_waiting", key] = assertion.created_at
        moments["badge_issued", key] = assertion.issued_on
        moments["badge_revoked", key] = assertion.revoked_at
    return moments
