from django import template

from office.people.email_words import words_for

register = template.Library()


@register.filter
def email_words(kind: str) -> str:
    return words_for(kind)
