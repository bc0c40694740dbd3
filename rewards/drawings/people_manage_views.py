"""Coordinators' pages to exclude people from a drawing and to merge accounts of one person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from rewards.chances import late_bulk_awards
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations import drafts
from rewards.drawings.operations import life_cycle as drawings
from rewards.drawings.people_forms import ExcludeForm, SamePersonForm
from rewards.models import ExcludedPerson, SamePerson
from rewards.permissions import accounts_known_to, can_merge_accounts
from rewards.states import DrawingStatus


@coordinators_only
@require_safe
def people(request, slug):
    return _people(request, get_managed_drawing(request, slug))


def _people(request, drawing, *, exclude_form=None, same_form=None, status=200):
    participants = drawing.entries.values("user")
    merged = SamePerson.objects.select_related("user", "main", "found_by")
    merged = list(merged.filter(user__in=participants) | merged.filter(main__in=participants))
    accounts = {pk for same in merged for pk in (same.user_id, same.main_id)}
    known = set(
        accounts_known_to(request.user).filter(pk__in=accounts).values_list("pk", flat=True)
    )
    context = {
        "drawing": drawing,
        "excluded": ExcludedPerson.objects.filter(drawing=drawing).select_related(
            "user", "excluded_by"
        ),
        "same": [(same, same.user_id in known and same.main_id in known) for same in merged],
        "exclude_form": exclude_form or ExcludeForm(by=request.user, drawing=drawing),
        "same_form": same_form or SamePersonForm(by=request.user),
        "flags": late_bulk_awards.bulk_awards(drawing) if drawing.rules else [],
        "many": late_bulk_awards.MANY,
        "can_let_in": drawing.status in {DrawingStatus.DRAFT, DrawingStatus.ANNOUNCED},
        "frame": "people",
    }
    return render(request, "rewards/manage/people.html", context, status=status)


@coordinators_only
@require_POST
def exclude(request, slug):
    drawing = get_managed_drawing(request, slug)
    form = ExcludeForm(request.POST, by=request.user, drawing=drawing)
    if not form.is_valid():
        return _people(request, drawing, exclude_form=form, status=422)
    try:
        drafts.exclude(drawing, by=request.user, **form.cleaned_data)
    except TransitionNotAllowed:
        messages.info(
            request, _("The public numbers may be known. No one can be excluded anymore.")
        )
    else:
        messages.success(request, _("This person is skipped in this drawing."))
    return redirect("rewards:manage_people", slug)


@coordinators_only
@require_POST
def undo_exclusion(request, slug, pk):
    drawing = get_managed_drawing(request, slug)
    excluded = get_object_or_404(drawing.excluded_people.select_related("user"), user=pk)
    try:
        drafts.undo_exclusion(drawing, excluded.user, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("The list is closed. Exclusions stay as they are."))
    return redirect("rewards:manage_people", slug)


@coordinators_only
@require_POST
def merge_accounts(request, slug):
    drawing = get_managed_drawing(request, slug)
    form = SamePersonForm(request.POST, by=request.user)
    if not form.is_valid():
        return _people(request, drawing, same_form=form, status=422)
    if not can_merge_accounts(request.user, form.cleaned_data["user"], form.cleaned_data["main"]):
        raise PermissionDenied
    try:
        drafts.merge_accounts(by=request.user, agency=drawing.agency, **form.cleaned_data)
    except drawings.NotReady as error:
        messages.info(request, error.missing[0])
    else:
        messages.success(request, _("These accounts count as one person from now on."))
    return redirect("rewards:manage_people", slug)


@coordinators_only
@require_POST
def separate_accounts(request, slug, pk):
    drawing = get_managed_drawing(request, slug)
    merged = get_object_or_404(SamePerson.objects.select_related("user", "main"), pk=pk)
    if not can_merge_accounts(request.user, merged.user, merged.main):
        raise PermissionDenied
    try:
        drafts.separate_accounts(merged, by=request.user, agency=drawing.agency)
    except TransitionNotAllowed:
        messages.info(
            request,
            _("They take part in a drawing whose numbers may be known. Try again after the draw."),
        )
    else:
        messages.success(request, _("From the next list on, these accounts count separately."))
    return redirect("rewards:manage_people", slug)
