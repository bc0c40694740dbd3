"""The frozen list, the result, and everything with which anyone checks both."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import etag, require_http_methods, require_POST, require_safe

from rewards import disputes, drawings, frozen_lists, result
from rewards.answer_forms import DisputeForm
from rewards.states import DrawingStatus
from rewards.views import public_drawing

LINES_BESIDE_A_FIND = 3
LINES_AT_THE_BEGINNING = 10
MY_LINES = 200


@require_safe
def entry_list(request, slug):
    return _entry_list(request, public_drawing(slug), DisputeForm())


def _entry_list(request, shown, form, status=200):
    lists = list(shown.lists.order_by("-number"))
    if not lists:
        raise Http404
    token = request.GET.get("token", "").strip().lower()[:40]
    found = next(iter(frozen_lists.lines_with(lists[0], [token])), None) if token else None
    near = range(1, LINES_AT_THE_BEGINNING + 1)
    if found:
        near = range(found.number - LINES_BESIDE_A_FIND, found.number + LINES_BESIDE_A_FIND + 1)
    context = {
        "drawing": shown,
        "rules": shown.rules,
        "lists": lists,
        "current": lists[0],
        "token": token,
        "found": found,
        "near": frozen_lists.lines_at(lists[0], near).values(),
        "can_dispute": disputes.is_open(shown, now=timezone.now()),
        "form": form,
        "commitment": drawings.commitment(shown),
    }
    if request.user.is_authenticated:
        mine = shown.entries.of(request.user).select_related("assertion__version")
        by_token = {entry.token: entry for entry in mine}
        lines = frozen_lists.lines_with(lists[0], by_token)[:MY_LINES]
        context["my_lines"] = [(line.number, by_token[line.token]) for line in lines]
        context["my_disputes"] = shown.disputes.filter(user=request.user)
    return render(request, "rewards/entry_list.html", context, status=status)


@login_required
@require_POST
def dispute(request, slug):
    shown = public_drawing(slug)
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _entry_list(request, shown, form, status=422)
    try:
        disputes.dispute(shown, user=request.user, text=form.cleaned_data["text"])
    except disputes.WindowIsOver:
        messages.info(request, _("The list can no longer be disputed."))
    except disputes.TooMany:
        messages.info(request, _("You have written already; wait for the answer, please."))
    else:
        messages.success(request, _("The coordinators have it. Their answer comes by e-mail."))
    return redirect("rewards:entry_list", shown.slug)


@require_safe
def entries_csv(request, slug, number):
    frozen = get_object_or_404(public_drawing(slug).lists, number=number)
    response = StreamingHttpResponse(
        frozen_lists.entries_csv(frozen), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="entries.csv"'
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return response


@require_http_methods(["GET", "HEAD"])
def show_result(request, slug, number=None):
    shown = public_drawing(slug)
    all_draws = list(shown.draws.select_related("entry_list", "drawing__rules").order_by("-number"))
    made = _chosen(all_draws, number)
    made.drawing = shown
    steps = result.steps(made)
    context = {
        "drawing": shown,
        "made": made,
        "draws": all_draws,
        "is_last": made is all_draws[0],
        "steps": steps,
        "winners": [step for step in steps if step.win],
        "walked_over": sum(1 for step in steps if not step.prize),
        "sources": made.sources[:-1],
        "commitment": drawings.commitment(shown),
        "versions": shown.rules_versions.exclude(announced_at=None).count(),
        "given_up": made.wins.exclude(given_up=None).select_related("prize").order_by("given_up"),
    }
    return render(request, "rewards/result.html", context)


@require_safe
def inputs_json(request, slug, number):
    made = _draw(slug, number)
    return HttpResponse(result.inputs_json(made), content_type="application/json")


def _zip_version(request, slug, number):
    """The note in the zip is in the reader's language, all else follows from the draw."""
    return f'"{get_language()}-{result.digest(_draw(slug, number))}"'


@require_safe
@etag(_zip_version)
def check_zip(request, slug, number):
    made = _draw(slug, number)
    response = StreamingHttpResponse(result.check_zip(made), content_type="application/zip")
    name = f"{slug}-draw-{made.number}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "public, max-age=300, stale-while-revalidate=3600"
    return response


@require_safe
def present(request, slug):
    """For a screen in a room: the last prize first, one winner at a time."""
    shown = public_drawing(slug)
    made = _chosen(list(shown.draws.select_related("entry_list").order_by("-number")), None)
    made.drawing = shown
    winners = list(
        made.wins.exclude(status__in=["declined", "lapsed"])
        .select_related("prize__sponsor", "line__entry__user")
        .order_by("-prize__position", "-piece")
    )
    typed = request.GET.get("step", "0")
    # Two steps for each prize (the prize, then who gets it), a first screen and a last one.
    last = 2 * len(winners) + 1
    step = min(int(typed), last) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    win = winners[(step - 1) // 2] if 0 < step < last else None
    if win:
        win.prize.drawing = shown
    context = {
        "drawing": shown,
        "made": made,
        "step": step,
        "last": last,
        "before": step - 1 if step else None,
        "after": step + 1 if step < last else None,
        "win": win,
        "is_revealed": step % 2 == 0,
        "winners": winners,
        "pieces": len(winners),
        "is_settled": shown.status == DrawingStatus.SETTLED,
    }
    return render(request, "rewards/present.html", context)


def _draw(slug, number):
    made = _chosen(list(public_drawing(slug).draws.select_related("entry_list")), number)
    made.drawing = public_drawing(slug)
    return made


def _chosen(all_draws, number):
    for made in all_draws:
        if number in (None, made.number):
            return made
    raise Http404
