"""Pages about what is kept of people."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.about_people import TREATMENTS
from privacy.treatment import OnErasure


@require_safe
def what_we_keep(request):
    """Drawn from the table that the erasure and the export follow."""
    kept = TREATMENTS.values()
    groups = [(kind, [one for one in kept if one.on_erasure == kind]) for kind in OnErasure]
    return render(request, "privacy/what_we_keep.html", {"groups": groups})
