"""Error pages that explain what to do next."""

import logging
import sys

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from audit.moves import TransitionNotAllowed
from badgeproject.outages import answers_program, outage_response
from badgeproject.request_logs import route_of
from badgeproject.typed import typed_text

log = logging.getLogger(__name__)


def csrf_failure(request, reason=""):
    """Explain what to do when the form was open too long, or cookies are off."""
    return render(request, "403_csrf.html", {"typed": typed_text(request)}, status=403)


@requires_csrf_token
def bad_request(request, exception):
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    # Django calls it a bad request when the database could not store a session.
    if isinstance(exception, SessionInterrupted) and (
        outage := outage_response(request, exception)
    ):
        return outage
    return render(request, "400.html", status=400)


def explain_method_not_allowed(get_response):
    """Show a page instead of a bare 405, for example when sign-in leads back to a POST-only URL."""

    def middleware(request):
        response = get_response(request)
        opened = request.method in {"GET", "HEAD"} and request.accepts("text/html")
        if opened and isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware


def explain_refused_moves(get_response):
    """Two people decided at the same moment: the second one reads it, whatever the page.

    Views catch `TransitionNotAllowed` where they can say more, and keep the form. A record that
    was there when the view looked and is gone under the lock has been deleted meanwhile.
    """

    def process_exception(request, exception):
        is_gone = request.method == "POST" and isinstance(exception, ObjectDoesNotExist)
        if not is_gone and not isinstance(exception, TransitionNotAllowed):
            return None
        log.warning("Refused at %s: %r", route_of(request), exception, exc_info=exception)
        if answers_program(request):
            message = _("Something else changed this at the same time. Nothing was saved.")
            return JsonResponse({"error": message}, status=409)
        return render(request, "409.html", {"typed": typed_text(request)}, status=409)

    def middleware(request):
        return get_response(request)

    middleware.process_exception = process_exception
    return middleware


def server_error(request):
    """Render without the database, which may be the cause of the error."""
    if outage := outage_response(request, sys.exc_info()[1]):
        return outage
    if answers_program(request):
        message = _("Something went wrong on our side. Try again in a minute.")
        return JsonResponse({"error": message}, status=500)
    try:
        page = render_to_string("500.html", {"title": _("Something went wrong on our side")})
    except Exception:
        page = "<!doctype html><title>Error</title><h1>Something went wrong on our side.</h1>"
    return HttpResponse(page, status=500)
