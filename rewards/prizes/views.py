"""The winner's page of a prize; 404 for everyone else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import is_minor
from audit.moves import TransitionNotAllowed
from rewards.models import Win
from rewards.permissions import is_winner
from rewards.prizes import operations as prizes
from rewards.prizes.forms import ConfirmForm


@login_required
@require_safe
def prize(request, pk):
    win = _get_own_win(request, pk)
    last = win.goes_on_as
    if last.pk != win.pk:
        return redirect("rewards:prize", last.pk)
    return _prize(request, win, _confirm_form(request, win))


@login_required
@require_POST
def confirm(request, pk):
    win = _get_own_win(request, pk)
    form = _confirm_form(request, win, request.POST)
    if not form.is_valid():
        return _prize(request, win, form, status=422)
    try:
        prizes.confirm(win, shows_name=form.cleaned_data.get("shows_name", False))
    except TransitionNotAllowed:
        messages.info(
            request, _("Nothing changed: this prize is no longer waiting for your answer.")
        )
    else:
        messages.success(request, _("It is yours. See below how to collect it."))
    return redirect("rewards:prize", pk)


@login_required
@require_POST
def decline(request, pk):
    win = _get_own_win(request, pk)
    try:
        prizes.decline(win, by=request.user)
    except TransitionNotAllowed:
        messages.info(
            request, _("Nothing changed: this prize is no longer waiting for your answer.")
        )
    else:
        messages.success(request, _("Thank you for telling us. The prize goes to the next person."))
    return redirect("rewards:prize", pk)


def _confirm_form(request, win, data=None):
    return ConfirmForm(
        data, adults_only=win.prize.adults_only, may_show_name=not is_minor(request.user)
    )


def _prize(request, win, form, status=200):
    win.prize.drawing = win.draw.drawing
    context = {"win": win, "drawing": win.draw.drawing, "prize": win.prize, "form": form}
    context["spoken"] = win.draw.entry_list.spoken(win.line.number)
    return render(request, "rewards/prize.html", context, status=status)


def _get_own_win(request, pk):
    win = get_object_or_404(
        Win.objects.revealed().select_related(
            "prize__sponsor",
            "draw__drawing__agency",
            "draw__drawing__rules",
            "draw__entry_list",
            "line__entry__user",
        ),
        pk=pk,
    )
    if not is_winner(request.user, win):
        raise Http404
    return win
