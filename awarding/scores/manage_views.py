"""Coordinators upload test results, which earn badges by the rules that they write."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import islice

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from awarding import many_at_once
from awarding.lists.operations import batches
from awarding.models import (
    AwardList,
    AwardListRow,
    ScoreField,
    ScoreImport,
    ScoreResult,
    ScoreRule,
    ScoreUpload,
)
from awarding.scores import operations as scores
from awarding.scores.forms import LadderForm, ScoreRuleForm
from awarding.spreadsheet_io import csv_download
from awarding.states import CAN_BE_UNDONE, IN_WORK, ListStatus, ResultRemark, RowProblem
from issuing import addresses
from issuing.awards.forms import RevokeForm

PAGE_SIZE = 25
ROWS_SHOWN = 20
CHUNK = 1000


@coordinators_only
@require_safe
def imports(request):
    found = ScoreImport.objects.coordinated_by(request.user).select_related("made_by", "agency")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = ScoreUpload.objects.coordinated_by(request.user).filter(score_import=None)
    context = {
        "page": page,
        "has_rules": ScoreRule.objects.coordinated_by(request.user).exists(),
        "waiting": waiting.defer("content").select_related("made_by")[:PAGE_SIZE],
    }
    return render(request, "awarding/manage/scores.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request):
    """All rules, sorted by badge, and a form for a new one."""
    form = ScoreRuleForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        scores.add_rule(by=request.user, **form.rule)
        messages.success(request, _("The rule applies to results uploaded from now on."))
        return redirect("awarding:manage_score_rules")
    found = ScoreRule.objects.coordinated_by(request.user).with_badge().select_related("made_by")
    context = {
        "form": form,
        "rules": found.order_by("badge_class__current_version__name", "pk"),
        "has_badges": form.fields["badge_class"].queryset.exists(),
    }
    status = 422 if form.has_errors() else 200
    return render(request, "awarding/manage/score_rules.html", context, status=status)


@coordinators_only
@require_POST
def remove_rule(request, pk):
    coordinated = ScoreRule.objects.coordinated_by(request.user).with_badge()
    scores.remove_rule(get_object_or_404(coordinated, pk=pk), by=request.user)
    messages.success(
        request, _("The rule is removed. Badges already earned by it are not affected.")
    )
    return redirect("awarding:manage_score_rules")


@coordinators_only
@require_safe
@never_cache
def score_import(request, public_id):
    with_file = _imports(request).select_related("upload").defer("upload__content")
    score_import = get_object_or_404(with_file, public_id=public_id)
    lists = list(score_import.award_lists.with_badge().order_by("pk"))
    by_list = AwardListRow.objects.filter(award_list__in=lists).counts_by_list()
    nothing = AwardListRow.objects.none().counts()
    counts = [by_list.get(award_list.pk, nothing) for award_list in lists]
    statuses = {award_list.status for award_list in lists}
    total = {
        name: sum(count[name] for count in counts)
        for name in ("sound", "to_award", "worked_off", "granted", "waiting", "new_people", "ended")
    }
    numbers = score_import.results.aggregate(
        results=Count("pk"),
        without=Count("pk", filter=Q(problem="", earns=0)),
        problems=Count("pk", filter=~Q(problem="")),
        without_ladder=Count("pk", filter=Q(remark=ResultRemark.LADDER_UNKNOWN)),
        unknown_ids=Count("pk", filter=Q(problem=RowProblem.NO_PERSON)),
    )
    without_ladder = score_import.results.filter(remark=ResultRemark.LADDER_UNKNOWN)
    levels = without_ladder.order_by().values_list("level", flat=True).distinct()[:ROWS_SHOWN]
    earned, earning_nothing, problems = _first_rows(score_import, lists)
    context = {
        "import": score_import,
        "lists": [
            {"list": award_list, "numbers": count}
            for award_list, count in zip(lists, counts, strict=True)
        ],
        "total": total,
        "results": numbers["results"],
        "without": numbers["without"],
        "earn_nothing": earning_nothing,
        "why": earned,
        "has_unknown_ids": bool(numbers["unknown_ids"]),
        "problems": problems,
        "problems_count": numbers["problems"],
        "is_in_work": bool(statuses & IN_WORK),
        "can_start": any(
            award_list.status == ListStatus.CHECKED and count["sound"]
            for award_list, count in zip(lists, counts, strict=True)
        ),
        "can_stop": ListStatus.RUNNING in statuses,
        "can_go_on": ListStatus.STOPPED in statuses,
        "can_undo": bool(statuses & CAN_BE_UNDONE) and total["granted"] > total["ended"],
        "award_lists": lists,
        "many_minutes": many_at_once.wait_shown(lists) if ListStatus.CHECKED in statuses else 0,
        "hours": min(
            (award_list.badge_class.hours_before_issue for award_list in lists), default=0
        ),
        "without_ladder": numbers["without_ladder"],
        "levels": list(levels) if numbers["without_ladder"] else [],
        "ladder_form": LadderForm(),
        "can_discard": statuses <= {ListStatus.DRAFT, ListStatus.CHECKED},
        "columns": _columns_read(score_import),
        "file": getattr(score_import, "upload", None),
    }
    return render(request, "awarding/manage/score_import.html", context)


def _columns_read(score_import: ScoreImport) -> dict[str, list]:
    """Each heading with what its column was taken for, and the headings that were not used."""
    used = score_import.columns.get("used", {})
    return {
        # The database does not keep the order of the columns.
        "used": [(used[means], means.label) for means in ScoreField if means in used],
        "unused": score_import.columns.get("unused", []),
    }


def _first_rows(
    score_import: ScoreImport, lists: list[AwardList]
) -> tuple[list[AwardListRow], list[ScoreResult], list[ScoreResult]]:
    """The first rows that earn a badge, and the first results that earn none or have a problem.

    Each row comes with the lines of the file that it is made of.
    """
    earned = AwardListRow.objects.filter(award_list__in=lists).without_problem()
    earned = earned.select_related("award_list__badge_class__current_version", "assertion")
    rows = list(earned.order_by("line", "pk")[:ROWS_SHOWN])
    results = score_import.results.order_by("pk")
    found = results.filter(line__in=[row.line for row in rows]).union(
        results.filter(problem="", earns=0)[:ROWS_SHOWN],
        results.exclude(problem="")[:ROWS_SHOWN],
    )
    shown = sorted(found, key=lambda result: result.pk)
    lines_of = {result.line: result.lines for result in shown}
    for row in rows:
        row.lines = lines_of.get(row.line, row.line)
    earning_nothing = [result for result in shown if not result.problem and not result.earns]
    return rows, earning_nothing, [result for result in shown if result.problem]


@coordinators_only
@require_POST
def check_again(request, public_id):
    """Compare the results with the rules of today, by the ladder that was chosen, if one was."""
    score_import = _get_import(request, public_id)
    form = LadderForm(request.POST)
    if "ladder" in request.POST and not form.is_valid():
        messages.error(request, _("Choose the ladder of the levels."))
        return redirect(score_import)
    try:
        scores.check_again(
            score_import, ladder=form.cleaned_data["ladder"] if form.is_valid() else "",
            by=request.user,
        )  # fmt: skip
    except TransitionNotAllowed:
        messages.error(request, _("Badges of these results are awarded. Upload the file again."))
        return redirect(score_import)
    for award_list in score_import.award_lists.order_by("pk"):
        batches.start_checking(award_list)
    messages.success(request, _("The results are checked again."))
    return redirect(score_import)


@coordinators_only
@require_POST
def start(request, public_id):
    start_lists = partial(scores.start, at_once="at_once" in request.POST)
    return _act(request, public_id, start_lists, _("The badges are being awarded."))


@coordinators_only
@require_POST
def stop(request, public_id):
    return _act(
        request, public_id, scores.stop, _("Stopped. Badges already awarded are not affected.")
    )


@coordinators_only
@require_POST
def resume(request, public_id):
    return _act(request, public_id, scores.resume, _("It is continuing."))


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, public_id):
    """Say what will be taken back and ask for the reason; once it is posted, begin."""
    score_import = _get_import(request, public_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        undo_lists = partial(scores.undo, reason=form.cleaned_data["reason"])
        return _act(request, public_id, undo_lists, _("The badges are being taken back."))
    rows = AwardListRow.objects.filter(
        award_list__score_import=score_import, award_list__status__in=CAN_BE_UNDONE
    )
    context = {"import": score_import, "numbers": rows.counts(), "form": form}
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/score_undo.html", context, status=status)


@coordinators_only
@require_POST
def discard(request, public_id):
    score_import = _get_import(request, public_id)
    try:
        scores.discard(score_import, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("It changed in the meantime. Please check it again."))
        return redirect(score_import)
    messages.success(request, _("The results are deleted. They awarded nothing."))
    return redirect("awarding:manage_scores")


@coordinators_only
@require_safe
def result(request, public_id):
    """Every result as CSV: what it earned, why, and what was awarded."""
    return csv_download(_csv_rows(_get_import(request, public_id)), _("scores"))


def _csv_rows(score_import):
    yield [
        _("Line"), _("Email"), _("Name"), _("Test"), _("Date"), _("Pre-test"), _("Post-test"),
        _("Level"), _("Badge"), _("Why"), _("Result"), _("Address of the badge"),
    ]  # fmt: skip
    results = score_import.results.iterator(chunk_size=CHUNK)
    while chunk := list(islice(results, CHUNK)):
        rows = defaultdict(list)
        found = AwardListRow.objects.filter(
            award_list__score_import=score_import, line__in=[result.line for result in chunk]
        )
        for row in found.select_related("award_list__badge_class__current_version", "assertion"):
            rows[row.line].append(row)
        for result in chunk:
            cells = [
                result.lines, result.email, result.shown_name, result.full_test, result.day_given,
                result.pre, result.post, result.level,
            ]  # fmt: skip
            if result.problem or not rows[result.line]:
                why = result.problem_words or result.get_remark_display() or _("It meets no rule.")
                yield [*cells, "", why, _("skipped"), ""]
            for row in [] if result.problem else rows[result.line]:
                award = row.assertion
                yield [
                    *cells,
                    row.award_list.badge_class.current_version.name,
                    row.get_problem_display() or row.narrative,
                    row.get_outcome_display() or (_("skipped") if row.problem else ""),
                    addresses.absolute(award.get_absolute_url()) if award else "",
                ]


def _act(request, public_id, operation, success):
    score_import = _get_import(request, public_id)
    if operation(score_import, by=request.user):
        messages.success(request, success)
    else:
        messages.error(request, _("It changed in the meantime. Please check it again."))
    return redirect(score_import)


def _imports(request):
    return ScoreImport.objects.coordinated_by(request.user).select_related("made_by", "agency")


def _get_import(request, public_id):
    return get_object_or_404(_imports(request), public_id=public_id)
