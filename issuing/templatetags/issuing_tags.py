from django import template
from django.utils import timezone

from issuing.models import Assertion

register = template.Library()


@register.simple_tag
def holders_count(badge_class):
    """How many people hold the badge today."""
    return Assertion.objects.issued().filter(badge_class=badge_class).count()


@register.simple_tag(takes_context=True)
def award_of_mine(context, badge_class):
    """The badge as this person holds it today, if they do."""
    user = context["user"]
    if not user.is_authenticated:
        return None
    return Assertion.objects.issued().of(user).filter(badge_class=badge_class).first()


@register.inclusion_tag("issuing/_award_progress.html")
def award_progress(submission):
    """What became of an approved submission: waiting until when, issued, revoked."""
    award = Assertion.objects.filter(submission=submission).select_related("version").first()
    return {"award": award, "now": timezone.now()}
