"""Public pages and files of a draw: its result, its inputs, and the ZIP to check it."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import etag, require_http_methods, require_safe

from rewards.draw import result, seals
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.views import public_drawing
from rewards.permissions import can_manage


@require_http_methods(["GET", "HEAD"])
def show_result(request, slug, number=None):
    drawing = public_drawing(slug)
    all_draws = list(
        drawing.draws.select_related("entry_list", "drawing__rules", "seal").order_by("-number")
    )
    draw = _choose(all_draws, number)
    draw.drawing = drawing
    if draw.is_sealed:
        return sealed(request, draw)
    steps = result.steps(draw)
    context = {
        "drawing": drawing,
        "made": draw,
        "draws": all_draws,
        "is_last": draw is all_draws[0],
        "steps": steps,
        "winners": [step for step in steps if step.win],
        "walked_over": sum(1 for step in steps if not step.prize),
        "sources": result.sources(draw),
        "commitment": drawings.commitment(drawing),
        "versions": drawing.rules_versions.exclude(announced_at=None).count(),
        "seal": (seal := getattr(draw, "seal", None)),
        "seal_matches": seal is not None and seals.matches(seal),
        "notes": draw.notes.select_related("written_by"),
        "given_up": draw.wins.exclude(given_up=None).select_related("prize").order_by("given_up"),
    }
    return render(request, "rewards/result.html", context)


def sealed(request, draw):
    """What everybody may know of a sealed result: its digest, and when it is revealed."""
    drawing = draw.drawing
    context = {
        "drawing": drawing,
        "made": draw,
        "can_manage": request.user.is_authenticated and can_manage(request.user, drawing),
    }
    response = render(request, "rewards/sealed.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def sealed_inputs(request, slug, number):
    """The bytes of which the digest was published with the draw."""
    draw = _get_draw(slug, number)
    seal = getattr(draw, "seal", None)
    if seal is None:
        raise Http404
    return HttpResponse(seal.inputs, content_type="application/json")


@require_safe
def inputs_json(request, slug, number):
    draw = _get_draw(slug, number)
    return HttpResponse(result.inputs_json(draw), content_type="application/json")


def _zip_version(request, slug, number):
    """The README in the ZIP depends on the language, everything else on the draw."""
    request.draw = _get_draw(slug, number)
    return f'"{get_language()}-{result.digest(request.draw)}"'


@require_safe
@etag(_zip_version)
def check_zip(request, slug, number):
    draw = request.draw
    response = StreamingHttpResponse(result.check_zip(draw), content_type="application/zip")
    name = f"{slug}-draw-{draw.number}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "public, max-age=300, stale-while-revalidate=3600"
    return response


def _get_draw(slug, number):
    """A draw whose result is published."""
    drawing = public_drawing(slug)
    revealed = drawing.draws.revealed().select_related("entry_list", "seal")
    draw = _choose(list(revealed), number)
    draw.drawing = drawing
    return draw


def _choose(all_draws, number):
    """The draw with this number; the first one of the list if it is None."""
    for draw in all_draws:
        if number in (None, draw.number):
            return draw
    raise Http404
