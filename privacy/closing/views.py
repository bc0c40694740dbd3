"""The page on which people close their account, and the one that is left to them meanwhile."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.moves import TransitionNotAllowed
from privacy.closing import operations
from privacy.closing.forms import ClosingForm
from privacy.models import AccountClosing, PersonalCopy


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def closing(request):
    waiting = AccountClosing.objects.of(request.user).waiting().first()
    if waiting:
        copy = PersonalCopy.objects.of(request.user).current(now=timezone.now()).first()
        context = {
            "closing": waiting,
            "copy": copy,
            "why_not": operations.why_not_closed(request.user)
            if waiting.due_at <= timezone.now()
            else "",
        }
        return render(request, "privacy/closing_waits.html", context)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    refusal = operations.why_not_closed(request.user)
    if form.is_bound and form.is_valid():
        try:
            keeps_badges = form.cleaned_data["badges"] == "keep"
            operations.ask(request.user, keeps_badges=keeps_badges)
        except operations.CannotClose as error:
            refusal = str(error)
        else:
            return redirect("privacy:closing")
    context = {"form": form, "why_not": refusal}
    return render(request, "privacy/closing.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def keep(request):
    with suppress(TransitionNotAllowed):
        operations.keep(request.user)
        messages.success(
            request, _("Your account stays, and so do your badges, submissions and roles.")
        )
    return redirect("accounts:profile")
