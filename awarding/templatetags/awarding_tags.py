from django import template
from django.utils import timezone

from awarding.pathways import operations as pathways

register = template.Library()


@register.simple_tag(takes_context=True)
def pathway_progress(context, pathway, awards):
    """The signed-in user's progress: the steps they hold now, and the award of the pathway.

    The pathway comes with its `step_keys`; `awards` are the user's (`awards_of_mine`).
    """
    user, now = context["user"], timezone.now()
    if not user.is_authenticated:
        return None
    steps = pathway.step_keys
    awards = {
        award.badge_class_id: award
        for award in sorted(awards, key=lambda award: award.pk)
        if award.status == award.Status.ISSUED and not (award.expires and award.expires <= now)
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
