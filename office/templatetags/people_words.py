from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from office.people.email_words import words_for

register = template.Library()


@register.filter
def breaking_at_sign(address: str) -> str | SafeString:
    """An address that breaks before its “@”, where a column is too narrow for all of it."""
    name, at, domain = address.partition("@")
    return format_html("{}<wbr>@{}", name, domain) if at else address


@register.filter
def email_words(kind: str) -> str:
    return words_for(kind)
