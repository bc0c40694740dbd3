"""Coordinators' pages to exclude people from a drawing, and what is worth checking before it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from accounts.models import AccountLink
from accounts.permissions import accounts_known_to
from audit.moves import TransitionNotAllowed
from rewards.chances import late_bulk_awards
from rewards.drawings.manage_views import get_managed_drawing
from rewards.drawings.operations import drafts
from rewards.drawings.people_forms import ExcludeForm
from rewards.models import ExcludedPerson
from rewards.states import DrawingStatus


@coordinators_only
@require_safe
def people(request, slug):
    return _people(request, get_managed_drawing(request, slug))


def _people(request, drawing, *, exclude_form=None, status=200):
    participants = drawing.entries.values("user")
    links = AccountLink.objects.in_force().select_related("account", "main", "linked_by")
    links = list(links.filter(account__in=participants) | links.filter(main__in=participants))
    accounts = {pk for linked in links for pk in linked.concerned_ids}
    known = set(
        accounts_known_to(request.user).filter(pk__in=accounts).values_list("pk", flat=True)
    )
    context = {
        "drawing": drawing,
        "excluded": ExcludedPerson.objects.filter(drawing=drawing).select_related(
            "user", "excluded_by"
        ),
        "links": [(linked, known.issuperset(linked.concerned_ids)) for linked in links],
        "exclude_form": exclude_form or ExcludeForm(by=request.user, drawing=drawing),
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
