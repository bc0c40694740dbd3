import math
from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.utils.formats import number_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from catalog.markdown import render_markdown

register = template.Library()


@register.filter
def markdown(text):
    """What people wrote in Markdown, as clean HTML; headings begin at h3."""
    return mark_safe(render_markdown(text or ""))  # noqa: S308  cleaned by nh3


@register.filter
def art_at(version, width):
    """The address of a version's art at one of the widths that are kept: 96, 192 or 400."""
    return f"{version.get_art_url()}?w={width}"


@register.filter
def art_srcset(version):
    """The widths of a version's art between which a browser may choose."""
    return ", ".join(f"{art_at(version, width)} {width}w" for width in (96, 192, 400))


@register.filter
def accepted_kinds(criterion):
    """The kinds of evidence a criterion takes, in words."""
    kinds = [
        (criterion.accepts_files, _("files")),
        (criterion.accepts_links, _("links")),
        (criterion.accepts_text, _("text")),
    ]
    return [word for accepted, word in kinds if accepted]


@register.filter
def is_optional(criterion):
    return not criterion.required


@register.simple_tag(takes_context=True)
def without_parameters(context, *names):
    """This page's address without some of its parameters."""
    query = context["request"].GET.copy()
    for name in names:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else context["request"].path


@register.filter
def rounded_up(value):
    """A whole number that takes the same plural: 1.5 hours are hours."""
    return math.ceil(value)


@register.filter
def plain_number(value):
    """A decimal as people write it: 3, 2.5, 0.25, with the decimal sign of their language."""
    value = Decimal(value).normalize()
    return number_format(value, decimal_pos=max(0, -value.as_tuple().exponent))


@register.filter
def as_query(values):
    return urlencode(values)


@register.filter
def kept_art(version):
    """A draft's art, at an address that changes with it: browsers keep what they have seen."""
    return f"{version.get_art_url()}?w=400&kept={version.image.name[-12:-4]}"
