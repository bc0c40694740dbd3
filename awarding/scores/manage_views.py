"""Coordinators bring test results; rules say which badges they earn, and why is on each badge."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import islice

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import TransitionNotAllowed
from awarding.lists.operations import batches
from awarding.models import AwardListRow, ScoreImport, ScoreRule
from awarding.scores import operations as scores
from awarding.scores.forms import ScoreImportForm, ScoreRuleForm
from awarding.scores.reading import ScoreReading
from awarding.states import IN_WORK, ListStatus
from awarding.tables import download, kept
from issuing import addresses

A_PAGE = 25
SHOWN = 20
CHUNK = 1000


@coordinators_only
@require_safe
def imports(request):
    mine = ScoreImport.objects.coordinated_by(request.user).select_related("made_by", "agency")
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    has_rules = ScoreRule.objects.coordinated_by(request.user).exists()
    return render(request, "awarding/manage/scores.html", {"page": page, "has_rules": has_rules})


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request):
    """All rules, badge by badge, and a form for one more."""
    form = ScoreRuleForm(request.POST or None, user=request.user)
    if form.is_bound and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "value"}
        scores.add_rule(by=request.user, **values)
        messages.success(request, _("The rule counts for results that are brought from now on."))
        return redirect("awarding:manage_score_rules")
    mine = ScoreRule.objects.coordinated_by(request.user).with_badge().select_related("made_by")
    context = {
        "form": form,
        "rules": mine.order_by("badge_class__current_version__name", "pk"),
        "has_badges": form.fields["badge_class"].queryset.exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/score_rules.html", context, status=status)


@coordinators_only
@require_POST
def remove_rule(request, pk):
    mine = ScoreRule.objects.coordinated_by(request.user).with_badge()
    scores.remove_rule(get_object_or_404(mine, pk=pk), by=request.user)
    messages.success(request, _("The rule is removed. What was earned by it stays."))
    return redirect("awarding:manage_score_rules")


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    form = ScoreImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        keep = partial(scores.keep_import, form.cleaned_data["agency"], by=request.user)
        score_import = kept(form, keep, reader=ScoreReading)
        if score_import:
            # Short lists are looked through at once; longer ones by the worker.
            for award_list in score_import.award_lists.order_by("pk"):
                batches.begin(award_list)
            return redirect(score_import)
    has_rules = ScoreRule.objects.coordinated_by(request.user).exists()
    context = {"form": form, "has_rules": has_rules}
    status = 422 if form.errors else 200
    return render(request, "awarding/manage/score_new.html", context, status=status)


@coordinators_only
@require_safe
@never_cache
def score_import(request, public_id):
    score_import = _mine(request, public_id)
    lists = list(score_import.award_lists.with_badge().order_by("pk"))
    numbers = [award_list.rows.numbers() for award_list in lists]
    statuses = {award_list.status for award_list in lists}
    total = {
        name: sum(each[name] for each in numbers)
        for name in ("sound", "to_award", "worked_off", "granted", "waiting", "new_people")
    }
    why = AwardListRow.objects.filter(award_list__in=lists).sound()
    why = why.select_related("award_list__badge_class__current_version", "assertion")
    problems = score_import.results.exclude(problem="")
    nothing = score_import.results.filter(problem="", earns=0)
    context = {
        "import": score_import,
        "lists": [
            {"list": each, "numbers": said} for each, said in zip(lists, numbers, strict=True)
        ],
        "total": total,
        "results": score_import.results.count(),
        "without": nothing.count(),
        "earn_nothing": nothing[:SHOWN],
        "why": why.order_by("line", "pk")[:SHOWN],
        "problems": problems[:SHOWN],
        "problems_count": problems.count(),
        "is_in_work": bool(statuses & IN_WORK),
        "can_start": any(
            each.status == ListStatus.CHECKED and said["sound"]
            for each, said in zip(lists, numbers, strict=True)
        ),
        "can_stop": ListStatus.RUNNING in statuses,
        "can_go_on": ListStatus.STOPPED in statuses,
        "can_discard": statuses <= {ListStatus.DRAFT, ListStatus.CHECKED},
    }
    return render(request, "awarding/manage/score_import.html", context)


@coordinators_only
@require_POST
def start(request, public_id):
    return _act(request, public_id, scores.start, _("The badges are being awarded."))


@coordinators_only
@require_POST
def stop(request, public_id):
    return _act(request, public_id, scores.stop, _("Stopped. What was awarded stays."))


@coordinators_only
@require_POST
def resume(request, public_id):
    return _act(request, public_id, scores.resume, _("It goes on."))


@coordinators_only
@require_POST
def discard(request, public_id):
    score_import = _mine(request, public_id)
    try:
        scores.discard(score_import, by=request.user)
    except TransitionNotAllowed:
        messages.error(request, _("It has moved on in the meantime. Look at it again."))
        return redirect(score_import)
    messages.success(request, _("The results are thrown away. They awarded nothing."))
    return redirect("awarding:manage_scores")


@coordinators_only
@require_safe
def result(request, public_id):
    """Every result, what it earned and why, and what became of that."""
    return download(_table(_mine(request, public_id)), _("scores"))


def _table(score_import):
    yield [
        _("Line"), _("E-mail"), _("Name"), _("Test"), _("Date"), _("Pre-test"), _("Post-test"),
        _("Level"), _("Badge"), _("Why"), _("What became of it"), _("Address of the badge"),
    ]  # fmt: skip
    results = score_import.results.iterator(chunk_size=CHUNK)
    while chunk := list(islice(results, CHUNK)):
        rows = defaultdict(list)
        found = AwardListRow.objects.filter(
            award_list__score_import=score_import, line__in=[each.line for each in chunk]
        )
        for row in found.select_related("award_list__badge_class__current_version", "assertion"):
            rows[row.line].append(row)
        for each in chunk:
            start = [
                each.line, each.email, each.name, each.test, each.day_given, each.pre, each.post,
                each.level,
            ]  # fmt: skip
            if each.problem or not rows[each.line]:
                why = each.get_problem_display() or _("It fulfils no rule.")
                yield [*start, "", why, _("left out"), ""]
            for row in [] if each.problem else rows[each.line]:
                award = row.assertion
                yield [
                    *start,
                    row.award_list.badge_class.current_version.name,
                    row.get_problem_display() or row.narrative,
                    row.get_outcome_display() or (_("left out") if row.problem else ""),
                    addresses.absolute(award.get_absolute_url()) if award else "",
                ]


def _act(request, public_id, operation, done):
    score_import = _mine(request, public_id)
    if operation(score_import, by=request.user):
        messages.success(request, done)
    else:
        messages.error(request, _("It has moved on in the meantime. Look at it again."))
    return redirect(score_import)


def _mine(request, public_id):
    mine = ScoreImport.objects.coordinated_by(request.user).select_related("made_by", "agency")
    return get_object_or_404(mine, public_id=public_id)
