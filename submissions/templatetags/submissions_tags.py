from django import template
from django.urls import reverse

from submissions.models import Submission
from submissions.permissions import can_start
from submissions.states import OPEN
from submissions.timeline import next_action

register = template.Library()


@register.inclusion_tag("submissions/_start_button.html", takes_context=True)
def start_button(context, badge_class, *, renewing=False):
    """The button that starts the badge, continues the draft or shows the submission.

    `renewing` means that the user has earned the badge and can renew it now.
    """
    user = context["user"]
    latest = _latest(user, badge_class)
    return {
        "badge_class": badge_class,
        "submission": latest,
        "renewing": renewing,
        "is_signed_in": user.is_authenticated,
        "is_open": badge_class.status == badge_class.Status.PUBLISHED,
        "can_start": can_start(user, badge_class),
        "start_url": reverse("submissions:start", args=[badge_class.slug]),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("submissions/_my_progress.html", takes_context=True)
def my_progress(context, badge_class):
    """The status of the user's latest submission for a badge; nothing without one."""
    latest = _latest(context["user"], badge_class)
    if latest is None:
        return {"submission": None}
    return {
        "submission": latest,
        "next_sentence": next_action(latest),
        # People in progress finish under the version they started.
        "older_version": latest.version.number
        if latest.status in OPEN and latest.version_id != badge_class.current_version_id
        else None,
    }


def _latest(user, badge_class):
    if not user.is_authenticated:
        return None
    return (
        Submission.objects.latest_of(user, badge_class)
        .select_related("badge_class", "version")
        .first()
    )
