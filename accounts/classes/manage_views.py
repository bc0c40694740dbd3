"""A group's learners without email, as its coordinators see them."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.classes import operations as classes
from accounts.classes.pages import ClassPages
from accounts.decorators import coordinators_only
from accounts.groups.operations import GroupClosed
from accounts.models import Group


@coordinators_only
@require_safe
def class_page(request, public_id):
    return _pages(request, public_id).show()


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, public_id):
    return _pages(request, public_id).add()


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def cards(request, public_id):
    return _pages(request, public_id).renew_cards()


@coordinators_only
@require_POST
def change_code(request, public_id):
    return _pages(request, public_id).change_code()


@coordinators_only
@require_POST
def instructors(request, public_id):
    """Whether instructors of the group may do the same."""
    pages = _pages(request, public_id)
    may = request.POST.get("may") == "yes"
    try:
        classes.let_instructors_add(pages.group, may=may, by=request.user)
    except GroupClosed:
        messages.error(request, _("This group has closed. Open it again first."))
    else:
        said = _("Instructors of this group may now add learners and make cards.")
        messages.success(
            request, said if may else _("Only coordinators add learners and make cards now.")
        )
    return pages.back()


def _pages(request, public_id) -> ClassPages:
    mine = Group.objects.coordinated_by(request.user).select_related("agency")
    group = get_object_or_404(mine, public_id=public_id)
    return ClassPages(
        request, group, name="accounts:manage_class", template="accounts/manage/class"
    )
