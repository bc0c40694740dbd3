"""Coordinators' pages to answer disputes of a list."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from rewards.drawings.dispute_forms import AnswerForm
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations import disputes


@coordinators_only
@require_safe
def dispute_list(request, slug):
    return _disputes(request, get_managed_drawing(request, slug))


@coordinators_only
@require_POST
def answer(request, slug, pk):
    drawing = get_managed_drawing(request, slug)
    dispute = get_object_or_404(drawing.disputes.select_related("drawing", "user"), pk=pk)
    form = AnswerForm(request.POST, prefix=f"d{pk}")
    if not form.is_valid():
        return _disputes(request, drawing, answered=(pk, form), status=422)
    try:
        disputes.answer(dispute, by=request.user, **form.cleaned_data)
    except TransitionNotAllowed as error:
        messages.info(request, _("Nothing changed. %(why)s") % {"why": error})
    else:
        messages.success(request, _("The answer has been sent."))
    return redirect("rewards:manage_disputes", slug)


def _disputes(request, drawing, *, answered=(None, None), status=200):
    found = list(drawing.disputes.select_related("user", "answered_by"))
    rows = [
        (dispute, answered[1] if dispute.pk == answered[0] else AnswerForm(prefix=f"d{dispute.pk}"))
        for dispute in found
    ]
    context = {
        "drawing": drawing,
        "rows": rows,
        "lists": drawing.lists.order_by("-number"),
        "form": answered[1],
        "frame": "disputes",
    }
    return render(request, "rewards/manage/disputes.html", context, status=status)
