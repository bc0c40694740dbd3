"""What is said in a recording, to be read along: shown to its readers, changed by its earner."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from submissions import permissions
from submissions.media.forms import SubtitlesForm
from submissions.media.operations.subtitles import set_subtitles
from submissions.models import EvidenceItem
from submissions.querysets import accounts_of
from submissions.refusals import NotEditable
from submissions.views import REFUSED


@require_safe
def show(request, public_id):
    """The file of subtitles, for those who may see the recording."""
    item = get_object_or_404(
        EvidenceItem.objects.recordings()
        .exclude(subtitles="")
        .select_related("attempt__submission__badge_class__issuer__agency"),
        public_id=public_id,
    )
    if not permissions.can_read_evidence(request.user, item):
        raise Http404
    response = HttpResponse(item.subtitles, content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request, public_id):
    own = EvidenceItem.objects.recordings().filter(
        attempt__sent_at=None, attempt__submission__earner__in=accounts_of(request.user)
    )
    item = get_object_or_404(
        own.select_related("attempt__submission__version", "criterion"), public_id=public_id
    )
    submission = item.attempt.submission
    page = reverse("submissions:edit", args=[submission.public_id])
    back = f"{page}#added-{item.criterion_id}"
    removes = request.POST.get("action") == "remove"
    form = SubtitlesForm(*((request.POST, request.FILES) if request.POST and not removes else ()))
    if request.method == "POST" and (removes or form.is_valid()):
        try:
            set_subtitles(item, "" if removes else form.cleaned_data["file"])
        except NotEditable:  # sent in from another window meanwhile
            messages.info(request, _("This was sent in meanwhile, so nothing changed."))
            return redirect(submission)
        said = _("The subtitles are removed.") if removes else _("The subtitles are added.")
        messages.success(request, said)
        return HttpResponseRedirect(back)
    context = {"form": form, "item": item, "submission": submission, "back": back}
    status = REFUSED if request.method == "POST" else HTTPStatus.OK
    return render(request, "submissions/media/subtitles.html", context, status=status)
