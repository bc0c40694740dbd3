"""Coordinators' pages: the list of awards, and holding, canceling or revoking one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import coordinators_only
from audit.forms import ReasonForm
from audit.moves import TransitionNotAllowed
from issuing.awards.forms import AwardFilterForm, RevokeForm
from issuing.awards.operations import changes
from issuing.models import Assertion

PAGE_SIZE = 25


@coordinators_only
@require_GET
def awards_admin(request):
    form = AwardFilterForm(request.GET)
    awards = Assertion.objects.coordinated_by(request.user).with_badge().newest_first()
    awards = awards.select_related("ended_by")
    if form.is_valid():
        awards = awards.matching(form.cleaned_data["q"])
        if status := form.cleaned_data["status"]:
            awards = awards.filter(status=status)
    page = Paginator(awards, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "filtered": _query(request),
        "is_filtered": any(request.GET.get(name) for name in ("q", "status")),
    }
    return render(request, "issuing/manage/awards.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request, public_id):
    return _act_with_reason(
        request, public_id, act="hold", do=changes.hold, done=_("The award is on hold.")
    )


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, public_id):
    return _act_with_reason(
        request, public_id, act="cancel", do=changes.cancel, done=_("The award is canceled.")
    )


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request, public_id):
    return _act_with_reason(
        request,
        public_id,
        act="revoke",
        do=changes.revoke,
        done=_("The badge is revoked. Its earner gets an email."),
        form_class=RevokeForm,
    )


@coordinators_only
@require_POST
def release(request, public_id):
    award = _coordinated(request, public_id)
    try:
        changes.release(award, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("The award changed in the meantime. Please check it again."))
    else:
        messages.success(request, _("The award continues. It will be issued on schedule."))
    return redirect(_list_url(request))


def _act_with_reason(request, public_id, *, act, do, done, form_class=ReasonForm):
    """Explain the action and ask for a reason; once a reason is posted, do it."""
    award = _coordinated(request, public_id)
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            do(award, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionNotAllowed:
            messages.error(request, _("The award changed in the meantime. Please check it again."))
        else:
            messages.success(request, done)
        return redirect(_list_url(request))
    context = {
        "award": award,
        "version": award.version,
        "form": form,
        "act": act,
        "back": _list_url(request),
    }
    status = 422 if form.errors else 200
    return render(request, "issuing/manage/award_change.html", context, status=status)


def _list_url(request):
    """The URL of the list with the filter that was active before."""
    return reverse("issuing:manage_awards") + _query(request)


def _query(request):
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def _coordinated(request, public_id):
    return get_object_or_404(
        Assertion.objects.coordinated_by(request.user).with_badge(), public_id=public_id
    )
