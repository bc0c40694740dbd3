from django import template

from accounts.links.operations import unused_accounts
from accounts.models import AccountLink

register = template.Library()


@register.inclusion_tag("accounts/_links.html", takes_context=True)
def links_of_mine(context):
    """What was joined with the user's account, and what they can join again."""
    user = context["user"]
    links = AccountLink.objects.of_person(user).select_related("account", "main", "linked_by")
    confirmed = user.emailaddress_set.filter(verified=True).values("email")
    apart = unused_accounts(confirmed).filter(linked_to=None).exclude(pk=user.pk)
    return {"links": list(links), "apart": list(apart)}
