"""Coordinators' pages: who works at their agencies, and confirming what people said."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import operations
from accounts.decorators import coordinators_only
from accounts.forms import PeopleDecisionForm, PeopleFilterForm
from accounts.models import Membership

PAGE_SIZE = 50


@coordinators_only
@require_GET
def people(request):
    form = PeopleFilterForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    workplaces = Membership.objects.coordinated_by(request.user).workplaces()
    lists = {
        "waiting": workplaces.unconfirmed(),
        "confirmed": workplaces.confirmed().order_by("user__name", "pk"),
        "ended": workplaces.can_be_brought_back(),
    }
    state = request.GET.get("state")
    state = state if state in lists else "waiting"
    shown = lists[state].matching(words).select_related("user", "agency__parent")
    context = {
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "form": form,
        "state": state,
        "waiting_count": lists["waiting"].count(),
        "is_filtered": bool(words),
    }
    return render(request, "accounts/manage/people.html", context)


@coordinators_only
@require_POST
def decide(request):
    """Confirm or refuse the chosen people, record that they have left, or bring them back."""
    decision = request.POST.get("decision")
    mine = Membership.objects.coordinated_by(request.user).workplaces()
    mine = mine.can_be_brought_back() if decision == "bring_back" else mine.current()
    form = PeopleDecisionForm(request.POST, memberships=mine)
    back = reverse("accounts:manage_people")
    if state := LIST_OF.get(decision):
        back += "?" + urlencode({"state": state})
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect(back)
    count = DECISIONS[form.cleaned_data["decision"]](
        form.cleaned_data["memberships"], by=request.user
    )
    if count:
        messages.success(request, _words_of(form.cleaned_data["decision"], count))
    else:
        messages.info(request, _("Somebody else decided this in the meantime."))
    return redirect(back)


DECISIONS = {
    "confirm": operations.confirm_workplaces,
    "refuse": operations.refuse_workplaces,
    "left": operations.end_workplaces,
    "bring_back": operations.bring_back_workplaces,
}
# The list in which a decision is made, if it is not the one of people who are waiting.
LIST_OF = {"left": "confirmed", "bring_back": "ended"}


def _words_of(decision: str, count: int) -> str:
    words = {
        "confirm": ngettext(
            "%(count)s person is confirmed.", "%(count)s people are confirmed.", count
        ),
        "refuse": ngettext(
            "%(count)s person is not confirmed.", "%(count)s people are not confirmed.", count
        ),
        "left": ngettext(
            "%(count)s person is no longer listed there.",
            "%(count)s people are no longer listed there.",
            count,
        ),
        "bring_back": ngettext(
            "%(count)s person is confirmed.", "%(count)s people are confirmed.", count
        ),
    }
    return words[decision] % {"count": count}
