from django import template

from mailings.lists.forms import SignUpForm

register = template.Library()


@register.inclusion_tag("mailings/_sign_up.html")
def sign_up_for_lists():
    """The form for the lists that anybody may join; nothing while there is no such list."""
    return {"form": SignUpForm(auto_id="lists-%s")}
