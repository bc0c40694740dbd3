"""Error pages that explain what to do next."""

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token


def csrf_failure(request, reason=""):
    """Explain what to do when the form was open too long, or cookies are off."""
    return render(request, "403_csrf.html", {"typed": typed_text(request)}, status=403)


def typed_text(request) -> list[str]:
    """The text typed into a form that was not accepted, so that it can be shown and copied.

    Only values of several words, and links: nothing that a form contains without being typed.
    """
    try:
        fields = list(request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError):
        return []
    return [
        value
        for name, values in fields
        for value in values
        if "password" not in name and (len(value.split()) > 1 or "://" in value)
    ]


@requires_csrf_token
def bad_request(request, exception):
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
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


def server_error(request):
    """Render without the database, which may be the cause of the error."""
    try:
        page = render_to_string("500.html")
    except Exception:
        page = "<!doctype html><title>Error</title><h1>Something went wrong on our side.</h1>"
    return HttpResponse(page, status=500)
