"""Coordinators' pages of the stage."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from rewards.drawings.manage_views import get_managed_drawing
from rewards.stage import operations as stage
from rewards.stage.views import last_draw, shown_steps


@coordinators_only
@require_POST
def reveal(request, slug):
    drawing = get_managed_drawing(request, slug)
    if stage.reveal(drawing, by=request.user):
        messages.success(request, _("The result is published. We are emailing the winners."))
    else:
        messages.info(request, _("The result is published already."))
    return redirect("rewards:manage_winners", slug)


@coordinators_only
@require_POST
def step(request, slug):
    """The presenter's page says which step is on the screen."""
    drawing = get_managed_drawing(request, slug)
    typed = request.POST.get("step", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        return HttpResponseBadRequest()
    if not drawing.draws.exists():
        raise Http404
    stage.show_step(drawing, int(typed), by=request.user)
    return HttpResponse(status=204)


@coordinators_only
@require_safe
def notes(request, slug):
    """A second window for the presenter: what comes next, who has won, how to reach them."""
    drawing = get_managed_drawing(request, slug)
    is_rehearsal = "rehearsal" in request.GET
    draw = last_draw(drawing)
    if draw is None and not is_rehearsal:
        raise Http404
    context = shown_steps(drawing, draw, is_rehearsal=is_rehearsal)
    response = render(request, "rewards/manage/stage_notes.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
