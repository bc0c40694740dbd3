"""Coordinators take back what a list awarded, with one reason."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from awarding.lists.operations import lists as award_lists
from awarding.models import AwardList
from awarding.states import CAN_BE_UNDONE
from issuing.awards.forms import RevokeForm


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, public_id):
    """Say what will be taken back and ask for the reason; once it is posted, begin."""
    award_list = _get_list(request, public_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            award_lists.undo(award_list, by=request.user, reason=form.cleaned_data["reason"])
        except TransitionNotAllowed:
            messages.error(request, _("The list changed in the meantime. Please check it again."))
        else:
            messages.success(request, _("The list is being taken back."))
        return redirect(award_list)
    context = {
        "list": award_list,
        "version": award_list.badge_class.current_version,
        "numbers": award_list.rows.counts(),
        "can_undo": award_list.status in CAN_BE_UNDONE,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/list_undo.html", context, status=status)


@coordinators_only
@require_POST
def halt(request, public_id):
    award_list = _get_list(request, public_id)
    try:
        award_lists.halt_undoing(award_list, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("The list changed in the meantime. Please check it again."))
    else:
        messages.success(request, _("Stopped. What was taken back before stays taken back."))
    return redirect(award_list)


@coordinators_only
@require_POST
def go_on(request, public_id):
    award_list = _get_list(request, public_id)
    try:
        award_lists.continue_undoing(award_list, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("The list changed in the meantime. Please check it again."))
    else:
        messages.success(request, _("The rest of the list is being taken back."))
    return redirect(award_list)


def _get_list(request, public_id):
    lists = AwardList.objects.coordinated_by(request.user).with_badge()
    return get_object_or_404(lists.select_related("undone_by"), public_id=public_id)
