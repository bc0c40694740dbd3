"""Coordinators' pages of the stage."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import coordinators_only
from rewards.drawings.manage_views import get_managed_drawing
from rewards.stage import operations as stage


@coordinators_only
@require_POST
def reveal(request, slug):
    drawing = get_managed_drawing(request, slug)
    if stage.reveal(drawing, by=request.user):
        messages.success(request, _("The result is published. We are emailing the winners."))
    else:
        messages.info(request, _("The result is published already."))
    return redirect("rewards:manage_winners", slug)
