"""The stage: slides for a screen in a room, and the page on which phones follow them."""

import base64

from django.conf import settings
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import etag, require_safe

from rewards.chances import frozen_lists, standing
from rewards.draw.views import sealed
from rewards.drawings.views import public_drawing
from rewards.models import Drawing
from rewards.permissions import can_manage
from rewards.stage import steps
from serving.qr_codes import qr_svg

SECONDS_BETWEEN_LOOKS = 2


@require_safe
def present(request, slug):
    """All steps in one page, so that nothing on stage needs the network.

    A sealed result is shown to coordinators of the drawing alone.
    """
    drawing = public_drawing(slug)
    may_manage = request.user.is_authenticated and can_manage(request.user, drawing)
    is_rehearsal = may_manage and "rehearsal" in request.GET
    draw = last_draw(drawing)
    if not is_rehearsal:
        if draw is None:
            raise Http404
        if draw.is_sealed and not may_manage:
            return sealed(request, draw)
    context = shown_steps(drawing, draw, is_rehearsal=is_rehearsal)
    last = len(context["steps"]) - 1
    typed = request.GET.get("step", "0")
    step = min(int(typed), last) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    follow = settings.PUBLIC_ORIGIN + reverse("rewards:stage", args=[slug])
    result = settings.PUBLIC_ORIGIN + reverse("rewards:result", args=[slug])
    context |= {
        "step": step,
        "last": last,
        "before": step - 1,
        "after": step + 1,
        "presents": may_manage and not is_rehearsal,
        "follow": follow,
        "follow_qr": _as_image(follow),
        "result_address": result,
        "result_qr": _as_image(result),
    }
    return _kept_private(render(request, "rewards/stage/present.html", context), may_manage)


@require_safe
def follow(request, slug):
    """For the phones in the room. Somebody signed in sees their chances, and when it is them."""
    drawing = public_drawing(slug)
    frozen = standing.last_list_of(drawing)
    mine = []
    if request.user.is_authenticated and frozen:
        tokens = standing.entries_on(frozen, request.user, drawing).values_list("token", flat=True)
        lines = frozen_lists.lines_by_token(frozen, list(tokens))
        mine = [(line.token, frozen.spoken(line.number)) for line in lines]
    is_open = _looked_up(slug)["revealed"]
    context = {"drawing": drawing, "list": frozen, "mine": mine, "is_revealed": is_open}
    response = render(request, "rewards/stage/follow.html", context)
    return _kept_private(response, request.user.is_authenticated)


def _looked_up(slug):
    """What is on stage now, in one statement."""
    found = Drawing.objects.public().filter(slug=slug).order_by("-draws__number")
    row = found.values(
        "draws",
        "draws__stage__shown",
        "draws__stage__shown_at",
        "draws__seal",
        "draws__seal__opened_at",
    ).first()
    if row is None:
        raise Http404
    is_sealed = row["draws__seal"] and not row["draws__seal__opened_at"]
    return {
        "shown": row["draws__stage__shown"],
        "shown_at": row["draws__stage__shown_at"],
        "revealed": bool(row["draws"]) and not is_sealed,
    }


def _stage_version(request, slug):
    request.stage = _looked_up(slug)
    shown_at = request.stage["shown_at"]
    at = shown_at.timestamp() if shown_at else 0
    return f'"{at}-{request.stage["revealed"]:d}"'


@require_safe
@etag(_stage_version)
def now_shown(request, slug):
    """The tiny document that every phone in the room asks for: no session, one statement."""
    answer = {"shown": request.stage["shown"], "revealed": request.stage["revealed"]}
    response = JsonResponse(answer)
    response["Cache-Control"] = f"public, max-age={SECONDS_BETWEEN_LOOKS - 1}"
    return response


def last_draw(drawing):
    draw = drawing.draws.select_related("entry_list", "seal").order_by("-number").first()
    if draw:
        draw.drawing = drawing
    return draw


def shown_steps(drawing, draw, *, is_rehearsal):
    if is_rehearsal:
        found = steps.rehearsal_of(drawing, standing.last_list_of(drawing))
    else:
        found = steps.steps_of(draw)
    secret, promised = steps.secret_of(drawing, rehearsed=is_rehearsal)
    return {
        "drawing": drawing,
        "made": draw,
        "list": draw.entry_list if draw else standing.last_list_of(drawing),
        "steps": found,
        "pieces": sum(1 for one in found if one.kind == "prize"),
        "secret": secret,
        "promised": promised,
        "key": draw.key if draw and not is_rehearsal else "1.2.3./rehearsal./",
        "is_rehearsal": is_rehearsal,
    }


def _as_image(address):
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(address, quiet_zone=2)).decode()


def _kept_private(response, is_private):
    if is_private:
        response["Cache-Control"] = "private, no-store"
    return response
