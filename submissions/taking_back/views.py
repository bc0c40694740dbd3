"""The earner takes back what they sent, to change it, while nobody has begun to read it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.moves import TransitionNotAllowed
from submissions import operations, permissions
from submissions.views import came_too_late, confirm_page, get_own_submission_or_404


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def take_back(request, public_id):
    submission = get_own_submission_or_404(request, public_id)
    if request.method == "GET":
        if not permissions.can_take_back(request.user, submission):
            return came_too_late(request, submission)
        return confirm_page(
            request,
            submission,
            question=_("Take back “%(badge)s”?"),
            consequences=_(
                "Nobody has begun to read it. It leaves the queue until you send it again, and the "
                "days until you hear from us are counted from then."
            ),
            button=_("Take it back"),
            is_final=False,
        )
    try:
        operations.take_back(submission, by=request.user)
    except operations.AlreadyBeingRead:
        messages.warning(
            request,
            _(
                "A reviewer has begun to read it, so it stays as you sent it. You will hear from "
                "us, and can change then what is not yet met."
            ),
        )
        return redirect(submission)
    except TransitionNotAllowed:  # the button was pressed twice, or it was withdrawn
        submission.refresh_from_db()
        return came_too_late(request, submission)
    messages.success(request, _("It is yours again. Change it, then send it."))
    return redirect("submissions:edit", submission.public_id)
