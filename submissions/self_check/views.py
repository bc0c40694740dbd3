"""Before sending: the earner reads their evidence as a reviewer does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from editing.views import compares_again
from submissions import permissions
from submissions.answers import draft_answers
from submissions.refusals import NotEditable
from submissions.self_check import operations
from submissions.self_check.forms import SelfCheckForm
from submissions.views import came_too_late, get_own_submission_or_404


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@compares_again
def self_check(request, public_id):
    submission = get_own_submission_or_404(request, public_id)
    if not permissions.can_edit(request.user, submission):
        return came_too_late(request, submission)
    answers = [answer for answer in draft_answers(submission) if not answer.is_met]
    criteria = [answer.criterion for answer in answers]
    stored = operations.stored_marks(submission.attempts.get(sent_at=None))
    form = SelfCheckForm(
        request.POST if request.method == "POST" else None, criteria=criteria, initial=stored
    )
    if form.is_bound and form.is_valid():
        try:
            operations.save(submission, criteria, edit=form.edit)
        except NotEditable:
            submission.refresh_from_db()
            return came_too_late(request, submission)
        messages.success(request, _("Your marks are saved. Only you can see them."))
        return redirect("submissions:self_check", public_id)
    context = {
        "submission": submission,
        "form": form,
        "rows": [(answer, form[operations.field_of(answer.criterion)]) for answer in answers],
    }
    status = 422 if form.errors else 200
    return render(request, "submissions/self_check.html", context, status=status)
