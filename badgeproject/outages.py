"""What a person or a program reads when PostgreSQL can't do its work for the moment.

A full disk, too many connections, a restart, a standby that only reads, a deadlock: the request
fails, and trying again later is right. The pages are rendered without the database.
"""

from __future__ import annotations

import logging
import re
from enum import Enum

from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from psycopg2 import Error as DriverError

from badgeproject.request_logs import route_of
from badgeproject.typed import typed_text

log = logging.getLogger(__name__)

# The classes and codes of PostgreSQL's Appendix A after which the same request may succeed.
# 08 connection, 53 no resources (disk, memory, connections), 58 system; a canceled statement,
# a shutdown, a standby, serialization, deadlock, lock not available.
MAY_SUCCEED_LATER = re.compile(r"08|53|58|57014|57P|25006|40001|40P01|55P03")
MAY_SUCCEED_AT_ONCE = re.compile(r"40001|40P01|55P03")
LOST_CONNECTION = re.compile(r"08|57P")

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|WITH)\b", re.IGNORECASE)
# Rows that nobody typed: they say which stored files may be deleted, and who is signed in.
NOT_TYPED = re.compile(r'\s*\w+( INTO| FROM)? "(audit_unwantedfile|django_session)"')


class Saved(Enum):
    """What is known of the request's changes when it fails."""

    NOTHING = "nothing"
    PERHAPS = "perhaps"


class Changes:
    """What the statements of one request have changed for good."""

    def __init__(self) -> None:
        self._has_written = self._has_committed = self._statement_failed = False

    def watch(self, execute, sql, params, many, context):
        """For `connection.execute_wrapper`."""
        self._statement_failed = True
        result = execute(sql, params, many, context)
        self._statement_failed = False
        if WRITES.match(sql) and not NOT_TYPED.match(sql):
            self._has_written = True
            self._note_commit(context["connection"])
        return result

    def saved(self, error: BaseException) -> Saved:
        """If the connection is lost during a commit, nobody here knows whether it succeeded."""
        during_commit = self._has_written and not self._statement_failed
        if self._has_committed or (during_commit and LOST_CONNECTION.match(_code(error) or "08")):
            return Saved.PERHAPS
        return Saved.NOTHING

    def _note_commit(self, database) -> None:
        if not database.in_atomic_block:
            self._has_committed = True
        elif all(waiting[1] != self._commit for waiting in database.run_on_commit):
            database.on_commit(self._commit)

    def _commit(self) -> None:
        self._has_committed = True


def watch_changes(get_response):
    """Middleware: notes what a request saves, so that a page about an outage tells the truth.

    Errors in views are answered here; those in other middleware reach `errors.server_error`.
    """

    def middleware(request):
        request.changes = Changes()
        with connection.execute_wrapper(request.changes.watch):
            return get_response(request)

    def process_exception(request, exception):
        return outage_response(request, exception)

    middleware.process_exception = process_exception
    return middleware


def outage_response(request, error: BaseException | None) -> HttpResponse | None:
    """The answer to a request that failed because of the database's state; None otherwise."""
    cause = _outage(error)
    if cause is None:
        return None
    log.error("The database could not serve %s: %s", route_of(request), cause, exc_info=error)
    code = _code(cause) or ""
    at_once = bool(MAY_SUCCEED_AT_ONCE.match(code))
    changes = getattr(request, "changes", None) or Changes()
    if answers_program(request):
        response = JsonResponse({"error": _sentence_for_programs(at_once)}, status=503)
    else:
        sent = request.method not in {"GET", "HEAD"}
        saved = changes.saved(cause)
        context = {
            "title": _title(sent, saved),
            "sent": sent,
            "saved": saved.value,
            "at_once": at_once,
            "typed": typed_text(request) if sent else [],
        }
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = "1" if at_once else "60"
    response["Cache-Control"] = "no-store"
    return response


def answers_program(request) -> bool:
    """Whether a program is waiting for the answer: by the view, the address or what it accepts."""
    accept = request.headers.get("Accept", "")
    if "text/html" in accept:
        return False
    if request.path.endswith(".json") or "json" in accept:
        return True
    try:
        view = (request.resolver_match or resolve(request.path_info)).func
    except Resolver404:
        return False
    return getattr(view, "answers_programs", False)


def _title(sent: bool, saved: Saved) -> str:
    if not sent:
        return _("We can’t show this page at the moment")
    if saved is Saved.PERHAPS:
        return _("Please check what was saved")
    return _("Nothing was saved")


def _sentence_for_programs(at_once: bool) -> str:
    if at_once:
        return _("Something else was saved at the same moment. Send it again.")
    return _("The database is not available at the moment. Send it again in a minute.")


def _outage(error: BaseException | None) -> BaseException | None:
    """The database error behind this one, if the request may succeed later."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, Error | DriverError):
            code = _code(error)
            if code is not None and MAY_SUCCEED_LATER.match(code):
                return error
            if code is None and _is_about_connection(error):
                return error
        error = error.__cause__ or error.__context__
    return None


def _code(error: BaseException) -> str | None:
    """PostgreSQL's SQLSTATE; None if the server did not answer, or the error is not its own."""
    driver_error = error if isinstance(error, DriverError) else error.__cause__
    return getattr(driver_error, "pgcode", None)


def _is_about_connection(error: BaseException) -> bool:
    """Without a code: no server, a refused or a lost connection."""
    return type(error).__name__ in {"OperationalError", "InterfaceError"}
