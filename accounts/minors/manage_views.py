"""Coordinators' pages: which learners are minors, and what their guardians agreed to."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import coordinators_only
from accounts.minors import operations
from accounts.minors.effects import effects_of_marking
from accounts.minors.forms import ConsentForm, LearnerFilterForm, LearnersForm, MinorRulesForm
from accounts.models import Agency, GuardianConsent, Membership, MinorMark, User
from accounts.permissions import markable_by
from audit.moves import TransitionNotAllowed
from editing.views import compares_again

PAGE_SIZE = 25


@coordinators_only
@require_GET
def learners(request):
    form = LearnerFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "show": ""}
    marks = MinorMark.objects.in_force().filter(user=OuterRef("user"), agency=OuterRef("agency"))
    of_person = MinorMark.objects.in_force().of_person(OuterRef("user__person_key"))
    consents = GuardianConsent.objects.in_force().filter(
        user__person_key=OuterRef("user__person_key"), agency=OuterRef("agency")
    )
    shown = markable_by(request.user).annotate(
        is_marked=Exists(marks),
        is_minor=Exists(of_person),
        of_age_on=Subquery(marks.values("of_age_on")[:1]),
        has_consent=Exists(consents),
    )
    if chosen["show"]:
        shown = shown.filter(is_minor=chosen["show"] == "minors")
    shown = shown.matching(chosen["q"]).select_related("user", "agency__parent")
    context = {
        "page": Paginator(shown.order_by("user__name", "pk"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "form": form,
        "is_filtered": bool(chosen["q"] or chosen["show"]),
    }
    return render(request, "accounts/manage/minors.html", context)


@coordinators_only
@require_POST
def change(request):
    """A preview of what marking or ending the marks does; its button does it."""
    form = LearnersForm(request.POST, places=markable_by(request.user))
    if not form.is_valid() and not form.cleaned_data.get("places"):
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect("accounts:manage_minors")
    places = form.cleaned_data["places"].select_related("user", "agency").order_by("user__name")
    is_marking = form.cleaned_data.get("decision") != "end"
    if form.is_valid() and request.POST.get("then") == "do":
        if is_marking:
            day = form.cleaned_data["of_age_on"]
            count = operations.mark(list(places), by=request.user, of_age_on=day)
        else:
            marks = MinorMark.objects.coordinated_by(request.user)
            keys = places.values("user")
            count = operations.end(marks.filter(user__in=keys), by=request.user)
        messages.success(request, _said(is_marking, count))
        return redirect("accounts:manage_minors")
    people = User.objects.filter(
        person_key__in=User.objects.filter(pk__in=places.values("user")).values("person_key")
    )
    context = {
        "form": form,
        "places": places,
        "is_marking": is_marking,
        "effects": effects_of_marking(people) if is_marking else [],
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/minors_preview.html", context, status=status)


def _said(is_marking: bool, count: int) -> str:
    if is_marking:
        words = ngettext(
            "%(count)s person is marked as a minor.",
            "%(count)s people are marked as minors.",
            count,
        )
    else:
        words = ngettext(
            "The mark of %(count)s person ended.", "The marks of %(count)s people ended.", count
        )
    return words % {"count": count}


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def minor(request, pk):
    """The marks and consents of a learner; posting records a consent."""
    place = get_object_or_404(markable_by(request.user).select_related("user", "agency"), pk=pk)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        operations.record_consent(place, by=request.user, **form.cleaned_data)
        messages.success(request, _("The consent is recorded."))
        return redirect("accounts:manage_minor", pk)
    of_person = User.objects.same_person(place.user)
    marks = MinorMark.objects.coordinated_by(request.user).filter(user__in=of_person)
    consents = GuardianConsent.objects.coordinated_by(request.user).filter(user__in=of_person)
    context = {
        "place": place,
        "person": place.user,
        "form": form,
        "is_minor": User.objects.minors().filter(pk=place.user_id).exists(),
        "marks": marks.select_related("agency", "marked_by", "ended_by").order_by("-pk"),
        "consents": consents.select_related("agency", "recorded_by", "withdrawn_by"),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/minor.html", context, status=status)


@coordinators_only
@require_POST
def withdraw_consent(request, pk):
    consents = GuardianConsent.objects.coordinated_by(request.user).select_related("user", "agency")
    consent = get_object_or_404(consents, pk=pk)
    try:
        operations.withdraw_consent(consent, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("Somebody else recorded this in the meantime."))
    else:
        messages.success(request, _("The consent is no longer valid."))
    place = markable_by(request.user).filter(user=consent.user, agency=consent.agency).first()
    if place is None:
        return redirect("accounts:manage_minors")
    return redirect("accounts:manage_minor", place.pk)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@compares_again
def rules(request, slug):
    """What holds for minors at this agency and below it."""
    agency = get_object_or_404(
        Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR), slug=slug
    )
    form = MinorRulesForm(
        request.POST if request.method == "POST" else None,
        initial=operations.stored_rules(agency),
    )
    if form.is_bound and form.is_valid():
        operations.set_rules(agency, by=request.user, edit=form.edit)
        messages.success(request, _("Saved."))
        return redirect("accounts:manage_minor_rules", slug)
    context = {"agency": agency, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/minor_rules.html", context, status=status)
