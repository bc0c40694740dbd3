import math
from decimal import Decimal
from urllib.parse import urlencode

from django import template
from django.utils.formats import number_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from program.markdown import render_markdown

register = template.Library()

KEPT_PIECES_SECONDS = 24 * 60 * 60


@register.filter
def markdown(text):
    """Markdown as safe HTML. Headings start at h3."""
    return mark_safe(render_markdown(text or ""))  # noqa: S308  cleaned by nh3


@register.filter
def art_at(version, width):
    """The URL of a version's art at a width of 96, 192, 288, 400 or 600 pixels."""
    return version.get_art_url().removesuffix(".png") + f"-{width}.webp"


@register.filter
def art_srcset(version):
    """The srcset of a version's art, in all widths."""
    return ", ".join(f"{art_at(version, width)} {width}w" for width in (96, 192, 288, 400, 600))


@register.filter
def piece_seconds(version):
    """How long to keep a piece of a page that shows this version, and nothing else, in a language.

    A published version never changes. A draft does, so nothing of it is kept.
    """
    return KEPT_PIECES_SECONDS if version.published_at else 0


@register.filter
def accepted_kinds(criterion):
    """The translated kinds of evidence that a criterion accepts."""
    kinds = [
        (criterion.accepts_files, _("files")),
        (criterion.accepts_links, _("links")),
        (criterion.accepts_text, _("text")),
        (criterion.asks_questions, _("answers to questions")),
    ]
    return [word for accepted, word in kinds if accepted]


@register.filter
def is_optional(criterion):
    return not criterion.required


@register.simple_tag(takes_context=True)
def without_parameters(context, *names):
    """This page's URL without the named query parameters."""
    query = context["request"].GET.copy()
    for name in names:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else context["request"].path


@register.filter
def rounded_up(value):
    """A whole number with the same plural form: 1.5 hours is plural."""
    return math.ceil(value)


@register.filter
def plain_number(value):
    """A localized decimal without trailing zeros: 3, 2.5, 0.25."""
    value = Decimal(value).normalize()
    return number_format(value, decimal_pos=max(0, -value.as_tuple().exponent))


@register.filter
def as_query(values):
    return urlencode(values)


@register.filter
def kept_art(version):
    """The URL of a draft's art. It changes with the file, so no browser shows an old one."""
    return f"{version.get_art_url()}?w=400&kept={version.image.name[-12:-4]}"
