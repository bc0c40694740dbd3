"""Public documents are answered before the middleware of pages, with the same protection."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from wsgiref.util import FileWrapper

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from badgeproject import document_urls
from catalog import operations as catalog
from issuing.models import IssuerKey, StatusList
from postgres.prebuilt_query import PrebuiltQuery
from tests.factories import DraftBadgeFactory, UserFactory, coordinator_for
from tests.issuing.awards import issued_award, revoked_award

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
ORDINARY_WAY = [name for name in settings.MIDDLEWARE if "short_way" not in name]
# What only pages need.
OF_PAGES = {"Content-Language", "Set-Cookie"}


@pytest.fixture
def award():
    return issued_award()


@pytest.fixture
def documents(award):
    """The address of each kind of document and picture, by the name of its route."""
    issuer, version = award.badge_class.issuer, award.version
    # Without https an issuer is its first key of Ed25519 (did:key).
    key = issuer.keys.filter(kind=IssuerKey.Kind.ED25519).earliest("pk")
    return {
        "assertion": f"/assertions/{award.public_id}",
        "baked": f"/assertions/{award.public_id}/badge.png",
        "badge_class": f"/badge-classes/{version.public_id}",
        "issuer": f"/issuers/{issuer.public_id}",
        "credential": f"/credentials/{award.public_id}",
        "credential_jwt": f"/credentials/{award.public_id}.jwt",
        "status_list": f"/status-lists/{StatusList.objects.get().public_id}",
        "did": f"/issuers/{issuer.public_id}/did.json",
        "key": f"/issuers/{issuer.public_id}/keys/{key.fragment}",
        "jwks": f"/issuers/{issuer.public_id}/jwks.json",
        "all_jwks": "/.well-known/jwks.json",
        "art": version.get_art_url(),
        "card": f"{award.get_absolute_url()}card.png",
    }


def body_of(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def test_every_document_has_the_headers_that_it_has_on_the_ordinary_way(
    client, documents, settings
):
    short = {name: client.get(address) for name, address in documents.items()}
    settings.MIDDLEWARE = ORDINARY_WAY
    ordinary = {name: Client().get(address) for name, address in documents.items()}

    for name in documents:
        assert short[name].status_code == 200, name
        assert body_of(short[name]) == body_of(ordinary[name]), name
        expected = {k: v for k, v in ordinary[name].headers.items() if k not in OF_PAGES}
        vary = {part.strip() for part in expected.pop("Vary", "").split(",")}
        found = dict(short[name].headers)
        assert {part for part in found.pop("Vary", "").split(", ") if part} == vary - {
            "",
            "Accept-Language",
            "Accept-Encoding",
        }
        assert found == expected, name


def test_a_secure_site_sends_the_headers_of_a_secure_site(client, documents, settings):
    settings.SECURE_HSTS_SECONDS = 3600

    for address in documents.values():
        answer = client.get(address, secure=True)

        assert answer.headers["Strict-Transport-Security"] == "max-age=3600"


def test_documents_are_not_sent_over_an_insecure_connection(client, documents, settings):
    settings.SECURE_SSL_REDIRECT = True

    for address in documents.values():
        assert client.get(address).status_code == 301
        assert client.get(address, secure=True).status_code == 200


def test_an_unknown_host_is_refused(client, documents):
    for address in documents.values():
        assert client.get(address, headers={"host": "evil.example"}).status_code == 400


def test_nobodys_session_or_language_changes_a_document(client, documents):
    alone = {name: body_of(client.get(address)) for name, address in documents.items()}
    client.force_login(UserFactory())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    assert "Salir" in client.get("/", headers={"accept-language": "es"}).content.decode()

    for name, address in documents.items():
        answer = client.get(address, headers={"accept-language": "es"})

        assert body_of(answer) == alone[name], name
        assert not answer.cookies, name
        assert not {"Cookie", "Accept-Language"} & set(answer.headers.get("Vary", "").split(", "))


def test_a_document_is_one_query_of_no_session(client, documents):
    for address in documents.values():
        client.get(address)  # prepares its statements
    client.force_login(UserFactory())

    counted = {}
    for name in ("assertion", "credential", "credential_jwt", "baked", "art"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(documents[name])
        counted[name] = len(queries)

    assert counted == dict.fromkeys(counted, 1)


@pytest.mark.parametrize("name", ["badge_class", "issuer"])
def test_a_browser_gets_the_page(client, documents, name):
    answer = client.get(documents[name], headers={"accept": BROWSER})

    assert "</html>" in answer.content.decode()


def test_the_art_of_a_draft_is_for_its_coordinators(client):
    draft = DraftBadgeFactory().versions.get()
    catalog.upload_art(draft, draft.image.read(), alt="Art")
    address = draft.get_art_url()

    assert client.get(address).status_code == 404
    client.force_login(coordinator_for(draft.badge_class))
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_what_changes_nothing_is_all_that_is_allowed(client, documents):
    for address in documents.values():
        assert client.post(address).status_code == 405
        assert client.options(address).status_code == 204


def test_head_is_answered_without_a_body(documents, rf):
    for address in (*documents.values(), "/", "/no-such-page"):
        answers = [_as_a_server_gets_it(rf.generic(how, address)) for how in ("GET", "HEAD")]

        (status, headers, body), (*of_head, nothing) = answers
        assert body, address
        assert (of_head, nothing) == ([status, headers], b""), address
        assert headers["Content-Length"] == str(len(body)), address


def _as_a_server_gets_it(request) -> tuple[str, dict[str, str], bytes]:
    started = []
    environ = {**request.environ, "wsgi.file_wrapper": FileWrapper}
    parts = WSGIHandler()(environ, lambda *start: started.append(start))
    try:
        body = b"".join(parts)
    finally:
        parts.close()
    [(status, headers)] = started
    return status, dict(headers), body


def test_a_revocation_is_told_at_once(client):
    award = revoked_award()

    for address in ("", "/badge.png"):
        assert client.get(f"/assertions/{award.public_id}{address}").status_code == 410
    assert client.get(f"/credentials/{award.public_id}").status_code == 410


def test_without_its_database_a_document_is_asked_for_again(client, documents, monkeypatch):
    def refuse(query, connection, public_id):
        raise OperationalError("connection refused")

    monkeypatch.setattr(PrebuiltQuery, "_rows", refuse)
    answer = client.get(documents["assertion"])

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "error" in answer.json()


@pytest.mark.django_db(transaction=True)
def test_a_process_keeps_nothing_of_a_database_that_was_emptied(client):
    """`make demo` does that while the program runs. Primary keys begin again with 1."""
    for _ in range(2):
        call_command("flush", interactive=False, verbosity=0)
        award = issued_award()
        version = award.version.public_id
        key = award.badge_class.issuer.keys.get(kind=IssuerKey.Kind.ED25519).fragment

        badge_class = client.get(f"/badge-classes/{version}").json()
        jwks = client.get("/.well-known/jwks.json").json()["keys"]
        jwt = client.get(f"/credentials/{award.public_id}.jwt").text

        assert badge_class["id"].endswith(str(version))
        assert [jwk["kid"] for jwk in jwks] == [f"did:key:{key}#{key}"]
        header = jwt.partition(".")[0]
        assert json.loads(urlsafe_b64decode(header + "=="))["kid"] == jwks[0]["kid"]


def test_every_document_has_the_short_way():
    for route in (*document_urls.documents, *document_urls.pictures, *document_urls.cards):
        assert callable(route.callback.public), route
        assert "<" not in str(route.pattern).partition("/")[0], "routes are found by their folder"
