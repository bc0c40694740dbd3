from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import coordinators_only
from reviewing.notes.pages import notes_page
from submissions.models import Submission


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def notes(request, public_id):
    """For coordinators, but not about what they sent in themselves."""
    readable = Submission.objects.read_as_coordinator(request.user).with_badge()
    submission = get_object_or_404(readable.select_related("earner"), public_id=public_id)
    return notes_page(
        request,
        submission,
        template="reviewing/manage/notes.html",
        names_earner=True,
        back_url=reverse("submissions:manage_submission", args=[public_id]),
    )
