"""Backdates emails to when they would have been queued and sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from issuing.models import Assertion
from mail.models import OutgoingEmail
from submissions.models import Attempt, Submission


def backdate_emails() -> None:
    """Date the emails that operations have just queued to the events that they are about."""
    times = _times_by_email()
    emails = list(OutgoingEmail.objects.all())
    for email in emails:
        email.queued_at = email.due_at = times[email.kind, email.key]
    OutgoingEmail.objects.bulk_update(emails, ["queued_at", "due_at"])


def mark_past_emails_sent(*, keep: int) -> None:
    """Mark past emails as sent, except the `keep` newest, which remain to be sent."""
    newest = OutgoingEmail.objects.order_by("-due_at", "key")[:keep].values_list("pk", flat=True)
    OutgoingEmail.objects.exclude(pk__in=list(newest)).update(
        status=OutgoingEmail.Status.SENT, attempts=1, sent_at=F("due_at") + timedelta(seconds=3)
    )


def _times_by_email() -> dict[tuple[str, str], datetime]:
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
