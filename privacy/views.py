"""Pages about what is kept of people."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.moves import TransitionNotAllowed
from privacy import operations
from privacy.about_the_rest import TREATMENTS
from privacy.exports import operations as exports
from privacy.forms import SureForm
from privacy.models import PersonalCopy, PrivacyRequest
from privacy.treatment import OnErasure
from program.current import current


@require_safe
def what_we_keep(request):
    """Drawn from the table that the erasure and the export follow."""
    kept = TREATMENTS.values()
    groups = [(kind, [one for one in kept if one.on_erasure == kind]) for kind in OnErasure]
    context = {"groups": groups, "evidence_days": current().evidence_days}
    return render(request, "privacy/what_we_keep.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request):
    """Ask to be erased, and take it back until somebody has done it."""
    asked = PrivacyRequest.objects.of(request.user)
    waiting = asked.waiting().first()
    if request.method == "POST" and "withdraw" in request.POST:
        if waiting:
            with suppress(TransitionNotAllowed):
                operations.withdraw(waiting, by=request.user)
        messages.success(request, _("You are no longer asking to be erased."))
        return redirect("privacy:own")
    form = SureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        operations.ask(request.user, by=request.user)
        messages.success(request, _("The program office has your request."))
        return redirect("privacy:own")
    status = 422 if form.is_bound else 200
    copy = PersonalCopy.objects.of(request.user).current(now=timezone.now()).first()
    last = asked.exclude(ended_at=None).order_by("ended_at", "pk").last()
    refused = last if last and last.status == PrivacyRequest.Status.REFUSED else None
    context = {"waiting": waiting, "refused": refused, "form": form, "copy": copy}
    return render(request, "privacy/own.html", context, status=status)


@login_required
@require_POST
def ask_for_copy(request):
    exports.ask(request.user)
    said = _("We are making your copy. You get an email when it is ready.")
    if not request.user.has_email:
        said = _("We are making your copy. You get a message when it is ready.")
    messages.success(request, said)
    return redirect("privacy:own")


@login_required
@require_safe
def copy(request, public_id):
    """For its person alone, and for some days only."""
    ready = PersonalCopy.objects.of(request.user).filter(gone_at__gt=timezone.now())
    found = get_object_or_404(ready, public_id=public_id)
    try:
        stored = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stored, as_attachment=True, filename="copy.zip", content_type="application/zip"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
