"""How well two readers of the same work agree: of all badges, and of the criteria of one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import restrict_to
from accounts.models import User
from catalog.models import BadgeClass, Criterion
from reporting.agreement import words
from reporting.agreement.rows import QuarterRow, ReviewerRow, Row, in_order
from reporting.forms import PeriodForm
from reporting.periods import Span
from reporting.permissions import agencies_reported_to, agencies_with_addresses, can_report
from reporting.quarters import Quarter
from reviewing.agreement.figures import (
    Figures,
    against_consensus,
    figures,
    figures_by,
    readers_together,
)
from reviewing.agreement.pairs import Pair, independent_pairs

BADGES_PER_PAGE = 50

reporters_only = restrict_to(can_report)


@require_safe
@reporters_only
def agreement(request):
    form = PeriodForm.asked(request, span=Span.ALL)
    since, until = form.chosen_period().bounds
    pairs = independent_pairs(form.chosen_agencies(), since=since, until=until)
    by_badge = figures_by(pairs, lambda pair: pair.badge)
    badges = BadgeClass.objects.select_related("current_version", "issuer").in_bulk(by_badge)
    sort = request.GET.get("sort", "name")
    rows = in_order((_badge_row(badges[pk], found) for pk, found in by_badge.items()), sort)
    page = Paginator(rows, BADGES_PER_PAGE).get_page(request.GET.get("page"))
    coordinated = set(agencies_with_addresses(request.user).values_list("pk", flat=True))
    theirs = [pair for pair in pairs if badges[pair.badge].issuer.agency_id in coordinated]
    context = {
        "form": form,
        **_summary(figures(pairs)),
        "page": page,
        "rows": page.object_list,
        "sort": sort,
        "quarters": _quarters(pairs),
        "reviewers": _reviewers(theirs),
    }
    status = 422 if form.errors else 200
    return render(request, "reporting/manage/agreement.html", context, status=status)


@require_safe
@reporters_only
def badge_agreement(request, slug):
    reported = agencies_reported_to(request.user)
    badge = get_object_or_404(
        BadgeClass.objects.select_related("current_version").filter(
            issuer__agency__in=reported, current_version__isnull=False
        ),
        slug=slug,
    )
    form = PeriodForm.asked(request, span=Span.ALL)
    since, until = form.chosen_period().bounds
    agencies = list(reported.order_by().values_list("pk", flat=True))
    pairs = independent_pairs(agencies, since=since, until=until, badge=badge.pk)
    by_criterion = figures_by(pairs, lambda pair: pair.criterion)
    sort = request.GET.get("sort", "")
    rows = [
        Row(name, by_criterion[thread])
        for thread, name in _criteria(badge).items()
        if thread in by_criterion
    ]
    may_see_people = agencies_with_addresses(request.user).filter(
        pk=badge.issuer.agency_id
    ).exists()  # fmt: skip
    context = {
        "form": form,
        "badge": badge,
        **_summary(figures(pairs)),
        "rows": in_order(rows, sort) if sort else rows,
        "sort": sort,
        "quarters": _quarters(pairs),
        "reviewers": _reviewers(pairs) if may_see_people else [],
        "together": _together(pairs) if may_see_people else [],
    }
    status = 422 if form.errors else 200
    return render(request, "reporting/manage/badge_agreement.html", context, status=status)


def _summary(overall: Figures) -> dict[str, object]:
    return {
        "overall": Row("", overall),
        "sentence": words.sentence(overall),
        "skew": words.skew(overall),
    }


def _badge_row(badge: BadgeClass, found: Figures) -> Row:
    address = reverse("reporting:manage_badge_agreement", args=[badge.slug])
    return Row(badge.current_version.name, found, address)


def _criteria(badge: BadgeClass) -> dict[str, str]:
    """Names by thread, in the order of the newest version that has them."""
    found = Criterion.objects.filter(version__badge_class=badge, version__number__isnull=False)
    names: dict[str, str] = {}
    for criterion in found.order_by("-version__number", "position"):
        names.setdefault(str(criterion.thread), criterion.name)
    return names


def _quarters(pairs: list[Pair]) -> list[QuarterRow]:
    """Oldest first, so that a drift is read from top to bottom."""
    by_quarter = figures_by(pairs, lambda pair: Quarter.of(timezone.localdate(pair.finished_at)))
    return [
        QuarterRow("", found, first=quarter.first, last=quarter.last)
        for quarter, found in sorted(by_quarter.items(), key=lambda item: item[0].first)
    ]


def _reviewers(pairs: list[Pair]) -> list[ReviewerRow]:
    found = against_consensus(pairs)
    people = User.objects.in_bulk([one.reviewer for one in found])
    return [ReviewerRow(str(people[one.reviewer]), one) for one in found]


def _together(pairs: list[Pair]) -> list[Row]:
    found = readers_together(pairs)
    people = User.objects.in_bulk({key for two in found for key in (two.one, two.other)})
    return [
        Row(
            f"{people[two.one]} · {people[two.other]}",
            two.figures,
            kappa=words.coefficient(two.kappa),
        )
        for two in found
    ]
