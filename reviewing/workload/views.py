"""A reviewer's own page: what is in hand, and what was done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from reviewing.automatic.due import with_load
from reviewing.calibration.figures import answers_of, overall
from reviewing.deadlines import closed_days, deadlines_of
from reviewing.models import Assignment
from reviewing.views import reviewers_only
from reviewing.without_reviewer import whose_reviewer_is_gone
from reviewing.workload.agreement_of_one import own_agreement
from reviewing.workload.done import became_of, by_month, reviews_done
from submissions.querysets import accounts_of

MONTHS_PER_PAGE = 12


@reviewers_only
@require_safe
def own_reviews(request):
    today = timezone.localdate()
    rows = list(_in_hand(request.user))
    done = reviews_done(request.user)
    closed = _closed_days(rows, done, today)
    months = by_month(done, closed)
    deadlines = deadlines_of([row.submission for row in rows], closed, today=today)
    in_hand = list(zip(rows, deadlines, strict=True))
    context = {
        "now": timezone.now(),
        "in_hand": in_hand,
        "late": sum(waiting.is_late for row, waiting in in_hand if not row.is_finished),
        "load": with_load(User.objects.filter(pk=request.user.pk), today=today).get(),
        "months": Paginator(months, MONTHS_PER_PAGE).get_page(request.GET.get("page")),
        "agreement": own_agreement(request.user),
        "anchors": overall(answers_of(request.user)),
        "became": became_of(done),
    }
    return render(request, "reviewing/workload/own.html", context)


def _in_hand(user):
    """With all accounts of the person, as long as each of them may review it."""
    active = Assignment.objects.active().filter(reviewer__in=accounts_of(user))
    kept = active.exclude(pk__in=whose_reviewer_is_gone().values("pk"))
    rows = kept.with_submission().with_draft().with_waiting_decision()
    return rows.order_by("submission__due_on", "pk")


def _closed_days(rows, done, today):
    agencies = {row.submission.badge_class.issuer.agency_id for row in rows}
    days = [one.given_at for one in done if one.given_at]
    since = [timezone.localdate(min(days))] if days else []
    since += [row.submission.due_on for row in rows]
    return closed_days(agencies | {one.agency for one in done}, since=min([today, *since]))
