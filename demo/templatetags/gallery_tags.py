from django import template
from django.template.loader import render_to_string

register = template.Library()


@register.simple_tag
def component(name, sample):
    """The component `templates/components/<name>.html`, filled with the values of one sample."""
    return render_to_string(f"components/{name}.html", sample)
