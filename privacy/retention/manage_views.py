from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from privacy.models import EvidenceDeadline, EvidenceHold
from privacy.retention import operations
from privacy.retention.forms import HoldForm
from submissions.models import Submission


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hold(request, public_id):
    """For coordinators of its agency, but not about what they sent in themselves."""
    readable = Submission.objects.read_as_coordinator(request.user).with_badge()
    submission = get_object_or_404(readable.select_related("earner"), public_id=public_id)
    if "lift" in request.POST:
        return _lift(request, submission)
    form = HoldForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            operations.hold(submission, by=request.user, **form.cleaned_data)
        except operations.AlreadyDeleted:
            form.add_error(None, _("The evidence is deleted already, so nothing can be kept."))
        else:
            messages.success(request, _("The evidence is on hold. It is not deleted meanwhile."))
            return redirect("submissions:manage_submission", public_id)
    holds = EvidenceHold.objects.filter(submission=submission)
    current = holds.in_force(today=timezone.localdate()).first()
    context = {
        "submission": submission,
        "form": form,
        "current": current,
        "earlier": holds.exclude(pk=current.pk if current else None).select_related(
            "held_by", "lifted_by"
        ),
        "deadline": EvidenceDeadline.objects.filter(submission=submission).first(),
    }
    status = 422 if form.errors else 200
    return render(request, "privacy/manage/hold.html", context, status=status)


def _lift(request, submission):
    """Only the hold that the page showed: another may have been set meanwhile."""
    shown = request.POST["lift"]
    holds = EvidenceHold.objects.filter(submission=submission)
    held = holds.filter(pk=shown if shown.isdecimal() and len(shown) < 19 else None).first()
    try:
        if held is None:
            raise TransitionNotAllowed
        operations.lift(held, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("This hold was lifted already."))
    else:
        messages.success(request, _("The hold is lifted. The educator is told again in advance."))
    return redirect("submissions:manage_submission", submission.public_id)
