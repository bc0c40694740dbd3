from django import template
from django.urls import reverse

from submissions.declarations.operations import DECLARED
from submissions.models import Attempt, Submission
from submissions.permissions import can_start
from submissions.precheck.same_work import same_elsewhere
from submissions.sizes import size_words
from submissions.states import OPEN
from submissions.timeline import next_action

register = template.Library()
register.filter("size_words", size_words)


@register.inclusion_tag("submissions/_start_button.html", takes_context=True)
def start_button(context, badge_class, submissions, *, award_state=None, renewing=False):
    """The button that starts the badge, continues the draft or shows the submission.

    `submissions` are the user's of this badge (`submissions_of_mine`), `award_state` is known if
    the page has looked at their awards. `renewing` means that the user has earned the badge and
    can renew it now.
    """
    user = context["user"]
    return {
        "badge_class": badge_class,
        "submission": submissions[0] if submissions else None,
        "renewing": renewing,
        "is_signed_in": user.is_authenticated,
        "is_open": badge_class.status == badge_class.Status.PUBLISHED,
        "can_start": can_start(user, badge_class, submissions=submissions, award_state=award_state),
        "start_url": reverse("submissions:start", args=[badge_class.slug]),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("submissions/_my_progress.html")
def my_progress(badge_class, submissions):
    """The status of the user's latest submission for a badge; nothing without one."""
    if not submissions:
        return {"submission": None}
    latest = submissions[0]
    return {
        "submission": latest,
        "next_sentence": next_action(latest),
        # People in progress finish under the version they started.
        "older_version": latest.version.number
        if latest.status in OPEN and latest.version_id != badge_class.current_version_id
        else None,
    }


@register.inclusion_tag("submissions/manage/_same_work.html", takes_context=True)
def same_work(context, submission):
    """The same file or link in what other people sent. Only for pages of coordinators."""
    return {"found": same_elsewhere(submission, by=context["user"])}


@register.inclusion_tag("submissions/_declared.html")
def declared(attempt, version):
    """What the earner declared with this attempt, for people who read its evidence."""
    if not Attempt.statement.is_cached(attempt):
        attempt = Attempt.objects.select_related(*DECLARED).get(pk=attempt.pk)
    return {"version": version, "attempt": attempt}


@register.simple_tag(takes_context=True)
def submissions_of_mine(context, badge_class):
    """The user's submissions of a badge, newest first. A draft has none."""
    user = context["user"]
    if not user.is_authenticated or badge_class.current_version_id is None:
        return []
    found = Submission.objects.latest_of(user, badge_class)
    return list(found.select_related("badge_class", "version"))
