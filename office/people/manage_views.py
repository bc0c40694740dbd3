"""Coordinators' pages: the search for people, and what is done to many of them at once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import coordinators_only
from accounts.models import Agency, User
from office.people.acts import ACTS
from office.people.forms import SORTS, PeopleSearchForm
from office.people.querysets import (
    STATES,
    at_agency,
    holding,
    matching,
    part_of,
    seen_by,
    with_role,
)
from office.people.rows import rows_of

PAGE_SIZE = 25
MOST_AT_ONCE = 200


@coordinators_only
@require_GET
def people(request):
    agencies = part_of(request.user)
    form = PeopleSearchForm(request.GET, agencies=Agency.objects.filter(pk__in=agencies))
    asked = form.chosen()
    found = _found(seen_by(request.user, agencies), asked, agencies)
    sort = asked["sort"] or "name"
    page = Paginator(found.order_by(*SORTS[sort]), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": rows_of(list(page.object_list), agencies),
        "sort": sort,
        "acts": [(key, act.title) for key, act in ACTS.items() if key != "withdraw"],
        "is_filtered": any(value for name, value in asked.items() if name != "sort"),
    }
    return render(request, "office/manage/people/list.html", context)


def _found(people, asked, agencies):
    if asked["q"]:
        people = matching(people, asked["q"], agencies)
    if asked["role"]:
        people = with_role(people, asked["role"], agencies)
    if asked["school"]:
        people = at_agency(people, asked["school"])
    if asked["badge"]:
        people = holding(people, asked["badge"].pk)
    if asked["state"]:
        people = people.filter(STATES[asked["state"]])
    return people


@coordinators_only
@require_POST
def act(request):
    """First a page that says what would happen to whom; with its button pressed, the act itself."""
    back = _back(request)
    act = ACTS.get(request.POST.get("act", ""))
    agencies = part_of(request.user)
    chosen = _chosen(request, agencies)
    if act is None or not chosen:
        messages.error(request, _("Tick at least one person, then press one of the buttons."))
        return redirect(back)
    able = act.can(request.user, chosen, agencies)
    doing = [person for person in chosen if person.pk in able]
    if request.POST.get("confirmed") and doing:
        place = Agency.objects.filter(pk__in=agencies).in_the_order_of_the_tree()[0]
        count = act.do(doing, request.user, place, agencies)
        _say(request, count)
        return redirect(back)
    context = {
        "act": act,
        "key": request.POST["act"],
        "doing": doing,
        "skipped": [person for person in chosen if person.pk not in able],
        "back": back,
    }
    return render(request, "office/manage/people/act.html", context)


def _say(request, count: int) -> None:
    if count:
        said = ngettext("Done for %(count)s person.", "Done for %(count)s people.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Somebody else did this in the meantime."))


def _chosen(request, agencies) -> list[User]:
    """The people who were ticked, of those that this coordinator sees."""
    keys = []
    for text in request.POST.getlist("people")[:MOST_AT_ONCE]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return list(seen_by(request.user, agencies).filter(public_id__in=keys).order_by("name", "pk"))


def _back(request) -> str:
    """The list with its filters, or the page of one person; never another site."""
    url = reverse("office:manage_people")
    back = request.POST.get("back", "")
    return back if back.startswith(url) else url
