from django import template

from papers.forms import PaperForm

register = template.Library()


@register.simple_tag
def paper_form():
    """The choices of a certificate's paper, for the page that offers to print it."""
    return PaperForm()
