"""Instructors' pages: their own groups, how far their people are, and the codes made for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import instructors_only
from accounts.groups.operations import GroupClosed
from accounts.models import Group
from awarding.claim_codes.operations import end_code
from awarding.claim_codes.qr import qr_of
from awarding.groups import operations
from awarding.groups.forms import GroupCodeForm
from awarding.groups.progress import badges_of, progress_of, sorted_lines, states_of, steps_to
from awarding.groups.results import ResultsOfPeople
from awarding.models import ClaimCode
from issuing import addresses

PAGE_SIZE = 25


@instructors_only
@require_safe
@never_cache
def groups(request):
    mine = Group.objects.taught_by(request.user).select_related("agency").order_by("name", "pk")
    members = Count("people", filter=Q(people__part="member", people__ended_at=None))
    keys = mine.order_by().values("pk")
    counted = Group.objects.filter(pk__in=keys).annotate(members=members)
    page = Paginator(counted.select_related("agency").order_by("name", "pk"), PAGE_SIZE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "awarding/groups/list.html", context)


@instructors_only
@require_safe
@never_cache
def group(request, public_id):
    return _page(request, _get(request, public_id))


@instructors_only
@require_safe
@never_cache
def person(request, public_id, pk):
    """One person of the group: its badges, the steps to them, and test results."""
    group = _get(request, public_id)
    place = get_object_or_404(_members(group), pk=pk)
    badges = badges_of(group)
    steps = steps_to(badges)
    keys = {badge.pk for badge in badges} | {step.pk for some in steps.values() for step in some}
    states = states_of([place.user.person_key], keys)

    def state(badge):
        return badge, states.get((place.user.person_key, badge.pk), "")

    results = ResultsOfPeople(group, [place])
    page = Paginator(results.found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "group": group,
        "place": place,
        "badges": [
            (*state(badge), [state(step) for step in steps.get(badge.pk, [])]) for badge in badges
        ],
        "page": page,
        "results": results.with_places(page.object_list),
    }
    return render(request, "awarding/groups/person.html", context)


@instructors_only
@require_safe
@never_cache
def scores(request, public_id):
    """Test results of everybody who is in the group now."""
    group = _get(request, public_id)
    results = ResultsOfPeople(group, list(_members(group)))
    page = Paginator(results.found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "group": group,
        "page": page,
        "results": results.with_places(page.object_list),
    }
    return render(request, "awarding/groups/scores.html", context)


@instructors_only
@require_POST
def make_code(request, public_id):
    group = _get(request, public_id)
    form = GroupCodeForm(request.POST, badges=badges_of(group))
    if not form.is_valid():
        return _page(request, group, form)
    try:
        operations.make_code(group, by=request.user, **form.cleaned_data)
    except (operations.NotAllowed, GroupClosed):
        form.add_error(None, _("A coordinator no longer allows this badge for the group."))
        return _page(request, group, form)
    messages.success(request, _("The code is ready. Show it to the group."))
    return redirect("awarding:group", public_id)


@instructors_only
@require_POST
def end(request, public_id, code):
    group = _get(request, public_id)
    end_code(get_object_or_404(ClaimCode, group=group, public_id=code), by=request.user)
    messages.success(request, _("The code has ended. No one can use it anymore."))
    return redirect("awarding:group", public_id)


@instructors_only
@require_safe
@never_cache
def show_code(request, public_id, code):
    """To print, or to show on the screen of a room."""
    group = _get(request, public_id)
    claim_code = _get_code(group, code)
    context = {
        "group": group,
        "claim_code": claim_code,
        "version": claim_code.badge_class.current_version,
        "issuer": claim_code.badge_class.issuer,
        "address": addresses.page(claim_code.get_claim_url()),
        "qr": reverse("awarding:group_code_qr", args=[public_id, code]),
        "poster_languages": [language for language, _name in settings.LANGUAGES],
    }
    return render(request, "awarding/groups/code.html", context)


@instructors_only
@require_safe
@never_cache
def code_qr(request, public_id, code):
    claim_code = _get_code(_get(request, public_id), code)
    return HttpResponse(qr_of(claim_code), content_type="image/svg+xml")


def _page(request, group, form=None):
    badges = badges_of(group)
    sort = request.GET.get("sort", "")
    people = _members(group)
    if sort.lstrip("-") in {"earned", *(f"badge-{badge.pk}" for badge in badges)}:
        lines = sorted_lines(progress_of(list(people), badges), sort)
        page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
        lines = page.object_list
    else:
        if sort == "-name":
            people = people.reverse()
        page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
        lines = progress_of(list(page.object_list), badges)
    codes = _open_codes(group).with_badge().with_claims_count()[:PAGE_SIZE]
    context = {
        "group": group,
        "badges": [(badge, f"badge-{badge.pk}") for badge in badges],
        "sort": sort or "name",
        "page": page,
        "lines": lines,
        "codes": [(code, addresses.page(code.get_claim_url())) for code in codes],
        "form": form or GroupCodeForm(badges=badges),
        "has_errors": bool(form and form.errors),
    }
    status = 422 if form and form.errors else 200
    return render(request, "awarding/groups/group.html", context, status=status)


def _members(group):
    people = group.people.current().members().select_related("user")
    return people.order_by("user__name", "user__email", "pk")


def _open_codes(group):
    return ClaimCode.objects.filter(group=group, ended_at=None, closes_at__gt=timezone.now())


def _get_code(group, public_id) -> ClaimCode:
    return get_object_or_404(_open_codes(group).with_badge(), public_id=public_id)


def _get(request, public_id) -> Group:
    mine = Group.objects.taught_by(request.user).select_related("agency")
    return get_object_or_404(mine, public_id=public_id)
