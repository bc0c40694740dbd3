"""The office that runs the program: whom people ask, and who reads answers to its emails.

`{% program_office %}` is in every template.
"""

from __future__ import annotations

from email.utils import parseaddr

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def program_office() -> str:
    """“Juniper County Office of Education (badges@juniper.example)”, as PROGRAM_OFFICE says."""
    name, address = parseaddr(settings.PROGRAM_OFFICE)
    if name and address:
        return f"{name} ({address})"
    return name or address or _("the program office")
