"""The program and its office, in every template of pages and emails."""

from __future__ import annotations

from email.utils import parseaddr

from django import template
from django.conf import settings
from django.db import DatabaseError
from django.utils.safestring import SafeString, mark_safe

from program.current import current
from program.markdown import render_markdown
from program.models import Program
from program.pages import PageLink, links_to_pages

register = template.Library()


@register.simple_tag(takes_context=True)
def get_program(context: template.Context) -> Program:
    """`{% get_program as program %}`; written out, it is the program's name."""
    request = context.get("request")
    if request and settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user"):
        # The account is read anyway, and brings the program along.
        request.user.is_authenticated  # noqa: B018
    return current()


@register.simple_tag
def own_pages(program: Program) -> list[PageLink]:
    return links_to_pages(program)


@register.simple_tag
def program_office() -> str:
    """“Juniper County Office of Education (badges@juniper.example)”.

    Also on pages that say that the database does not answer.
    """
    try:
        return current().office
    except DatabaseError:
        office_name, office_email = parseaddr(settings.PROGRAM_OFFICE)
        return Program(office_name=office_name, office_email=office_email).office


@register.filter
def as_page(text: object) -> SafeString:
    """Markdown of a page that has nothing else below its h1."""
    return mark_safe(render_markdown(str(text or ""), is_whole_page=True))  # noqa: S308


@register.filter
def as_markdown(text: object) -> SafeString:
    """Markdown as safe HTML. Headings start at h3."""
    return mark_safe(render_markdown(str(text or "")))  # noqa: S308  cleaned by nh3
