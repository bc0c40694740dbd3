"""Taking a decision back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reviewing.decisions import operations
from reviewing.views import load_assignment, reviewers_only


@reviewers_only
@require_POST
def recall(request, pk):
    assignment = load_assignment(request, pk)
    try:
        is_new = operations.recall(assignment, by=request.user)
    except operations.TooLate:
        messages.error(
            request,
            _("It is too late to take this back: your decision is in effect. Ask a coordinator."),
        )
    except operations.DecidedTogether:
        messages.error(request, _("You can’t take this back: another reader has finished, too."))
    except operations.AlreadyDecided:
        pass  # the page says why the submission is no longer with this reviewer
    else:
        if is_new:
            messages.success(
                request, _("Taken back. The educator knows nothing of it, and you can go on here.")
            )
    return redirect(assignment)
