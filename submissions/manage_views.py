"""The page on which coordinators read a submission to one of their agencies."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.decorators import coordinators_only
from submissions.answers import answers_by_attempt, criteria_of
from submissions.coordinator_timeline import (
    build_coordinator_timeline,
    next_action_for_coordinators,
)
from submissions.models import Submission
from submissions.states import Status
from submissions.timeline import is_late


@coordinators_only
@require_safe
@never_cache
def submission(request, public_id):
    submission = get_object_or_404(
        Submission.objects.read_as_coordinator(request.user).for_page(), public_id=public_id
    )
    criteria = list(criteria_of(submission))
    is_approved = submission.status == Status.APPROVED
    context = {
        "submission": submission,
        "steps": build_coordinator_timeline(submission),
        "next_sentence": next_action_for_coordinators(submission),
        "is_late": is_late(submission),
        "attempts": answers_by_attempt(submission, criteria=criteria),
        "total": len(criteria),
        "met": len(criteria) if is_approved else sum(one.is_met for one in criteria),
    }
    return render(request, "submissions/manage/submission.html", context)
