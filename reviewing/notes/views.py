from django.views.decorators.http import require_http_methods

from reviewing.notes.pages import notes_page
from reviewing.permissions import can_see_earner
from reviewing.views import load_assignment, reviewers_only


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request, pk):
    """For the reviewer who has the submission, or has decided it."""
    assignment = load_assignment(request, pk, released_too=False)
    return notes_page(
        request,
        assignment.submission,
        template="reviewing/notes.html",
        names_earner=can_see_earner(request.user, assignment),
        back_url=assignment.get_absolute_url(),
    )
