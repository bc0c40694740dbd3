from django import template

from papers.forms import PaperForm

register = template.Library()


@register.simple_tag
def paper_form():
    """The paper choices for pages that offer a certificate."""
    return PaperForm()
