"""The earner's page: badges that carry an earlier name or address, and new ones."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from audit.moves import TransitionNotAllowed
from issuing.models import Assertion, ReplacementRequest
from issuing.replacements.forms import NewBadgesForm
from issuing.replacements.operations import asking

MOST_ENDED = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def earlier_names(request):
    """Ask for new badges: one, several or all."""
    requests = ReplacementRequest.objects.of(request.user)
    requests = requests.select_related("assertion__version", "assertion__badge_class__issuer")
    open_requests = list(requests.open().order_by("due_at", "pk"))
    asked = [each.assertion_id for each in open_requests]
    awards = Assertion.objects.of(request.user).with_earlier_names().exclude(pk__in=asked)
    awards = awards.with_badge().select_related("recipient")
    form = NewBadgesForm(request.POST if request.method == "POST" else None, awards=awards)
    if form.is_bound and form.is_valid():
        number = asking.ask(form.cleaned_data["awards"], by=request.user)
        said = ngettext(
            "%(number)s new badge is on its way. You get an email when it is there.",
            "%(number)s new badges are on their way. You get an email when they are there.",
            number,
        )
        messages.success(request, said % {"number": number})
        return redirect("issuing:earlier_names")
    context = {
        "form": form,
        "has_awards": form.fields["awards"].queryset.exists(),
        "open_requests": open_requests,
        "refused": requests.filter(status=ReplacementRequest.Status.REFUSED)[:MOST_ENDED],
        "main": request.user.main_account,
    }
    status = 422 if form.errors else 200
    return render(request, "issuing/earlier_names.html", context, status=status)


@login_required
@require_POST
def withdraw(request, pk):
    wanted = get_object_or_404(ReplacementRequest.objects.of(request.user), pk=pk)
    try:
        asking.withdraw(wanted, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("It is too late: the new badge is there, or was refused."))
    else:
        messages.success(request, _("Withdrawn. The badge stays as it is."))
    return redirect("issuing:earlier_names")
