"""Pages of reviewers about themselves: what they know, when they are away, whom they know."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Agency
from editing.views import compares_again
from reviewing.conflicts import has_told_schools
from reviewing.models import Absence
from reviewing.reviewers.forms import AbsenceForm, NamePersonForm, SchoolsForm
from reviewing.reviewers.operations import conflicts
from reviewing.reviewers.operations import settings as operations
from reviewing.reviewers.pages import (
    away,
    end_and_return,
    schools_and_people,
    settings_form,
    was_named,
)
from reviewing.views import load_assignment, reviewers_only

MOST_SCHOOLS_SHOWN = 20


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def settings(request):
    form = settings_form(request.user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        operations.save_settings(request.user, edit=form.edit, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("reviewing:settings")
    return _settings_page(request, form, AbsenceForm())


@reviewers_only
@require_POST
def absence_add(request):
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            operations.add_absence(request.user, by=request.user, **form.cleaned_data)
        except operations.TooManyAbsences:
            form.add_error(None, too_many_absences())
        else:
            messages.success(request, _("Saved. Nothing is assigned to you on these days."))
            return redirect("reviewing:settings")
    return _settings_page(request, settings_form(request.user), form)


@reviewers_only
@require_POST
def absence_remove(request, pk):
    absence = get_object_or_404(Absence, pk=pk, user=request.user)
    operations.remove_absence(absence, by=request.user)
    messages.success(request, _("Removed."))
    return redirect("reviewing:settings")


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def people(request):
    """Schools and people whose work this reviewer does not judge. Asked before the first review."""
    words = request.GET.get("q", "").strip()[:100]
    known = Agency.objects.filter(kind__in=Agency.SCHOOLS).named_like(words)
    found = list(known.select_related("parent").order_by("name", "pk")[: MOST_SCHOOLS_SHOWN + 1])
    act = request.POST.get("act")
    schools = SchoolsForm(
        request.POST if act == "schools" else None, shown=found[:MOST_SCHOOLS_SHOWN]
    )
    name = NamePersonForm(request.POST if act == "name" else None)
    was_asked = not has_told_schools(request.user)
    if _people_saved(request, act, schools, name):
        to_the_queue = was_asked and has_told_schools(request.user)
        return redirect("reviewing:queue" if to_the_queue else "reviewing:people")
    context = {
        **schools_and_people(request.user),
        "is_asked": was_asked,
        "schools_form": schools,
        "name_form": name,
        "words": words,
        "more": len(found) > MOST_SCHOOLS_SHOWN,
    }
    status = 422 if schools.errors or name.errors else 200
    return render(request, "reviewing/reviewers/people.html", context, status=status)


@reviewers_only
@require_POST
def conflict_end(request, pk):
    return end_and_return(request, pk, list_url=reverse("reviewing:people"))


@reviewers_only
@require_POST
def recognize(request, pk):
    """The reviewer knows whose work this is, by the evidence."""
    assignment = load_assignment(request, pk)
    conflicts.recognize(assignment)
    messages.success(
        request, _("Thank you. Somebody else reads this, and you get nothing else of this person.")
    )
    return redirect("reviewing:queue")


def too_many_absences() -> str:
    return _("There are %(most)s already. Remove one first.") % {"most": operations.MOST_ABSENCES}


def _people_saved(request, act: str | None, schools: SchoolsForm, name: NamePersonForm) -> bool:
    if act == "never":
        conflicts.say_never_at_a_school(request.user)
        messages.success(request, _("Thank you. It is noted."))
        return True
    if act == "schools" and schools.is_valid():
        conflicts.name_schools(request.user, schools.cleaned_data["schools"])
        messages.success(request, _("Thank you. You get nothing of people from these schools."))
        return True
    if act == "name" and name.is_valid():
        return was_named(request, name)
    return False


def _settings_page(request, form, absence_form):
    context = {
        "form": form,
        "absence_form": absence_form,
        "absences": away(request.user),
        "reviewer": request.user,
    }
    status = 422 if form.errors or absence_form.errors else 200
    return render(request, "reviewing/reviewers/settings.html", context, status=status)
