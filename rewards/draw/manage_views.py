"""Coordinators' pages of the draw: enter the public numbers, check the key, draw."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from rewards import rfc3797
from rewards.drand import beacon
from rewards.drand import operations as rounds
from rewards.draw import operations as draws
from rewards.draw import seals
from rewards.draw.forms import DrawForm
from rewards.draw.seal_forms import SealForm
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations import life_cycle as drawings
from rewards.states import DrawingStatus


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request, slug):
    """The first POST shows the key of the entered numbers, the second one draws."""
    drawing = get_managed_drawing(request, slug)
    last = drawing.draws.order_by("-number").first()
    can_draw = drawing.status in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}
    form = DrawForm(
        request.POST if request.method == "POST" else None,
        sources=drawing.rules.sources if drawing.rules else [],
        found=rounds.signatures_of(drawing),
        asks_reason=last is not None,
    )
    can_be_sealed = seals.can_be_sealed(drawing)
    seal_form = SealForm(
        request.POST if request.method == "POST" and can_be_sealed else None, prefix="seal"
    )
    key, status = "", 200
    if request.method == "POST" and can_draw:
        status = 422
        if form.is_valid() and (not can_be_sealed or seal_form.is_valid()):
            try:
                key = draws.preview_key(drawing, form.values)
                # Draw only with the key that was shown. Show the new key if a number has changed.
                if request.POST.get("draw") == "1" and request.POST.get("seen") == key:
                    sealed_until = seal_form.sealed_until if can_be_sealed else None
                    return _draw(request, drawing, form, sealed_until)
                status = 200
            except rfc3797.BadSource:
                form.add_error(None, _("One of the values can’t be read. Compare each again."))
    context = {
        "drawing": drawing,
        "form": form,
        "seal_form": seal_form if can_be_sealed else None,
        "rows": [
            (form[f"source_{n}"], source)
            for n, source in enumerate(drawing.rules.sources if drawing.rules else [])
        ],
        "rounds": drawing.rounds.select_related("found_by"),
        "key": key,
        "last": last,
        "list": drawing.lists.order_by("-number").first(),
        "open_disputes": drawing.disputes.filter(answered_at=None).count(),
        "is_time": bool(drawing.rules) and timezone.now() >= drawing.rules.draws_at,
        "can_draw": can_draw,
        "pieces": sum(drawing.prizes.values_list("quantity", flat=True)),
        "frame": "draw",
    }
    return render(request, "rewards/manage/draw.html", context, status=status)


@coordinators_only
@require_POST
def fetch_round(request, slug, pk):
    """Fetch a round now, without waiting for the schedule."""
    drawing = get_managed_drawing(request, slug)
    drand_round = get_object_or_404(drawing.rounds, pk=pk)
    try:
        rounds.fetch_round(drand_round, by=request.user)
    except rounds.TooEarly:
        messages.info(request, _("This round is not available yet. No one can know it in advance."))
    except rounds.NotWaiting:
        messages.info(request, _("This drawing is not waiting for a round."))
    except beacon.RoundUnavailable:
        messages.info(
            request,
            _(
                "No drand mirror returned this round with a valid signature. The program will "
                "ask again automatically, or paste the signature below."
            ),
        )
    else:
        messages.success(request, _("The round is available, and its signature is valid."))
    return redirect("rewards:manage_draw", slug)


def _draw(request, drawing, form, sealed_until):
    try:
        draws.draw(
            drawing,
            values=form.values,
            by=request.user,
            reason=form.cleaned_data.get("reason", ""),
            sealed_until=sealed_until,
        )
    except draws.AlreadyDrawn:
        messages.info(request, _("Someone made the draw a moment ago. This is its result."))
    except drawings.NotReady as error:
        messages.info(request, error.missing[0])
        return redirect("rewards:manage_draw", drawing.slug)
    except TransitionNotAllowed as error:
        messages.info(request, _("Nothing was drawn. %(why)s") % {"why": error})
        return redirect("rewards:manage_draw", drawing.slug)
    else:
        if sealed_until:
            messages.success(request, _("The prizes have been drawn, and the result is sealed."))
        else:
            messages.success(request, _("The prizes have been drawn. We are emailing the winners."))
    return redirect("rewards:result", drawing.slug)
