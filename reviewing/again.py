"""The buttons of the judging page about criteria that were met in an earlier attempt."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _

from audit.moves import ReasonMissing
from reviewing import operations
from reviewing.models import Assignment

LONGEST_REASON = 2000


def place_after(request, assignment: Assignment) -> str:
    """Do what was pressed. The place on the page to go on from; empty if it was another button."""
    pressed = next((name for name in ("judge_again", "leave_met") if name in request.POST), "")
    key = request.POST.get(pressed, "")
    if not key.isdecimal():
        return ""
    criterion = assignment.submission.version.criteria.filter(pk=key).first()
    if criterion is None:
        return ""
    if pressed == "leave_met":
        operations.leave_met(assignment, criterion, by=request.user)
        return f"#again-{criterion.pk}"
    reason = request.POST.get(f"reason_{key}", "")
    if len(reason) > LONGEST_REASON:
        messages.error(
            request, _("Shorten this to %(limit)s characters.") % {"limit": LONGEST_REASON}
        )
        return f"#again-{criterion.pk}"
    try:
        operations.judge_again(assignment, criterion, by=request.user, reason=reason)
    except ReasonMissing:
        messages.error(request, _("Say why you judge it again: the educator reads it."))
        return f"#again-{criterion.pk}"
    except operations.NotMetBefore:
        pass  # it is judged anyway
    return f"#criterion-{criterion.pk}"
