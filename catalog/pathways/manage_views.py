"""The coordinator's page of one pathway: its steps, their order, and whether it is suspended.

As in the criteria editor, every button submits the whole form, and only "Save" saves it.
"""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from catalog.manage_views import editor_context, get_managed_badge_or_404
from catalog.models import BadgeClass, Pathway
from catalog.pathways import operations as pathways
from catalog.pathways.forms import PathwayForm, SuspendForm

MAX_STEPS = 30


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    pathway = Pathway.objects.filter(badge_class=badge_class).first()
    if request.method != "POST":
        steps = _steps_of(pathway) if pathway else []
        form = PathwayForm(
            badge_class=badge_class, steps=steps, initial={"name": pathway.name if pathway else ""}
        )
        return _page(request, badge_class, pathway, form)
    steps = _posted_steps(request.POST)
    pressed = _apply_button(request.POST, steps)
    form = PathwayForm(
        None if pressed else request.POST,
        badge_class=badge_class,
        steps=steps,
        initial={"name": request.POST.get("name", "")},
    )
    if pressed:
        return _page(request, badge_class, pathway, form)
    if form.is_valid():
        try:
            _save(badge_class, pathway, steps, name=form.cleaned_data["name"], by=request.user)
        except pathways.NoSteps:
            form.add_error("add", _("Choose at least one badge, then save."))
        except pathways.CircularPathway as error:
            form.add_error(
                "add",
                _("“%(badge)s” can’t be a step: its own pathway includes this badge.")
                % {"badge": error.badge_class.current_version},
            )
        else:
            messages.success(request, _("The pathway is saved."))
            return redirect("catalog:manage_pathway", badge_class.slug)
    return _page(request, badge_class, pathway, form, status=422)


@coordinators_only
@require_POST
def suspend(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    pathway = Pathway.objects.filter(badge_class=badge_class).first()
    if pathway is None:
        return redirect("catalog:manage_pathway", badge_class.slug)
    form = SuspendForm(request.POST)
    if not form.is_valid():
        steps_form = PathwayForm(
            badge_class=badge_class, steps=_steps_of(pathway), initial={"name": pathway.name}
        )
        return _page(request, badge_class, pathway, steps_form, suspend_form=form, status=422)
    pathways.suspend(pathway, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The pathway is suspended. People who have its badge keep it."))
    return redirect("catalog:manage_pathway", badge_class.slug)


@coordinators_only
@require_POST
def resume(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    pathway = Pathway.objects.filter(badge_class=badge_class).first()
    if pathway is not None:
        pathways.resume(pathway, by=request.user)
        messages.success(
            request,
            _("The pathway is open again. People who completed it in the meantime get its badge."),
        )
    return redirect("catalog:manage_pathway", badge_class.slug)


@coordinators_only
@require_POST
def remove(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    if pathway := Pathway.objects.filter(badge_class=badge_class).first():
        pathways.remove(pathway, by=request.user)
        messages.success(
            request, _("The pathway is removed. The badge can be earned with evidence again.")
        )
    return redirect("catalog:manage_pathway", badge_class.slug)


def _save(badge_class, pathway, steps, *, name, by):
    if pathway is None:
        try:
            pathways.create(badge_class, steps=steps, name=name, by=by)
        except pathways.PathwayExists:
            # Created in another tab meanwhile. This submission is newer, so it wins.
            pathway = Pathway.objects.get(badge_class=badge_class)
        else:
            return
    pathways.set_steps(pathway, steps, name=name, by=by)


def _steps_of(pathway) -> list[BadgeClass]:
    steps = pathway.steps.select_related("badge_class__current_version")
    return [step.badge_class for step in steps]


def _posted_steps(data) -> list[BadgeClass]:
    """The badges submitted as steps, in their order. Unknown slugs are ignored."""
    slugs = list(dict.fromkeys(data.getlist("step")))[:MAX_STEPS]
    readable = BadgeClass.objects.readable().select_related("current_version")
    found = {badge_class.slug: badge_class for badge_class in readable.filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


def _apply_button(data, steps: list[BadgeClass]) -> bool:
    """Apply the up, down, remove or append button to the steps; False if none was pressed."""
    slugs = [step.slug for step in steps]
    for verb, by in (("up", -1), ("down", 1)):
        if (slug := data.get(verb)) is not None:
            if slug in slugs and 0 <= (to := slugs.index(slug) + by) < len(steps):
                steps.insert(to, steps.pop(slugs.index(slug)))
            return True
    if (slug := data.get("remove")) is not None:
        steps[:] = [step for step in steps if step.slug != slug]
        return True
    if "append" in data:
        chosen = (
            BadgeClass.objects.published().filter(slug=data.get("add", "")).exclude(slug__in=slugs)
        )
        if len(steps) < MAX_STEPS:
            steps += chosen.select_related("current_version")
        return True
    return False


def _page(request, badge_class, pathway, form, *, suspend_form=None, status=200):
    context = {
        **editor_context(badge_class, badge_class.version_to_edit(), "pathway"),
        "pathway": pathway,
        "form": form,
        "suspend_form": suspend_form or SuspendForm(),
    }
    return render(request, "catalog/manage/pathway.html", context, status=status)
