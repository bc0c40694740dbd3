"""Coordinators' pages: bring a roster, look at what it would do, run it, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from accounts.models import Agency, Membership, RosterImport, RosterRow
from accounts.rosters.forms import RosterForm
from accounts.rosters.operations import imports
from accounts.rosters.problems import PROBLEMS
from audit.moves import TransitionNotAllowed

Outcome, Status = RosterRow.Outcome, RosterImport.Status
PAGE_SIZE = 25


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def rosters(request):
    """The files that were brought, and a form for another one."""
    places = _mine(request).filter(closed_at=None).in_the_order_of_the_tree()
    form = RosterForm(request.POST or None, request.FILES or None, places=places)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        roster = imports.save(
            data["agency"], data["records"], name=data["file"].name, by=request.user,
            invites=data["invites"], ends_missing=data["ends_missing"],
        )  # fmt: skip
        if form.left_out:
            said = ngettext(
                "%(count)s row about students or guardians is left out.",
                "%(count)s rows about students or guardians are left out.",
                form.left_out,
            )
            messages.info(request, said % {"count": form.left_out})
        return redirect(roster)
    brought = RosterImport.objects.filter(agency__in=_mine(request)).select_related("agency")
    context = {
        "form": form,
        "page": Paginator(brought, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/manage/rosters.html", context, status=status)


@coordinators_only
@require_safe
def roster(request, public_id):
    roster = _get(request, public_id)
    chosen = request.GET.get("outcome", "")
    rows = roster.rows.order_by("pk")
    if chosen in Outcome.values:
        rows = rows.filter(outcome=chosen)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.reason = PROBLEMS.get(row.problem, "")
    counts = roster.rows.aggregate(
        **{value: Count("pk", filter=Q(outcome=value)) for value in Outcome.values},
        total=Count("pk", filter=~Q(outcome=Outcome.REFUSED)),
        applied=Count("pk", filter=~Q(outcome=Outcome.REFUSED) & Q(done_at__isnull=False)),
        made=Count("pk", filter=~Q(made={})),
        undone=Count("pk", filter=Q(undone_at__isnull=False)),
    )
    is_checking, is_undoing = roster.status == Status.CHECKING, roster.status == Status.UNDOING
    planned = counts["total"] + counts["refused"]
    context = {
        "roster": roster,
        "page": page,
        "chosen": chosen,
        "counts": [(key, label, counts[key]) for key, label in Outcome.choices],
        "is_in_work": roster.due_at is not None,
        "is_checking": is_checking,
        "has_failed": roster.status == Status.FAILED,
        "progress": counts["undone"] if is_undoing else counts["applied"],
        "most": counts["made"] if is_undoing else counts["total"],
        "can_start": roster.status == Status.CHECKED and not roster.cleared_at,
        "can_undo": roster.status == Status.DONE and not roster.cleared_at and counts["made"],
        "does_anything": bool(counts["new"] + counts["changed"] + counts["ended"]),
    }
    if is_checking:
        context |= {"progress": planned, "most": roster.records}
    return render(request, "accounts/manage/roster.html", context)


@coordinators_only
@require_POST
def act(request, public_id):
    """Run what was checked, or take back what was run."""
    roster = _get(request, public_id)
    do = imports.undo if request.POST.get("act") == "undo" else imports.start
    try:
        do(roster, by=request.user)
    except TransitionNotAllowed:
        messages.info(request, _("Somebody else did this in the meantime."))
    return redirect(roster)


def _mine(request):
    return Agency.objects.where_user_is(request.user, Membership.Role.COORDINATOR)


def _get(request, public_id) -> RosterImport:
    mine = RosterImport.objects.filter(agency__in=_mine(request)).select_related("agency")
    return get_object_or_404(mine, public_id=public_id)
