"""Logs name the route of a request, never its address, which may hold a live key or code.

Links to reset a password, confirm an address or claim a badge work for anyone who has them, so
none of them may be in a log: docs/adr/0039-sign-in-limits-and-logs.md.
"""

from __future__ import annotations

import logging
import re
import traceback
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from gunicorn.glogging import Logger

# Where the middleware leaves the route for the web server.
ROUTE = "badgeproject.route"
NO_ROUTE = "(no route)"
ADDRESS = "(address)"
VALUE = "(value)"
# Shorter values, such as the number of a page, are not secrets, and are parts of other words.
SHORTEST_SECRET = 4

_LOOKS_LIKE_AN_ADDRESS = re.compile(r"[^\s'\"]*[/?][^\s'\"]*")
_DETAIL_OF_POSTGRES = re.compile(
    r'(?<=\)=)\(.*\)|(?<=Failing row contains ).*|(?<=^LINE ).*|(?<=: )"[^"]*"', re.MULTILINE
)
# The first word of each record that gunicorn writes about a request that it could not handle.
_INVALID_REQUEST = re.compile(r"(Invalid request from ip=[^\s:]*):.*", re.DOTALL)


def name_route_for_logs(get_response):
    """Middleware: leave the route of the request where the web server's log finds it."""

    def middleware(request):
        response = get_response(request)
        request.environ[ROUTE] = route_of(request)
        return response

    return middleware


def route_of(request: HttpRequest) -> str:
    """The name of the route, such as "submissions:detail", without its arguments."""
    return request.resolver_match.view_name if request.resolver_match else NO_ROUTE


class RouteLogger(Logger):
    """gunicorn's logger, in which a request is its method and route, whatever the log format."""

    def atoms(self, resp: Any, req: Any, environ: dict, request_time: timedelta) -> dict:
        status = str(resp.status).split(None, 1)[0]
        return {
            "m": environ.get("REQUEST_METHOD"),
            "route": environ.get(ROUTE, NO_ROUTE),
            "s": status,
            "B": getattr(resp, "sent", None),
            "M": int(request_time.total_seconds() * 1000),
            "t": self.now(),
        }

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            formatter = handler.formatter
            if formatter and not isinstance(formatter, WithoutAddresses):
                handler.setFormatter(WithoutAddresses(formatter._fmt, formatter.datefmt))

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().warning(_INVALID_REQUEST.sub(r"\1", str(msg)), *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().exception(msg, *map(without_addresses, args), **kwargs)

    def debug(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().debug(without_addresses(msg), *map(without_addresses, args), **kwargs)


class WithoutAddresses(logging.Formatter):
    """Format a record without the address of its request and the values in it.

    Records of Django name the request, so it is known what to remove. In the messages of exceptions
    everything that looks like an address goes, and the values that PostgreSQL quotes.
    """

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        cleaned = logging.makeLogRecord(record.__dict__)
        cleaned.exc_text = None  # another formatter may have kept its own text here
        if not isinstance(request, HttpRequest):
            return super().format(cleaned)
        secrets = sorted(_values_of(request), key=len, reverse=True)
        words = _hide(secrets, without_addresses(record.getMessage()))
        words = words.removesuffix(ADDRESS).rstrip()
        cleaned.msg, cleaned.args = f"{words} {request.method} {route_of(request)}", None
        if record.exc_info:
            cleaned.exc_text = _hide(secrets, self.formatException(record.exc_info))
        return super().format(cleaned)

    def formatException(self, ei) -> str:
        lines = "".join(traceback.format_exception(*ei)).rstrip("\n").split("\n")
        # Lines of code are indented and have no values. The others are messages.
        return "\n".join(
            line if line.startswith("  ") else without_addresses(line) for line in lines
        )


def without_addresses(words: Any) -> Any:
    """The text without addresses and quoted values. Anything but text is returned as it is."""
    if isinstance(words, Exception):
        words = str(words)
    if not isinstance(words, str):
        return words
    without = _LOOKS_LIKE_AN_ADDRESS.sub(ADDRESS, words)
    return _DETAIL_OF_POSTGRES.sub(VALUE, without)


def _values_of(request: HttpRequest) -> set[str]:
    """What the address of the request contains, as it was typed and as the view gets it."""
    found = {request.path, request.META.get("QUERY_STRING", "")}
    for _name, values in request.GET.lists():
        found.update(values)
    if request.resolver_match:
        found.update(map(str, request.resolver_match.kwargs.values()))
        found.update(map(str, request.resolver_match.args))
    else:
        found.update(request.path.split("/"))
    return {value for value in found if len(value) >= SHORTEST_SECRET}


def _hide(secrets: list[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, VALUE)
    return text
