"""No log has the address of a request: links that were sent by email have live keys in it."""

from __future__ import annotations

import io
import logging
import re
import runpy
import uuid
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models import IntegerField, Value
from django.db.models.functions import Cast
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from gunicorn.config import Config

from badgeproject.request_logs import RouteLogger, WithoutAddresses
from launcher.application import Application
from launcher.state import State
from tests.factories import UserFactory

ROOT = Path(__file__).parents[2]
SECRET = "s3cretKeyOfALink"
LOG_FILES = ("accesslog", "errorlog")
QUERY = f"token={SECRET}Query&next=/account/password/reset/key/{SECRET}Next/"
VALUES = {
    "uuid": str(uuid.UUID("5ec7e7aa-5ec7-4ec7-8ec7-5ec7e7aa5ec7")),
    "int": "5307531",
    "slug": SECRET,
    "str": SECRET,
    "path": f"{SECRET}/and/more",
}


def every_address(resolver=None, before=""):
    """An address for each route of the URL table, with values that are recognized."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, address_of(route)


def address_of(route: str) -> str:
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda kind: VALUES.get(kind[1] or "str", SECRET), route)
    # Patterns of allauth and the operator's pages are regular expressions.
    route = re.sub(r"\(\?P<\w+>[^()]*\)", SECRET, route)
    return "/" + re.sub(r"\\Z|[\^$?\\]", "", route)


@pytest.fixture
def django_log():
    """What Django writes, by the formatter of our settings."""
    formatter = settings.LOGGING["formatters"]["line"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(WithoutAddresses(formatter["format"], style=formatter["style"]))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def web_log(tmp_path):
    """The logger that gunicorn.conf.py names, with its log format, writing to files."""
    config = Config()
    conf = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    config.set("logger_class", conf["logger_class"])
    config.set("access_log_format", conf["access_log_format"])
    config.set("accesslog", str(tmp_path / "access.log"))
    config.set("errorlog", str(tmp_path / "error.log"))
    config.set("loglevel", "debug")
    logger = config.logger_class(config)
    assert isinstance(logger, RouteLogger)
    yield logger
    for log in (logger.access_log, logger.error_log):
        log.handlers.clear()


def written_by(logger) -> str:
    return "".join(Path(logger.cfg.settings[name].get()).read_text() for name in LOG_FILES)


def write_access(logger, answer):
    environ = answer.wsgi_request.environ | {"RAW_URI": answer.wsgi_request.get_full_path()}
    environ["SERVER_PROTOCOL"] = "HTTP/1.1"
    sent = SimpleNamespace(status=f"{answer.status_code} X", sent=17, headers=answer.headers)
    request = SimpleNamespace(headers=[("REFERER", f"https://x.test/{SECRET}")])
    logger.access(sent, request, environ, timedelta(milliseconds=12))


@pytest.mark.django_db
def test_the_log_of_the_web_server_has_route_status_size_and_time(client, web_log):
    write_access(web_log, client.get(f"/account/password/reset/key/1-{SECRET}/?{QUERY}"))

    assert written_by(web_log) == "GET account_reset_password_from_key 200 17 bytes 12 ms\n"


@pytest.mark.django_db
def test_make_run_does_not_show_its_own_questions_about_health(
    client, web_log, django_log, tmp_path, monkeypatch
):
    # Not healthy yet, as at every start: each question is an error in both logs.
    monkeypatch.setattr("badgeproject.health._status_of", lambda check: "not yet")
    write_access(web_log, client.get("/healthz"))

    web = Application(State(tmp_path), {}).web(listener=9)
    lines = (written_by(web_log) + django_log.getvalue()).splitlines()
    assert [line for line in lines if "healthz 503" in line or "Unavailable" in line] == lines
    assert len(lines) == 2
    assert [line for line in lines if not any(words in line for words in web.ignored_output)] == []


@pytest.mark.long
@pytest.mark.django_db
def test_no_route_is_logged_with_its_values(web_log, django_log):
    UserFactory()
    client = Client(raise_request_exception=False)
    addresses = dict(every_address())
    for address in addresses.values():
        for method in (client.get, client.post):
            write_access(web_log, method(f"{address}?{QUERY}", HTTP_REFERER=f"http://x/{SECRET}"))

    logs = written_by(web_log) + django_log.getvalue()
    assert len(addresses) > 150
    assert logs.count("\n") > 300
    assert "verification:code" in logs
    assert "account_reset_password_from_key" in logs
    assert [line for line in logs.splitlines() if contains_secret(line)] == []


def contains_secret(line: str) -> bool:
    return any(value in line for value in (SECRET, VALUES["uuid"], VALUES["int"]))


@pytest.mark.parametrize(
    "log_format", ["%(r)s %(q)s %(U)s %(f)s", "%({raw_uri}e)s %({referer}i)s", "%({location}o)s"]
)
@pytest.mark.django_db
def test_no_other_log_format_can_bring_the_address_back(client, web_log, log_format):
    web_log.cfg.set("access_log_format", log_format)

    write_access(web_log, client.get(f"/submissions/{VALUES['uuid']}/?{QUERY}"))

    assert set(written_by(web_log).strip()) <= {"-", " "}


def test_the_error_log_of_the_web_server_has_no_addresses(web_log):
    web_log.warning(f"Invalid request from ip=10.0.0.1: Invalid line: 'GET /claim/{SECRET} HTTP/7'")
    web_log.debug("%s %s", "GET", f"/claim/{SECRET}")
    try:
        raise ValueError(f"cannot decode /claim/{SECRET}")
    except ValueError:
        web_log.exception("Error handling request %s", f"/claim/{SECRET}?x=1")

    written = written_by(web_log)
    assert SECRET not in written
    assert "Invalid request from ip=10.0.0.1\n" in written
    assert "ValueError: cannot decode (address)" in written
    assert "test_request_logs.py" in written


@pytest.mark.django_db
def test_a_page_that_is_not_found_is_logged_without_its_address(client, django_log):
    client.get(f"/no/such/page/{SECRET}?{QUERY}")
    client.get(f"/submissions/{VALUES['uuid']}/")
    client.get(f"/verify/codes/{SECRET}/", HTTP_HOST=f"{SECRET}.example.org")

    assert not contains_secret(django_log.getvalue())
    assert "WARNING django.request: Not Found: GET (no route)" in django_log.getvalue()


@pytest.mark.django_db
def test_a_refused_form_is_logged_without_the_page_it_came_from(django_log):
    strict = Client(enforce_csrf_checks=True)

    strict.post(
        f"/account/login/?{QUERY}", secure=True, HTTP_REFERER=f"https://other.test/{SECRET}?a=b"
    )

    assert not contains_secret(django_log.getvalue())
    assert "POST account_login" in django_log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("secret_in", ["duplicate", "row", "statement"])
def test_an_error_of_the_database_is_logged_without_values(django_log, secret_in):
    person = UserFactory(email=f"{SECRET.lower()}@example.org")
    try:
        with transaction.atomic():
            if secret_in == "duplicate":
                UserFactory(email=person.email)
            elif secret_in == "row":
                UserFactory(email=f"{SECRET}@example.org")  # not in lower case
            else:
                type(person).objects.filter(pk=Cast(Value(SECRET), IntegerField())).exists()
    except (IntegrityError, DataError):
        logging.getLogger("some.task").exception("Could not do it")

    written = django_log.getvalue()
    assert "Could not do it" in written
    assert SECRET.lower() not in written.lower()


def test_nothing_mails_requests_to_administrators():
    for name in ("django", "django.request", "django.server", "django.security"):
        handlers = [type(handler).__name__ for handler in logging.getLogger(name).handlers]
        assert "AdminEmailHandler" not in handlers


@pytest.mark.django_db
def test_other_sites_do_not_learn_the_address_of_a_page(client):
    page = client.get(f"/account/password/reset/key/1-{SECRET}/", follow=True)

    assert page.headers["Referrer-Policy"] == "same-origin"
