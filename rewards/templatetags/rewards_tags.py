from django import template

from rewards.models import Sponsor

register = template.Library()


@register.inclusion_tag("rewards/_sponsors.html")
def sponsors():
    """Those who give to the program now, in the order the coordinators chose."""
    return {"sponsors": Sponsor.objects.current()}
