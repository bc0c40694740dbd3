"""Instructors' pages: their own groups, who is in them, and the codes made for them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import instructors_only
from accounts.groups.operations import GroupClosed
from accounts.models import Group
from awarding.claim_codes.operations import end_code
from awarding.groups import operations
from awarding.groups.forms import GroupCodeForm
from awarding.groups.progress import badges_of, progress_of
from awarding.models import ClaimCode
from issuing import addresses

PAGE_SIZE = 25


@instructors_only
@require_safe
@never_cache
def groups(request):
    mine = Group.objects.taught_by(request.user).select_related("agency").order_by("name", "pk")
    members = Count("people", filter=Q(people__part="member", people__ended_at=None))
    keys = mine.order_by().values("pk")
    counted = Group.objects.filter(pk__in=keys).annotate(members=members)
    page = Paginator(counted.select_related("agency").order_by("name", "pk"), PAGE_SIZE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "awarding/groups/list.html", context)


@instructors_only
@require_safe
@never_cache
def group(request, public_id):
    return _page(request, _get(request, public_id))


@instructors_only
@require_POST
def make_code(request, public_id):
    group = _get(request, public_id)
    form = GroupCodeForm(request.POST, badges=badges_of(group))
    if not form.is_valid():
        return _page(request, group, form)
    try:
        operations.make_code(group, by=request.user, **form.cleaned_data)
    except (operations.NotAllowed, GroupClosed):
        form.add_error(None, _("A coordinator no longer allows this badge for the group."))
        return _page(request, group, form)
    messages.success(request, _("The code is ready. Show it to the group."))
    return redirect("awarding:group", public_id)


@instructors_only
@require_POST
def end(request, public_id, code):
    group = _get(request, public_id)
    end_code(get_object_or_404(ClaimCode, group=group, public_id=code), by=request.user)
    messages.success(request, _("The code has ended. No one can use it anymore."))
    return redirect("awarding:group", public_id)


def _page(request, group, form=None):
    badges = badges_of(group)
    people = group.people.current().members().select_related("user")
    page = Paginator(people.order_by("user__name", "user__email", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    codes = ClaimCode.objects.filter(group=group, ended_at=None, closes_at__gt=timezone.now())
    context = {
        "group": group,
        "badges": badges,
        "page": page,
        "lines": progress_of(list(page.object_list), badges),
        "codes": [
            (code, addresses.page(code.get_claim_url()))
            for code in codes.with_badge().with_claims_count()[:PAGE_SIZE]
        ],
        "form": form or GroupCodeForm(badges=badges),
        "has_errors": bool(form and form.errors),
    }
    status = 422 if form and form.errors else 200
    return render(request, "awarding/groups/group.html", context, status=status)


def _get(request, public_id) -> Group:
    mine = Group.objects.taught_by(request.user).select_related("agency")
    return get_object_or_404(mine, public_id=public_id)
