"""What the earner said with an earlier attempt, as the start of what they say now."""

from __future__ import annotations

from submissions.declarations.operations import AiUse
from submissions.models import AiDisclosure, Submission


def previous_disclosure(submission: Submission) -> AiUse | None:
    """Nothing in the first attempt, which is most of them: then nothing is asked."""
    if submission.submitted_at is None or not submission.version.ai_use:
        return None
    found = AiDisclosure.objects.filter(attempt__submission=submission)
    newest = found.order_by("-attempt__number").first()
    return AiUse(newest.used, newest.how) if newest else None
