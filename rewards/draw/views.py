"""The frozen list, the result, and everything with which anyone checks both."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import etag, require_http_methods, require_safe

from rewards.draw import result
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.views import public_drawing
from rewards.states import DrawingStatus


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
