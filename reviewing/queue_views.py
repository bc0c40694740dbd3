"""The queue, what a reviewer has taken from it, and what they have done."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from program.two_languages import in_language
from reviewing import operations
from reviewing.deadlines import paired_with_deadlines, with_deadlines
from reviewing.forms import QueueFilterForm, ReleaseForm
from reviewing.models import Assignment, Decision
from reviewing.querysets import awaiting_review, reviewable_by, with_workload
from reviewing.views import reviewers_only

PER_PAGE = 20


@reviewers_only
@require_GET
def queue(request):
    today = timezone.localdate()
    own = list(_in_progress(request.user))
    waiting = awaiting_review(request.user)
    filters = _filters(request, waiting)
    filtered = with_workload(filters.apply(waiting), request.user)
    page = Paginator(filtered, PER_PAGE).get_page(request.GET.get("page"))
    looks = list(Decision.objects.second_looks_now(request.user).with_submission())
    context = {
        "now": timezone.now(),
        "second_looks": paired_with_deadlines(looks, today=today),
        "mine": paired_with_deadlines(own, today=today),
        "page": page,
        "waiting": with_deadlines(page, today=today),
        "filters": filters,
        "is_filtered": any(filters.cleaned_data.values()),
        "release_form": ReleaseForm(),
    }
    return render(request, "reviewing/queue.html", context)


@reviewers_only
@require_GET
def done(request):
    decided = Assignment.objects.visible_to(request.user).decided().with_submission()
    page = Paginator(decided, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reviewing/done.html", {"page": page})


@reviewers_only
@require_POST
def take_next(request):
    try:
        assignment = operations.claim_next(by=request.user)
    except operations.SchoolsNotTold:
        return redirect("reviewing:people")
    if assignment is None:
        messages.info(request, _("Nothing is waiting for you at the moment."))
        return redirect("reviewing:queue")
    return redirect(assignment)


@reviewers_only
@require_POST
def claim(request, public_id):
    submission = get_object_or_404(reviewable_by(request.user), public_id=public_id)
    try:
        assignment = operations.claim(submission, by=request.user)
    except operations.SchoolsNotTold:
        return redirect("reviewing:people")
    except (operations.AlreadyTaken, operations.ReviewerNotAllowed):
        own = Assignment.objects.visible_to(request.user).active().filter(submission=submission)
        if assignment := own.first():  # the button was pressed twice
            return redirect(assignment)
        messages.info(
            request,
            _("Another reviewer took it, or the educator withdrew it. Here is what is waiting."),
        )
        return redirect("reviewing:queue")
    return redirect(assignment)


def _in_progress(user):
    """The reviewer's active assignments, with the progress of their drafts and decisions."""
    taken = Assignment.objects.visible_to(user).active().with_submission()
    return taken.with_draft().with_waiting_decision().order_by("submission__due_on", "pk")


def _filters(request, waiting) -> QueueFilterForm:
    choices = waiting.order_by("badge_class__category__name", "version__name").values_list(
        "badge_class__category__slug",
        "badge_class__category__name",
        "badge_class__category__name_es",
        "badge_class__slug",
        "version__name",
    )
    categories, badges = {}, {}
    for category, category_name, in_spanish, badge, badge_name in choices.distinct():
        categories[category] = in_language(category_name, in_spanish)
        badges[badge] = badge_name
    return QueueFilterForm(request.GET, categories=categories, badges=badges)
