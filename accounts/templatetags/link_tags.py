from django import template

from accounts.links.operations import unused_accounts
from accounts.models import AccountLink, User

register = template.Library()


@register.simple_tag(takes_context=True)
def addresses_of_other_accounts(context):
    """Those of the user's addresses that another account signs in with, or was invited by."""
    own = context["user"].emailaddress_set.filter(verified=True).values("email")
    others = User.objects.filter(email__in=own).exclude(pk=context["user"].pk)
    return set(others.values_list("email", flat=True))


@register.inclusion_tag("accounts/_links.html", takes_context=True)
def links_of_mine(context):
    """What was joined with the user's account, and what they can join again."""
    user = context["user"]
    links = AccountLink.objects.of_person(user).select_related("account", "main", "linked_by")
    confirmed = user.emailaddress_set.filter(verified=True).values("email")
    apart = unused_accounts(confirmed).filter(linked_to=None).exclude(pk=user.pk)
    return {"links": list(links), "apart": list(apart)}
