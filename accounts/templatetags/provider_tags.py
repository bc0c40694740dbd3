from django import template

from accounts.providers.finding import open_providers

register = template.Library()
FEW = 3


@register.simple_tag
def few_providers():
    """All providers, if they are so few that each has its button; otherwise none."""
    found = list(open_providers()[: FEW + 1])
    return found if len(found) <= FEW else []
