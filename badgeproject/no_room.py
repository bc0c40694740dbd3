"""The answer when there is no room for a sent file: a page that gives back what was typed.

A database without room is `badgeproject.outages`.
"""

from __future__ import annotations

import errno
import logging

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from audit.file_storage import NO_ROOM, NotStored
from badgeproject.request_logs import route_of
from badgeproject.typed import typed_text

log = logging.getLogger(__name__)

_CODES = {errno.ENOSPC, errno.EDQUOT}


class NoRoomMiddleware:
    """For every page that doesn't answer itself, as the evidence page does."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # The view would take the file for missing. Views that are exempt from the check of forms
        # set their own limits first, and answer themselves.
        if getattr(view, "csrf_exempt", False) or request.method != "POST":
            return None
        if request.POST is not None and getattr(request, "no_room", None):
            return _page(request)
        return None

    def process_exception(self, request, exception):
        if not _is_no_room(exception):
            return None
        log.error("No room to store what was sent to %s", route_of(request), exc_info=exception)
        return _page(request)


def _is_no_room(exception: Exception) -> bool:
    return isinstance(exception, NotStored) or getattr(exception, "errno", None) in _CODES


def _page(request) -> HttpResponse:
    if not request.accepts("text/html"):
        return JsonResponse({}, status=NO_ROOM)
    # Without the database, which may be full, too.
    context = {"title": _("There is no room to save this"), "typed": typed_text(request)}
    return HttpResponse(render_to_string("507.html", context), status=NO_ROOM)
