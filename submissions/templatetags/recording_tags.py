from django import template

from submissions.media.names import length
from submissions.media.offering import words_about as words

register = template.Library()


@register.filter
def words_about(upload) -> str:
    """How far a recording on its way is."""
    return words(upload)


@register.filter
def length_of_play(seconds) -> str:
    """4:07"""
    return length(seconds)
