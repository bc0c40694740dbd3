"""Submissions whose evidence is to be deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from privacy.retention import operations as retention
from program.models import Program
from reviewing import operations as reviewing
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from tests.factories import DraftFactory, judge_all, reviewer_for

NOW = timezone.now().replace(microsecond=0)
LAST_YEAR = NOW - timedelta(days=366)


def delete_after(days: int | None) -> None:
    Program.objects.update_or_create(pk=1, defaults={"evidence_days": days})


def decided(*, now: datetime = LAST_YEAR, verdict: str = "met", **kwargs) -> Submission:
    """A file and texts were sent in, and a reviewer has decided."""
    draft = DraftFactory(**kwargs)
    for criterion in draft.version.criteria.all():
        submissions.write_text(draft, criterion, "What I did.")
    submissions.add_file(
        draft, draft.version.criteria.first(), file=ContentFile(b"My plan."),
        file_name="plan.txt", content_type="text/plain",
    )  # fmt: skip
    submissions.send(draft, by=draft.earner, statement_accepted=True, now=now)
    assignment = reviewing.claim(draft, by=reviewer_for(draft.badge_class), now=now)
    reviewing.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, verdict, "Good."),
        now=now,
    )  # fmt: skip
    return Submission.objects.get(pk=draft.pk)


def with_badge(submission: Submission) -> Assertion:
    issue_batch(now=LAST_YEAR + timedelta(days=30))
    return Assertion.objects.get(submission=submission)


def work(now: datetime) -> None:
    """What the task does at this moment."""
    for step in (retention.follow_the_setting, retention.tell_next, retention.delete_next):
        while step(now=now):
            pass


def evidence(submission: Submission) -> list[EvidenceItem]:
    return list(EvidenceItem.objects.filter(attempt__submission=submission).order_by("pk"))
