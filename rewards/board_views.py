"""A coordinator's drawing from the close on: disputes, the draw, the winners, the books."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from rewards import (
    books,
    disputes,
    drand,
    drawings,
    draws,
    fair_draw,
    rounds,
    winners,
)
from rewards.answer_forms import AnswerForm, CollectForm, DrawForm, ReasonForm
from rewards.manage_views import coordinated
from rewards.models import Drawing, Win
from rewards.states import DrawingStatus, WinStatus


@login_required
@require_safe
def board(request, slug):
    """What is to be done next, and what has been done."""
    drawing = coordinated(request, slug)
    context = {
        "drawing": drawing,
        "lists": drawing.lists.order_by("-number"),
        "draws": drawing.draws.order_by("-number"),
        "chances": drawing.entries.standing().count(),
        "waiting_rules": drawing.rules_versions.filter(announced_at=None).first(),
        "open_disputes": drawing.disputes.filter(answered_at=None).count(),
        "acts": AuditEntry.objects.filter(
            subject_key=f"rewards.drawing:{drawing.pk}"
        ).select_related("actor")[:30],
        "now": timezone.now(),
        "frame": "board",
    }
    return render(request, "rewards/manage/board.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, slug):
    drawing = coordinated(request, slug)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drawings.cancel(drawing, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionNotAllowed:
            messages.info(request, _("It can no longer be called off."))
        else:
            messages.success(request, _("It is called off. Everyone who has a chance is told."))
        return redirect("rewards:manage_drawing", slug)
    context = {"drawing": drawing, "form": form, "frame": "board"}
    status = 422 if request.method == "POST" else 200
    return render(request, "rewards/manage/cancel.html", context, status=status)


@login_required
@require_safe
def dispute_list(request, slug):
    return _disputes(request, coordinated(request, slug))


@login_required
@require_POST
def answer(request, slug, pk):
    drawing = coordinated(request, slug)
    disputed = get_object_or_404(drawing.disputes.select_related("drawing", "user"), pk=pk)
    form = AnswerForm(request.POST, prefix=f"d{pk}")
    if not form.is_valid():
        return _disputes(request, drawing, answered=(pk, form), status=422)
    try:
        disputes.answer(disputed, by=request.user, **form.cleaned_data)
    except TransitionNotAllowed as error:
        messages.info(request, _("Nothing was changed. %(why)s") % {"why": error})
    else:
        messages.success(request, _("The answer is on its way."))
    return redirect("rewards:manage_disputes", slug)


def _disputes(request, drawing, *, answered=(None, None), status=200):
    found = list(drawing.disputes.select_related("user", "answered_by"))
    rows = [
        (one, answered[1] if one.pk == answered[0] else AnswerForm(prefix=f"d{one.pk}"))
        for one in found
    ]
    context = {
        "drawing": drawing,
        "rows": rows,
        "lists": drawing.lists.order_by("-number"),
        "form": answered[1],
        "frame": "disputes",
    }
    return render(request, "rewards/manage/disputes.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request, slug):
    """Type the numbers in, see the key that follows from them, then draw."""
    drawing = coordinated(request, slug)
    last = drawing.draws.order_by("-number").first()
    can_draw = drawing.status in {DrawingStatus.CLOSED, DrawingStatus.DRAWN}
    form = DrawForm(
        request.POST or None,
        sources=drawing.rules.sources if drawing.rules else [],
        found=rounds.signatures_of(drawing),
        asks_reason=last is not None,
    )
    key, status = "", 200
    if request.method == "POST" and can_draw:
        status = 422
        if form.is_valid():
            try:
                key = draws.preview_key(drawing, form.values)
                # Only what was read over is drawn: a number changed since is shown again first.
                if request.POST.get("draw") == "1" and request.POST.get("seen") == key:
                    return _drawn(request, drawing, form)
                status = 200
            except fair_draw.BadSource:
                form.add_error(None, _("One of the values can’t be read. Compare each again."))
    context = {
        "drawing": drawing,
        "form": form,
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


@login_required
@require_POST
def look_up_round(request, slug, pk):
    """Ask for a round now, instead of waiting for the schedule."""
    drawing = coordinated(request, slug)
    wanted = get_object_or_404(drawing.rounds, pk=pk)
    try:
        rounds.look_up(wanted, by=request.user)
    except rounds.TooEarly:
        messages.info(request, _("This round is not there yet. Nobody can know it before."))
    except rounds.NotWaiting:
        messages.info(request, _("This drawing does not wait for a round."))
    except drand.NotFound:
        messages.info(
            request,
            _(
                "No mirror of drand gave this round with a signature that holds. The program asks "
                "again by itself; or paste the signature below."
            ),
        )
    else:
        messages.success(request, _("The round is there, and its signature holds."))
    return redirect("rewards:manage_draw", slug)


def _drawn(request, drawing, form):
    try:
        draws.draw(
            drawing,
            values=form.values,
            by=request.user,
            reason=form.cleaned_data.get("reason", ""),
        )
    except draws.AlreadyDrawn:
        messages.info(request, _("Somebody drew a moment ago. This is that draw."))
    except drawings.NotReady as error:
        messages.info(request, error.missing[0])
        return redirect("rewards:manage_draw", drawing.slug)
    except TransitionNotAllowed as error:
        messages.info(request, _("Nothing was drawn. %(why)s") % {"why": error})
        return redirect("rewards:manage_draw", drawing.slug)
    else:
        messages.success(request, _("Drawn. The winners are being written to."))
    return redirect("rewards:result", drawing.slug)


@login_required
@require_safe
def winner_list(request, slug):
    return _winners(request, coordinated(request, slug))


def _winners(request, drawing, *, refused=(None, None), status=200):
    last = drawing.draws.order_by("-number").first()
    wins = (
        last.wins.select_related("prize__sponsor", "line__entry__user").order_by(
            "prize__position", "piece", "position"
        )
        if last
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
        "rows": rows,
        "waiting": sum(row["can_move_on"] for row in rows),
        "can_settle": drawing.status == DrawingStatus.DRAWN
        and not any(row["can_move_on"] for row in rows),
        "form": refused[1],
        "frame": "winners",
    }
    return render(request, "rewards/manage/winners.html", context, status=status)


@login_required
@require_POST
def collect(request, slug, pk):
    drawing, win = _win(request, slug, pk)
    form = CollectForm(request.POST, prefix=f"w{pk}")
    if not form.is_valid():
        return _winners(request, drawing, refused=(pk, form), status=422)
    try:
        winners.collect(win, by=request.user, note=form.cleaned_data["note"])
    except TransitionNotAllowed:
        messages.info(request, _("Nothing was changed: this prize is not confirmed."))
    return redirect("rewards:manage_winners", slug)


@login_required
@require_POST
def move_on(request, slug, pk):
    _drawing, win = _win(request, slug, pk)
    form = ReasonForm(request.POST, prefix=f"m{pk}")
    if not form.is_valid():
        messages.info(request, _("Say why the prize moves on; the sequence will show it."))
        return redirect("rewards:manage_winners", slug)
    try:
        winners.decline(win, by=request.user, reason=form.cleaned_data["reason"])
    except TransitionNotAllowed:
        messages.info(request, _("Nothing was changed: this prize can no longer move on."))
    else:
        messages.success(request, _("The prize goes to the next in the sequence."))
    return redirect("rewards:manage_winners", slug)


@login_required
@require_POST
def settle(request, slug):
    drawing = coordinated(request, slug)
    try:
        draws.settle(drawing, by=request.user)
    except drawings.NotReady as error:
        messages.info(request, error.missing[0])
    except TransitionNotAllowed:
        messages.info(request, _("Nothing was changed."))
    else:
        messages.success(request, _("The drawing is settled."))
    return redirect("rewards:manage_winners", slug)


@login_required
@require_POST
def thank(request, slug):
    drawing = coordinated(request, slug)
    count = winners.thank_sponsors(drawing, by=request.user)
    if count:
        messages.success(request, _("Each sponsor with an address gets one letter of thanks."))
    else:
        messages.info(request, _("No sponsor of this drawing has an e-mail address yet."))
    return redirect("rewards:manage_winners", slug)


@login_required
@require_safe
def press(request, slug):
    """Names of those who agreed, to be copied into a newsletter."""
    drawing = coordinated(request, slug)
    wins = books.standing_wins(Drawing.objects.filter(pk=drawing.pk))
    context = {
        "drawing": drawing,
        "named": [win for win in wins if win.public_name],
        "unnamed": sum(not win.public_name for win in wins),
        "frame": "winners",
    }
    return render(request, "rewards/manage/press.html", context)


@login_required
@require_safe
def books_csv(request, slug):
    drawing = coordinated(request, slug)
    wins = books.standing_wins(Drawing.objects.filter(pk=drawing.pk))
    response = StreamingHttpResponse(books.lines(wins), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-prizes.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _win(request, slug, pk):
    drawing = coordinated(request, slug)
    related = Win.objects.select_related("draw__drawing__agency", "prize", "line__entry__user")
    return drawing, get_object_or_404(related, pk=pk, draw__drawing=drawing)
