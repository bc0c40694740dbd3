"""Anybody says who must not read their work. Reviewers do so on their own page, too."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reviewing.reviewers.forms import NamePersonForm
from reviewing.reviewers.operations.conflicts import MOST_NAMED
from reviewing.reviewers.pages import end_and_return, named_by, was_named


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def named(request):
    form = NamePersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and was_named(request, form):
        return redirect("reviewing:named")
    context = {
        "form": form,
        "named": named_by(request.user).select_related("submission__version"),
        "many": MOST_NAMED,
    }
    return render(
        request, "reviewing/reviewers/named.html", context, status=422 if form.errors else 200
    )


@login_required
@require_POST
def named_end(request, pk):
    return end_and_return(request, pk, list_url=reverse("reviewing:named"))
