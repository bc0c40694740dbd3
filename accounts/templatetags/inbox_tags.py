from django import template

from accounts.inbox.theirs import messages_of

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_messages(context) -> int:
    """How many messages the person of this page has not opened yet."""
    return messages_of(context["user"]).unread().count()
