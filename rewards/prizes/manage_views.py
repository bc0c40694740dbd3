"""Coordinators' pages after the draw: winners, thanks to sponsors, press list, tax records."""

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from rewards.draw import operations as draws
from rewards.drawings.forms import ReasonForm
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Win
from rewards.prizes import operations as prizes
from rewards.prizes import tax_records
from rewards.prizes.forms import CollectForm
from rewards.states import DrawingStatus, WinStatus


@coordinators_only
@require_safe
def winner_list(request, slug):
    return _winners(request, get_managed_drawing(request, slug))


def _winners(request, drawing, *, refused=(None, None), status=200):
    last = drawing.draws.select_related("seal", "entry_list").order_by("-number").first()
    is_sealed = last is not None and last.is_sealed
    wins = (
        last.wins.select_related("prize__sponsor", "line__entry__user").order_by(
            "prize__position", "piece", "position"
        )
        if last and not is_sealed
        else []
    )
    rows = [
        {
            "win": win,
            "collect": refused[1] if refused[0] == win.pk else CollectForm(prefix=f"w{win.pk}"),
            "move_on": ReasonForm(prefix=f"m{win.pk}"),
            "can_collect": win.status == WinStatus.CONFIRMED,
            "can_move_on": win.status in {WinStatus.TOLD, WinStatus.CONFIRMED},
        }
        for win in wins
    ]
    context = {
        "drawing": drawing,
        "seal": last.seal if is_sealed else None,
        "made": last,
        "rows": rows,
        "waiting": sum(row["can_move_on"] for row in rows),
        "can_settle": drawing.status == DrawingStatus.DRAWN
        and not any(row["can_move_on"] for row in rows),
        "form": refused[1],
        "frame": "winners",
    }
    return render(request, "rewards/manage/winners.html", context, status=status)


@coordinators_only
@require_POST
def collect(request, slug, pk):
    drawing, win = _win(request, slug, pk)
    form = CollectForm(request.POST, prefix=f"w{pk}")
    if not form.is_valid():
        return _winners(request, drawing, refused=(pk, form), status=422)
    try:
        prizes.collect(win, by=request.user, note=form.cleaned_data["note"])
    except TransitionNotAllowed:
        messages.info(request, _("Nothing changed: this prize is not confirmed."))
    return redirect("rewards:manage_winners", slug)


@coordinators_only
@require_POST
def move_on(request, slug, pk):
    _drawing, win = _win(request, slug, pk)
    form = ReasonForm(request.POST, prefix=f"m{pk}")
    if not form.is_valid():
        messages.info(request, _("Explain why the prize is passed on. The sequence will show it."))
        return redirect("rewards:manage_winners", slug)
    try:
        prizes.decline(win, by=request.user, reason=form.cleaned_data["reason"])
    except TransitionNotAllowed:
        messages.info(request, _("Nothing changed: this prize can no longer be passed on."))
    else:
        messages.success(request, _("The prize goes to the next person in the sequence."))
    return redirect("rewards:manage_winners", slug)


@coordinators_only
@require_POST
def settle(request, slug):
    drawing = get_managed_drawing(request, slug)
    try:
        draws.settle(drawing, by=request.user)
    except drawings.NotReady as error:
        messages.info(request, error.missing[0])
    except TransitionNotAllowed:
        messages.info(request, _("Nothing changed."))
    else:
        messages.success(request, _("The drawing is completed."))
    return redirect("rewards:manage_winners", slug)


@coordinators_only
@require_POST
def thank(request, slug):
    drawing = get_managed_drawing(request, slug)
    count = prizes.thank_sponsors(drawing, by=request.user)
    if count:
        messages.success(request, _("Each sponsor with an email address gets one thank-you email."))
    else:
        messages.info(request, _("No sponsor of this drawing has an email address yet."))
    return redirect("rewards:manage_winners", slug)


@coordinators_only
@require_safe
def press(request, slug):
    """The names of winners who agreed to be named, to copy into a newsletter."""
    drawing = get_managed_drawing(request, slug)
    wins = tax_records.active_wins(Drawing.objects.filter(pk=drawing.pk))
    context = {
        "drawing": drawing,
        "named": [win for win in wins if win.public_name],
        "unnamed": sum(not win.public_name for win in wins),
        "frame": "winners",
    }
    return render(request, "rewards/manage/press.html", context)


@coordinators_only
@require_safe
def tax_records_csv(request, slug):
    drawing = get_managed_drawing(request, slug)
    wins = tax_records.active_wins(Drawing.objects.filter(pk=drawing.pk))
    response = StreamingHttpResponse(
        tax_records.tax_csv(wins), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-prizes.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _win(request, slug, pk):
    drawing = get_managed_drawing(request, slug)
    related = Win.objects.revealed().select_related(
        "draw__drawing__agency", "prize", "line__entry__user"
    )
    return drawing, get_object_or_404(related, pk=pk, draw__drawing=drawing)
