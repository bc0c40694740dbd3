"""All submissions of the coordinator's part, and giving many of them to a reviewer."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import coordinators_only
from audit.moves import ReasonMissing, TransitionNotAllowed
from office.submissions.filters import SubmissionFilterForm
from office.submissions.forms import AssignForm
from office.submissions.pages import page_of
from reviewing.assigning import operations as assigning
from reviewing.decisions.operations import AlreadyDecided
from reviewing.operations import ReviewerNotAllowed
from reviewing.workload.allowed import may_give
from submissions.models import Submission


@coordinators_only
@require_safe
@never_cache
def submissions(request):
    return _list(request, AssignForm(user=request.user, submissions=_readable(request)))


@coordinators_only
@require_POST
def assign(request):
    """Give the chosen submissions to a reviewer, or back to the queue, each on its own."""
    form = AssignForm(request.POST, user=request.user, submissions=_readable(request))
    if not form.is_valid():
        return _list(request, form, status=422)
    to = form.cleaned_data["reviewer"] if "assign" in request.POST else None
    rows = form.cleaned_data["rows"]
    if to:
        given = rows.filter(may_give(request.user))
        outcomes = ["own"] * rows.exclude(pk__in=given.values("pk")).count()
    else:
        given, outcomes = rows, []
    outcomes += [
        _give(row, to=to, by=request.user, reason=form.cleaned_data["reason"]) for row in given
    ]
    _say(request, outcomes, to=to)
    return redirect(_list_url(request))


def _give(submission, *, to, by, reason) -> str:
    try:
        if to is None:
            done = assigning.take_away(submission, by=by, reason=reason)
        else:
            done = assigning.assign(submission, to=to, by=by, reason=reason)
        return "done" if done else "already"
    except ReasonMissing:
        return "begun"
    except ReviewerNotAllowed:
        return "conflict"
    except AlreadyDecided:
        return "decided"
    except TransitionNotAllowed:
        return "closed"


def _say(request, outcomes, *, to):
    done = outcomes.count("done")
    if done and to:
        words = ngettext(
            "%(name)s has %(count)s more submission to review, and got an email.",
            "%(name)s has %(count)s more submissions to review, and got an email about each.",
            done,
        )
        messages.success(request, words % {"name": to, "count": done})
    elif done:
        words = ngettext(
            "%(count)s submission is back in the queue.",
            "%(count)s submissions are back in the queue.",
            done,
        )
        messages.success(request, words % {"count": done})
    left = [
        f"{reason} ({outcomes.count(outcome)})"
        for outcome, reason in LEFT_BECAUSE.items()
        if outcome in outcomes
    ]
    if left:
        messages.info(request, _("Left as they are: %(why)s.") % {"why": "; ".join(left)})


LEFT_BECAUSE = {
    "already": gettext_lazy("where you wanted them already"),
    "own": gettext_lazy("you read them yourself and can only give them back to the queue"),
    "conflict": gettext_lazy("this reviewer may not read them, or does not read their language"),
    "begun": gettext_lazy("somebody has begun to read them meanwhile, and no reason was given"),
    "decided": gettext_lazy("decided, and the decision takes effect soon"),
    "closed": gettext_lazy("not with reviewers"),
}


def _list(request, form, *, status=200):
    filters = SubmissionFilterForm(request.GET)
    is_readable = filters.is_valid()
    found = filters.apply(_readable(request), user=request.user, now=timezone.now())
    page = page_of(
        found,
        sort=filters.cleaned_data.get("sort", ""),
        after=request.GET.get("after", ""),
        user=request.user,
    )
    context = {
        "filters": filters,
        "form": form,
        "page": page,
        "today": timezone.localdate(),
        "chosen": form.data.getlist("rows") if form.is_bound else [],
        "query": _query(request),
        "is_first": "after" not in request.GET,
    }
    if status == 200 and not is_readable:
        status = 422
    return render(request, "office/manage/submissions.html", context, status=status)


def _readable(request):
    return Submission.objects.read_as_coordinator(request.user)


def _list_url(request):
    return reverse("office:manage_submissions") + _query(request)


def _query(request):
    query = request.GET.urlencode()
    return f"?{query}" if query else ""
