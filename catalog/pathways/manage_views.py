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
from catalog.pathways.forms import MAX_STEPS, PathwayForm, SuspendForm
from editing.forms import EditConflict, parse_opened
from editing.views import compares_again


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def edit(request, slug):
    badge_class = get_managed_badge_or_404(request, slug)
    pathway = Pathway.objects.filter(badge_class=badge_class).first()
    if request.method != "POST":
        return _page(request, badge_class, pathway, _stored_form(badge_class, pathway))
    slugs = request.POST.getlist("step")
    if _apply_button(request.POST, slugs):
        form = PathwayForm(
            badge_class=badge_class,
            initial={"name": request.POST.get("name", ""), "step": slugs},
            opened=parse_opened(request.POST.get("opened")),
        )
        return _page(request, badge_class, pathway, form)
    form = PathwayForm(
        request.POST, badge_class=badge_class, initial=pathways.stored_pathway(pathway)
    )
    if form.is_valid():
        try:
            _save(badge_class, pathway, form, by=request.user)
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
        steps_form = _stored_form(badge_class, pathway)
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
        try:
            pathways.remove(pathway, by=request.user)
        except pathways.NothingToShow:
            messages.error(
                request,
                _("The pathway is not removed: its badge has no required criterion, so nobody could"
                  " earn it. Add one and publish the badge first."),
            )  # fmt: skip
        else:
            messages.success(
                request, _("The pathway is removed. The badge can be earned with evidence again.")
            )
    return redirect("catalog:manage_pathway", badge_class.slug)


def _save(badge_class, pathway, form, *, by):
    """Raises EditConflict if the pathway was created or changed since the form compared."""
    name, steps, edit = form.cleaned_data["name"], form.steps, form.edit
    if pathway is not None:
        pathways.set_steps(pathway, steps, name=name, by=by, edit=edit)
        return
    try:
        pathways.create(badge_class, steps=steps, name=name, by=by)
    except pathways.PathwayExists as error:
        raise EditConflict from error


def _stored_form(badge_class, pathway) -> PathwayForm:
    return PathwayForm(badge_class=badge_class, initial=pathways.stored_pathway(pathway))


def _apply_button(data, slugs: list[str]) -> bool:
    """Apply the up, down, remove or append button to the steps; False if none was pressed."""
    for verb, by in (("up", -1), ("down", 1)):
        if (slug := data.get(verb)) is not None:
            if slug in slugs and 0 <= (to := slugs.index(slug) + by) < len(slugs):
                slugs.insert(to, slugs.pop(slugs.index(slug)))
            return True
    if (slug := data.get("remove")) is not None:
        slugs[:] = [each for each in slugs if each != slug]
        return True
    if "append" in data:
        chosen = data.get("add", "")
        is_open = BadgeClass.objects.published().filter(slug=chosen).exclude(slug__in=slugs)
        if len(slugs) < MAX_STEPS and is_open.exists():
            slugs.append(chosen)
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
