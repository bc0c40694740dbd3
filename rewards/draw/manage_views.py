"""Coordinators' pages of the draw: type the values of the sources, check the key, draw."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from rewards.drand import beacon
from rewards.drand import operations as rounds
from rewards.draw import operations as draws
from rewards.draw import seals
from rewards.draw.seal_forms import SealForm
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations import life_cycle as drawings
from rewards.permissions import coordinators_of
from rewards.states import DrawingStatus
from rewards.values import operations as values
from rewards.values.forms import ValueForm
from rewards.values.reading import readings_of


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request, slug):
    """Type the value of a source (`source` is posted), then draw with the key that was shown."""
    drawing = get_managed_drawing(request, slug)
    can_draw = drawing.status in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}
    readings = readings_of(drawing)
    can_be_sealed = seals.can_be_sealed(drawing)
    is_drawing = request.method == "POST" and "draw" in request.POST and can_draw
    seal_form = SealForm(request.POST if is_drawing and can_be_sealed else None, prefix="seal")
    typed = form = None
    if is_drawing:
        if not can_be_sealed or seal_form.is_valid():
            return _draw(request, drawing, seal_form.sealed_until if can_be_sealed else None)
    elif request.method == "POST" and can_draw:
        typed = _chosen(request, readings)
        if typed is None:
            messages.info(request, _("Choose the source whose value you type."))
            return redirect("rewards:manage_draw", slug)
        form = ValueForm(request.POST, index=typed.index, source=typed.source)
        if form.is_valid() and _is_typed(request, drawing, typed, form):
            return redirect("rewards:manage_draw", slug)
    now = timezone.now()
    context = {
        "drawing": drawing,
        "seal_form": seal_form if can_be_sealed else None,
        "rows": [
            (
                reading,
                form if reading is typed else ValueForm(index=reading.index, source=reading.source),
                reading.by(request.user),
            )
            for reading in readings
        ],
        "form": form,
        "rounds": drawing.rounds.select_related("found_by"),
        "key": draws.preview_key(drawing, readings) if can_draw else "",
        "last": drawing.draws.order_by("-number").first(),
        "list": drawing.lists.order_by("-number").first(),
        "open_disputes": drawing.disputes.filter(answered_at=None).count(),
        "now": now,
        "is_time": bool(drawing.rules) and now >= drawing.rules.draws_at,
        "can_draw": can_draw,
        "needs_another": can_draw and _needs_another(drawing, readings),
        "pieces": sum(drawing.prizes.values_list("quantity", flat=True)),
        "frame": "draw",
    }
    return render(
        request, "rewards/manage/draw.html", context, status=422 if form or is_drawing else 200
    )


def _chosen(request, readings):
    """The reading of the source that was posted, or None."""
    posted = request.POST.get("source", "")
    return next((reading for reading in readings if str(reading.index) == posted), None)


def _is_typed(request, drawing, reading, form):
    """Type the value, or give the form the reason why not."""
    try:
        values.type_value(drawing, reading.index, values=form.values, by=request.user)
    except drawings.NotReady as error:
        form.add_error(form.name, error.missing[0])
        return False
    except TransitionNotAllowed as error:
        form.add_error(form.name, str(error))
        return False
    messages.success(request, _("It is saved."))
    return True


def _needs_another(drawing, readings):
    """Whether two people have to type a value, and only one may."""
    if all(reading.source["kind"] == "drand" for reading in readings):
        return False
    people = coordinators_of(drawing).values_list("person_key", flat=True)
    return people.distinct().count() < 2


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


def _draw(request, drawing, sealed_until):
    try:
        draws.draw(
            drawing,
            by=request.user,
            shown=request.POST.get("seen", ""),
            sealed_until=sealed_until,
        )
    except draws.AlreadyDrawn:
        messages.info(request, _("It has already been drawn. This is the result."))
    except NotAsShown:
        messages.warning(
            request,
            _("A value was typed again meanwhile, so nothing is drawn. Compare the key again."),
        )
        return redirect("rewards:manage_draw", drawing.slug)
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
