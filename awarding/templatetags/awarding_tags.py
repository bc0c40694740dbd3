from django import template
from django.utils import timezone

from awarding.pathways import operations as pathways
from issuing.models import Assertion

register = template.Library()


@register.simple_tag(takes_context=True)
def pathway_progress(context, pathway):
    """The signed-in user's progress: the steps they hold now, and the award of the pathway."""
    user = context["user"]
    if not user.is_authenticated:
        return None
    steps = [step.badge_class_id for step in pathway.steps.all()]
    held = (
        Assertion.objects.issued().of(user).filter(badge_class__in=[*steps, pathway.badge_class_id])
    )
    awards = {
        award.badge_class_id: award
        for award in held.exclude(expires__lte=timezone.now()).order_by("pk")
    }
    return {
        "held": set(steps) & set(awards),
        "count": len(set(steps) & set(awards)),
        "states": ["met" if step in awards else "open" for step in steps],
        "award": awards.get(pathway.badge_class_id),
    }


@register.simple_tag
def pathway_ends_that_count(award):
    """Awards of pathways in which this award counts as a step."""
    return pathways.pathway_awards_counting(award)
