"""Coordinators' page on which a draw is repeated by two of them, or gets a note."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.permissions import are_one_person
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from rewards.draw import operations as draws
from rewards.draw import seals
from rewards.draw.seal_forms import SealForm
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations.life_cycle import NotReady
from rewards.models import RepeatRequest
from rewards.repeats import operations as repeats
from rewards.repeats.forms import AskForm, NoteForm

OPEN = RepeatRequest.Outcome.OPEN


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def repeat(request, slug):
    """Posted, it also shows who would lose and gain what: that takes a draw which is undone."""
    drawing = _drawn(request, slug)
    return _page(request, drawing, is_shown=request.method == "POST")


@coordinators_only
@require_POST
def ask(request, slug):
    drawing = _drawn(request, slug)
    form = AskForm(request.POST)
    seal_form = SealForm(request.POST, prefix="seal") if seals.can_be_sealed(drawing) else None
    if not form.is_valid() or (seal_form and not seal_form.is_valid()):
        return _page(request, drawing, form=form, seal_form=seal_form, status=422)
    try:
        repeats.ask(
            drawing.draws.latest("number"),
            by=request.user,
            reason=form.cleaned_data["reason"],
            shown=request.POST.get("seen", ""),
            sealed_until=seal_form.sealed_until if seal_form else None,
        )
    except NotAsShown:
        messages.warning(request, _("Something changed meanwhile. Look at it again."))
        return _page(request, drawing, form=form, seal_form=seal_form, status=409)
    except (repeats.AlreadyAsked, repeats.NotOpen):
        messages.info(request, _("Another coordinator was faster. This is the current state."))
    except draws.AlreadyDrawn:
        messages.info(request, _("It has already been drawn with these values."))
    except NotReady as error:
        messages.info(request, error.missing[0])
    except TransitionNotAllowed as error:
        messages.info(request, str(error))
    else:
        messages.success(
            request, _("Another coordinator has to confirm it. Until then, nothing changes.")
        )
    return redirect("rewards:manage_repeat", slug)


@coordinators_only
@require_POST
def answer(request, slug, pk):
    """Confirm or refuse what another coordinator asked for, or withdraw what one asked oneself."""
    drawing = _drawn(request, slug)
    asked = get_object_or_404(RepeatRequest.objects.filter(draw__drawing=drawing), pk=pk)
    made = None
    try:
        if "confirm" in request.POST:
            made = repeats.confirm(asked, by=request.user)
        else:
            repeats.refuse(asked, by=request.user)
            messages.success(request, _("The draw stays as it is."))
            return redirect("rewards:manage_repeat", slug)
    except repeats.NotOpen:
        messages.info(request, _("It was answered meanwhile."))
    except repeats.SamePerson:
        messages.info(request, _("You asked for it. Another coordinator has to confirm it."))
    except draws.AlreadyDrawn:
        messages.info(request, _("It has already been drawn with these values."))
    except NotReady as error:
        messages.info(request, error.missing[0])
    except TransitionNotAllowed as error:
        messages.info(request, _("Nothing was drawn. %(why)s") % {"why": error})
    else:
        if made is None:
            messages.warning(
                request,
                _("It would change something else by now, so nothing was drawn. Ask again."),
            )
    if made:
        messages.success(request, _("The draw was repeated."))
        return redirect("rewards:result", slug)
    return redirect("rewards:manage_repeat", slug)


@coordinators_only
@require_POST
def note(request, slug):
    drawing = _drawn(request, slug)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, drawing, is_shown=False, note_form=form, status=422)
    try:
        repeats.add_note(
            drawing.draws.latest("number"), by=request.user, text=form.cleaned_data["text"]
        )
    except TransitionNotAllowed as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("The note is next to the result."))
    return redirect("rewards:manage_repeat", slug)


def _drawn(request, slug):
    drawing = get_managed_drawing(request, slug)
    if not drawing.draws.exists():
        raise Http404
    return drawing


def _preview(request, drawing):
    """What a repeat would change, or None and why there can be none."""
    try:
        return repeats.preview(drawing, by=request.user, now=timezone.now()), ""
    except draws.AlreadyDrawn:
        return None, _(
            "The values that are agreed now are those of the last draw, so it would have the same "
            "winners. Two coordinators have to type other values first."
        )
    except NotReady as error:
        return None, error.missing[0]
    except TransitionNotAllowed as error:
        return None, str(error)


def _page(
    request, drawing, *, is_shown=True, form=None, seal_form=None, note_form=None, status=200
):
    last = drawing.draws.select_related("seal").latest("number")
    found, why_not = _preview(request, drawing) if is_shown else (None, "")
    if seal_form is None and seals.can_be_sealed(drawing):
        seal_form = SealForm(prefix="seal")
    requests = last.repeat_requests.select_related("asked_by", "answered_by")
    asked = next((one for one in requests if one.outcome == OPEN), None)
    context = {
        "drawing": drawing,
        "last": last,
        "found": found,
        "why_not": why_not,
        "asked": asked,
        "asked_by_me": asked and are_one_person(request.user, asked.asked_by_id),
        "is_outdated": asked and is_shown and (found is None or found.mark != asked.mark),
        "answered": [one for one in requests if one.outcome != OPEN],
        "form": form or AskForm(),
        "seal_form": seal_form,
        "note_form": note_form or NoteForm(),
        "notes": last.notes.select_related("written_by"),
        "frame": "draw",
    }
    return render(request, "rewards/manage/repeat.html", context, status=status)
