from django import template

from office import menu

register = template.Library()


@register.inclusion_tag("office/_menu.html", takes_context=True)
def site_menu(context: dict) -> dict:
    """The public links, and below them what is the person's own and what is the program's.

    Pages of errors have no user, and sometimes no request.
    """
    request, user = context.get("request"), context.get("user")
    path = request.path if request else ""
    return {
        "public": menu.public_links(path),
        "groups": menu.own_groups(user, path) if user else [],
    }
