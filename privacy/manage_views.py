"""The log of requests, for coordinators of the agency at the root."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import program_managers_only
from accounts.models import User
from audit.moves import TransitionNotAllowed
from privacy import operations
from privacy.forms import AnswerForm, LetterForm, RequestFilterForm, SureForm
from privacy.models import PrivacyRequest
from privacy.permissions import why_not_erased
from privacy.rows import counts, person_of

PAGE_SIZE = 25


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request):
    form = LetterForm(request.POST if request.method == "POST" else None, by=request.user)
    if form.is_bound and form.is_valid():
        asked = operations.ask(form.person, by=request.user)
        messages.success(request, _("The request is recorded. Look at what would change."))
        return redirect(asked)
    # Without a word in the address, the page shows what waits.
    asked = {"status": "waiting", **request.GET.dict()}
    filters = RequestFilterForm(asked)
    filters.is_valid()
    found = filters.apply(PrivacyRequest.objects.decided_by(request.user), now=timezone.now())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "filters": filters}
    status = 422 if form.is_bound else 200
    return render(request, "privacy/manage/requests.html", context, status=status)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request, public_id):
    """What the erasure would change, with counts, and the button that does it."""
    asked = get_object_or_404(PrivacyRequest.objects.decided_by(request.user), public_id=public_id)
    pressed = {"refuse", "hold", "go_on"} & {*request.POST}
    form = SureForm(request.POST if request.method == "POST" and not pressed else None)
    answer = AnswerForm(request.POST if pressed - {"go_on"} else None)
    if act := _act(request, asked, form, answer):
        try:
            act()
        except operations.NotErased as refusal:
            messages.error(request, str(refusal))
        except TransitionNotAllowed:
            messages.error(request, _("This request was decided already."))
        return redirect(asked)
    people = User.objects.same_person(asked.person_id)
    context = {
        "asked": asked,
        "form": form,
        "answer": answer,
        "people": people,
        "counts": counts(person_of(people)) if asked.is_waiting else [],
        "why_not": why_not_erased(request.user, people) if asked.is_waiting else "",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "privacy/manage/request.html", context, status=status)


def _act(request, asked, form, answer):
    """What the pressed button does, once its form is right."""
    by = request.user
    if "go_on" in request.POST:
        return lambda: operations.go_on(asked, by=by)
    if form.is_bound and form.is_valid():
        return lambda: _erase(request, asked)
    if answer.is_bound and answer.is_valid():
        do = operations.refuse if "refuse" in request.POST else operations.put_on_hold
        return lambda: do(asked, reason=answer.cleaned_data["reason"], by=by)
    return None


def _erase(request, asked):
    operations.carry_out(asked, by=request.user)
    messages.success(request, _("Erased. Files are deleted within minutes."))
