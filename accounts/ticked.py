"""The people who were ticked on a page."""

from __future__ import annotations

from django.http import HttpRequest


def ticked_people(request: HttpRequest, *, most: int) -> list[int]:
    """Their keys. What can be no key is left out, however long it is."""
    typed = request.POST.getlist("people")[:most]
    return [int(key) for key in typed if key.isascii() and key.isdecimal() and len(key) < 19]
