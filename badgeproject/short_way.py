"""Answers public documents before the middleware that only pages for people need.

A verifier brings no session, language or form, and asks for one row. This is the outermost
middleware. It knows the routes of DOCUMENT_URLCONF and sends the same security headers as every
other answer. Whatever is unusual (another method, a draft, a browser that wants the page, an
unknown host) goes the ordinary way: docs/adr/0045-the-short-way.md.
"""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import ResponseHeaders
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, URLPattern
from django.utils import translation

from badgeproject.outages import outage_response
from badgeproject.request_logs import ROUTE

METHODS = {"GET", "HEAD"}


def answer_public_documents(get_response):
    """Middleware: the short way, and the ordinary one for everything else."""
    routes = _routes_by_folder(import_module(settings.DOCUMENT_URLCONF).urlpatterns)
    headers = {secure: _security_headers(secure=secure)._store for secure in (False, True)}

    def middleware(request):
        response = None
        if request.method in METHODS and (match := _match(request.path_info, routes)):
            response = _answer(request, match)
        if response is None:
            response = get_response(request)
        else:
            # They are checked and encoded already, which takes half the time of all headers.
            own = response.headers._store
            response.headers._store = {**headers[request.is_secure()], **own}
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        if request.method == "HEAD":
            _take_body_away(response)
        return response

    return middleware


def _take_body_away(response: HttpResponse) -> None:
    """For HEAD. Its headers stay. gunicorn would do the same with a warning for each answer."""
    if response.streaming:
        response.streaming_content = ()
    else:
        response.content = b""


def _routes_by_folder(included) -> dict[str, list[tuple[URLPattern, str]]]:
    """The routes and their namespaces by the first folder: few are then left to compare."""
    routes = defaultdict(list)
    for part in included:
        for route in part.url_patterns:
            routes[str(route.pattern).partition("/")[0]].append((route, part.namespace))
    return dict(routes)


def _match(path: str, routes: dict[str, list[tuple[URLPattern, str]]]) -> ResolverMatch | None:
    """As Django's resolver finds it, which looks through all routes of both levels."""
    path = path.removeprefix("/")
    for route, namespace in routes.get(path.partition("/")[0], ()):
        if match := route.resolve(path):
            match.namespace, match.namespaces = namespace, [namespace]
            match.view_name = f"{namespace}:{match.view_name}"
            return match
    return None


def _answer(request: HttpRequest, match: ResolverMatch) -> HttpResponse | None:
    """None if the request has to go the ordinary way."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    try:
        request.get_host()
    except DisallowedHost:
        return None
    request.resolver_match = match
    # The words of a document don't follow the person who was here before.
    translation.activate(settings.LANGUAGE_CODE)
    try:
        response = match.func.public(request, *match.args, **match.kwargs)
    except Http404:
        return None
    except Error as error:
        if (response := outage_response(request, error)) is None:
            raise
    request.environ[ROUTE] = match.view_name
    return response


def _security_headers(*, secure: bool) -> ResponseHeaders:
    """What the middleware of pages adds to every answer."""
    request, response = HttpRequest(), HttpResponse()
    request.META = {"wsgi.url_scheme": "https" if secure else "http"}
    request._get_scheme = lambda: request.META["wsgi.url_scheme"]
    for middleware in (SecurityMiddleware, XFrameOptionsMiddleware, CSPMiddleware):
        middleware(lambda request: response).process_response(request, response)
    del response.headers["Content-Type"]
    return response.headers
