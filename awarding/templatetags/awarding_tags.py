from django import template
from django.utils import timezone

from awarding.pathways import operations as pathways
from issuing.models import Assertion

register = template.Library()


@register.simple_tag(takes_context=True)
def pathway_progress(context, pathway):
    """How far this person has come: which steps they hold today, and the badge at the end."""
    user = context["user"]
    if not user.is_authenticated:
        return None
    steps = [step.badge_class_id for step in pathway.steps.all()]
    mine = (
        Assertion.objects.issued().of(user).filter(badge_class__in=[*steps, pathway.badge_class_id])
    )
    awards = {
        award.badge_class_id: award
        for award in mine.exclude(expires__lte=timezone.now()).order_by("pk")
    }
    return {
        "held": set(steps) & set(awards),
        "count": len(set(steps) & set(awards)),
        "states": ["met" if step in awards else "open" for step in steps],
        "award": awards.get(pathway.badge_class_id),
    }


@register.simple_tag
def pathway_ends_that_count(award):
    """Badges at the end of pathways that this award helped to earn."""
    return pathways.ends_counting(award)
