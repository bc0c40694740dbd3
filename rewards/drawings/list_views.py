"""Public pages of the frozen list, and the form to dispute it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from rewards.chances import frozen_lists
from rewards.drawings.dispute_forms import DisputeForm
from rewards.drawings.operations import disputes
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.views import public_drawing

LINES_AROUND_MATCH = 3
FIRST_LINES = 10
MY_LINES = 200


@require_safe
def entry_list(request, slug):
    return _entry_list(request, public_drawing(slug), DisputeForm())


def _entry_list(request, drawing, form, status=200):
    lists = list(drawing.lists.order_by("-number"))
    if not lists:
        raise Http404
    token = request.GET.get("token", "").strip().lower()[:40]
    found = next(iter(frozen_lists.lines_by_token(lists[0], [token])), None) if token else None
    near = range(1, FIRST_LINES + 1)
    if found:
        near = range(found.number - LINES_AROUND_MATCH, found.number + LINES_AROUND_MATCH + 1)
    context = {
        "drawing": drawing,
        "rules": drawing.rules,
        "lists": lists,
        "current": lists[0],
        "token": token,
        "found": found,
        "near": frozen_lists.lines_by_number(lists[0], near).values(),
        "can_dispute": disputes.is_open(drawing, now=timezone.now()),
        "form": form,
        "commitment": drawings.commitment(drawing),
    }
    if request.user.is_authenticated:
        entries = drawing.entries.of(request.user).select_related("assertion__version")
        by_token = {entry.token: entry for entry in entries}
        lines = frozen_lists.lines_by_token(lists[0], by_token)[:MY_LINES]
        context["my_lines"] = [(line.number, by_token[line.token]) for line in lines]
        context["my_disputes"] = drawing.disputes.filter(
            user__in=User.objects.same_person(request.user)
        )
    return render(request, "rewards/entry_list.html", context, status=status)


@login_required
@require_POST
def dispute(request, slug):
    drawing = public_drawing(slug)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _entry_list(request, drawing, form, status=422)
    try:
        disputes.dispute(drawing, user=request.user, text=form.cleaned_data["text"])
    except disputes.WindowClosed:
        messages.info(request, _("Disputes about the list are no longer accepted."))
    except disputes.TooManyDisputes:
        messages.info(request, _("You have already written. Please wait for the answer."))
    else:
        messages.success(
            request, _("The coordinators have received it. You will get their answer by email.")
        )
    return redirect("rewards:entry_list", drawing.slug)


@require_safe
def entries_csv(request, slug, number):
    frozen = get_object_or_404(public_drawing(slug).lists, number=number)
    response = StreamingHttpResponse(
        frozen_lists.entries_csv(frozen), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="entries.csv"'
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return response
