"""Coordinators' pages of drawings: list, overview, rules, prizes, announcement, cancellation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import coordinators_only
from audit.file_storage import NO_ROOM, NotStored, nothing_stored
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from editing.shown import NotAsShown
from editing.views import compares_again
from rewards.chances import past_days
from rewards.drawings.forms import ReasonForm, RulesForm, SourceFormSet
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.prize_forms import PrizeFormSet
from rewards.models import Drawing, DrawingRules, Seal, Sponsor
from rewards.states import DrawingStatus


@coordinators_only
@require_safe
def manage_list(request):
    found = Drawing.objects.coordinated_by(request.user).select_related("rules", "agency")
    context = {"drawings": found, "sponsors": Sponsor.objects.coordinated_by(request.user)}
    return render(request, "rewards/manage/list.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    form = RulesForm(_posted(request), user=request.user)
    sources = SourceFormSet(_posted(request), prefix="source")
    if request.method == "POST" and _are_valid(form, sources):
        form.instance.sources = sources.contents
        drawing = drafts.create_drawing(
            title=form.cleaned_data["title"],
            agency=form.cleaned_data["agency"],
            rules=form.instance,
            m2m=form.chosen_m2m,
            by=request.user,
        )
        messages.success(request, _("The draft is saved. Now add the prizes."))
        return redirect("rewards:manage_prizes", drawing.slug)
    return _render_rules(request, form, sources, drawing=None)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit_rules(request, slug):
    drawing = get_managed_drawing(request, slug)
    if drawing.status not in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED}:
        messages.info(request, _("The list is closed. The rules stay as they are."))
        return redirect("rewards:manage_drawing", slug)
    rules = drafts.rules_to_edit(drawing)
    m2m_initial = {}
    if rules.pk is None:
        m2m_initial = drafts.m2m_values(DrawingRules.objects.get(pk=drawing.rules_id))
        # With the next number, the form asks what changes.
        rules.number += 1
    form = RulesForm(_posted(request), instance=rules, user=request.user, initial=m2m_initial)
    sources = SourceFormSet(_posted(request), prefix="source", initial=rules.sources)
    if request.method == "POST" and _are_valid(form, sources):
        sources_seen = rules.sources
        form.instance.sources = sources.contents
        try:
            drafts.save_rules(
                drawing,
                form.instance,
                m2m=form.chosen_m2m,
                by=request.user,
                title=form.cleaned_data.get("title"),
                edit=form.edit,
                sources_seen=sources_seen,
            )
        except TransitionNotAllowed:
            messages.info(
                request, _("The list closed in the meantime. The rules stay as they are.")
            )
            return redirect("rewards:manage_drawing", slug)
        except drafts.RulesAnnounced:
            form.add_error(
                None,
                _(
                    "Someone announced or changed these rules at the same time. Your changes are "
                    "not saved yet: check what the rules say now, then save again."
                ),
            )
            return _render_rules(request, form, sources, drawing=drawing)
        messages.success(request, _("The rules are saved. They apply once you announce them."))
        return redirect("rewards:manage_rules", slug)
    return _render_rules(request, form, sources, drawing=drawing)


def _posted(request):
    """None for a page that is only opened. An empty form that was sent is judged like any other."""
    return request.POST if request.method == "POST" else None


def _are_valid(form, sources):
    is_valid = form.is_valid()
    sources.final_from = form.cleaned_data.get("disputes_until")
    sources.draws_at = form.cleaned_data.get("draws_at")
    sources.full_clean()
    # is_valid() misses the errors that the formset's clean() added to its forms.
    return sources.is_valid() and not any(sources.errors) and is_valid


def _render_rules(request, form, sources, *, drawing):
    is_refused = request.method == "POST"
    context = {"form": form, "sources": sources, "drawing": drawing, "frame": "rules"}
    template = "rewards/manage/rules.html"
    return render(request, template, context, status=422 if is_refused else 200)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit_prizes(request, slug):
    drawing = get_managed_drawing(request, slug)
    prizes = list(drawing.prizes.select_related("sponsor"))
    for prize in prizes:
        prize.drawing = drawing
    seen = drafts.prizes_mark(drawing)
    stored = drafts.stored_prizes(drawing)
    rows = PrizeFormSet(
        _posted(request),
        request.FILES or None,
        prefix="prize",
        stored=stored,
        agency=drawing.agency,
    )
    status = 422 if request.method == "POST" else 200
    # is_valid() misses the errors that the formset's clean() added to its forms.
    if request.method == "POST" and rows.is_valid() and not any(rows.errors):
        try:
            drafts.save_prizes(drawing, rows.contents, by=request.user, seen=seen)
        except NotStored:
            messages.error(request, nothing_stored())
            status = NO_ROOM
        except TransitionNotAllowed:
            messages.info(request, _("The prizes are announced and stay as they are."))
            return redirect("rewards:manage_prizes", slug)
        else:
            messages.success(request, _("The prizes are saved."))
            return redirect("rewards:manage_prizes", slug)
    context = {"drawing": drawing, "prizes": prizes, "rows": rows, "frame": "prizes"}
    return render(request, "rewards/manage/prizes.html", context, status=status)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request, slug):
    drawing = get_managed_drawing(request, slug)
    if request.method == "POST":
        try:
            drawings.announce(drawing, by=request.user, shown=request.POST.get("shown", ""))
        except NotAsShown:
            messages.warning(
                request,
                _(
                    "It was changed in another window, so nothing is announced yet. Read it again "
                    "below, then announce it."
                ),
            )
            return redirect("rewards:manage_announce", slug)
        except drawings.NotReady:
            messages.info(request, _("Nothing is announced yet: see below what is missing."))
            return redirect("rewards:manage_announce", slug)
        messages.success(request, _("It is announced. Everyone can read it now."))
        return redirect(drawing)
    mark = drawings.announcement_mark(drawing)
    waiting = drawing.rules_versions.filter(announced_at=None).first()
    prizes = list(drawing.prizes.select_related("sponsor"))
    for prize in prizes:
        prize.drawing = drawing
    context = {
        "drawing": drawing,
        "rules": waiting,
        "prizes": prizes,
        "missing": drawings.what_is_missing(drawing, waiting, now=timezone.now()),
        "commitment": drawings.commitment(drawing),
        "mark": mark,
        "frame": "announce",
    }
    return render(request, "rewards/manage/announce.html", context)


def get_managed_drawing(request, slug):
    """The drawing if the user coordinates it, else 404."""
    found = Drawing.objects.coordinated_by(request.user).select_related("rules", "agency")
    return get_object_or_404(found, slug=slug)


@coordinators_only
@require_safe
def board(request, slug):
    """The next steps of a drawing and its log."""
    drawing = get_managed_drawing(request, slug)
    context = {
        "drawing": drawing,
        "lists": drawing.lists.order_by("-number"),
        "draws": drawing.draws.order_by("-number"),
        "seal": Seal.objects.closed().filter(draw__drawing=drawing).first(),
        "chances": drawing.entries.valid().count(),
        "waiting_rules": drawing.rules_versions.filter(announced_at=None).first(),
        "open_disputes": drawing.disputes.filter(answered_at=None).count(),
        "acts": AuditEntry.objects.filter(
            subject_key=f"rewards.drawing:{drawing.pk}"
        ).select_related("actor")[:30],
        "past_days": past_days.lists_with_past_days(drawing, reader=request.user),
        "now": timezone.now(),
        "frame": "board",
    }
    return render(request, "rewards/manage/board.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, slug):
    drawing = get_managed_drawing(request, slug)
    form = ReasonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            drawings.cancel(drawing, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionNotAllowed:
            messages.info(request, _("It can no longer be canceled."))
        else:
            messages.success(request, _("It is canceled. Everyone who has an entry is notified."))
        return redirect("rewards:manage_drawing", slug)
    context = {"drawing": drawing, "form": form, "frame": "board"}
    status = 422 if request.method == "POST" else 200
    return render(request, "rewards/manage/cancel.html", context, status=status)
