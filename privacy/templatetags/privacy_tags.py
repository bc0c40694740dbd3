"""What pages about submissions say of their evidence."""

from django import template
from django.utils import timezone

from privacy.models import EvidenceHold
from submissions.models import Submission

register = template.Library()


@register.inclusion_tag("privacy/_evidence_deadline.html")
def evidence_deadline(submission: Submission) -> dict:
    """When the evidence is deleted, or was. Nothing while the submission is open."""
    return {"deadline": getattr(submission, "evidence_deadline", None)}


@register.inclusion_tag("privacy/_evidence_hold.html")
def evidence_hold(submission: Submission) -> dict:
    """For coordinators: the hold, and the way to its page."""
    holds = EvidenceHold.objects.filter(submission=submission).select_related("held_by")
    return {"submission": submission, "hold": holds.in_force(today=timezone.localdate()).first()}
