"""The log of requests, for coordinators of the agency at the root."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import program_managers_only
from accounts.models import User
from audit.moves import TransitionNotAllowed
from privacy import operations
from privacy.forms import LetterForm, SureForm
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
    found = PrivacyRequest.objects.decided_by(request.user).order_by("-status", "due_on", "pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "privacy/manage/requests.html", context, status=status)


@program_managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request, public_id):
    """What the erasure would change, with counts, and the button that does it."""
    asked = get_object_or_404(PrivacyRequest.objects.decided_by(request.user), public_id=public_id)
    form = SureForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            operations.carry_out(asked, by=request.user)
        except (operations.NotErased, TransitionNotAllowed) as refusal:
            words = str(refusal) if isinstance(refusal, operations.NotErased) else ""
            messages.error(request, words or _("This request was decided already."))
        else:
            messages.success(request, _("Erased. Files are deleted within minutes."))
        return redirect(asked)
    people = User.objects.same_person(asked.person_id)
    context = {
        "asked": asked,
        "form": form,
        "people": people,
        "counts": counts(person_of(people)) if asked.is_waiting else [],
        "why_not": why_not_erased(request.user, people) if asked.is_waiting else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "privacy/manage/request.html", context, status=status)
