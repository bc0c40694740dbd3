"""A real nginx with the shipped configuration, in front of gunicorn with the settings of https."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest

from bench.nginx import MISSING, nginx
from issuing.awards.operations import changes
from issuing.models import Assertion
from openbadges.bitstrings import is_set
from tests.deploy.nginx_site import SOON, Answer, ask, cookie_of
from tests.factories import DraftBadgeFactory, coordinator_for
from tests.faults.worker import wait_until
from tests.issuing.awards import evidence_of, issued_award

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(nginx() is None, reason=MISSING),
    pytest.mark.xdist_group("nginx"),
    pytest.mark.django_db(transaction=True),
]

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
# Of each answer, or of the connection; what the cache and the compression add.
OF_ONE_ANSWER = {"date", "connection", "keep-alive", "server", "transfer-encoding", "vary"}


def documents_of(award: Assertion) -> dict[str, str]:
    issuer, version = award.badge_class.issuer, award.version
    return {
        "assertion": f"/assertions/{award.public_id}",
        "credential": f"/credentials/{award.public_id}",
        "JWT": f"/credentials/{award.public_id}.jwt",
        "picture": f"/assertions/{award.public_id}/badge.png",
        "card": f"/awards/{award.public_id}/card.png",
        "status list": f"/status-lists/{award.status_list.public_id}",
        "badge class": f"/badge-classes/{version.public_id}",
        "issuer": f"/issuers/{issuer.public_id}",
        "keys": "/.well-known/jwks.json",
        "art": version.get_art_url(),
    }


def test_a_revoked_badge_is_gone_from_every_kept_document_in_time(site):
    award = issued_award()
    documents = documents_of(award)
    before = {name: site.through(path) for name, path in documents.items()}
    assert {answer.status for answer in before.values()} == {200}

    changes.revoke(award, by=coordinator_for(award.badge_class), reason="A mistake.")
    time.sleep(SOON + 1)
    after = {name: site.through(path) for name, path in documents.items()}

    gone = dict.fromkeys(("assertion", "credential", "JWT", "picture"), 410) | {"card": 404}
    assert {name: answer.status for name, answer in after.items()} == {
        name: gone.get(name, 200) for name in documents
    }
    lists = before["status list"], after["status list"]
    places = [answer.json()["credentialSubject"]["encodedList"] for answer in lists]
    assert [is_set(encoded, award.status_index) for encoded in places] == [False, True]


def test_a_hidden_name_and_hidden_evidence_are_gone_in_time(site):
    award = issued_award()
    changes.share(award, shows_name=True, items=evidence_of(award))
    documents = documents_of(award)
    before = {name: site.through(path) for name, path in documents.items()}
    assert before["assertion"].json()["evidence"]
    assert before["credential"].json()["evidence"]

    changes.share(award, shows_name=False, items=[])
    time.sleep(SOON + 1)
    after = {name: site.through(path) for name, path in documents.items()}

    assert "evidence" not in after["assertion"].json()
    assert "evidence" not in after["credential"].json()
    changed = {name for name in documents if before[name].body != after[name].body}
    assert changed == {"assertion", "credential", "JWT", "picture", "card"}


def test_documents_are_kept_for_each_kind_that_is_asked_for(site):
    path = documents_of(issued_award())["assertion"]

    for accept in ("*/*", "application/json", "application/ld+json"):
        assert not site.reaches_the_program(path, Accept=accept), accept
    kinds = [site.through(path, Accept=kind) for kind in ("application/json", "*/*", BROWSER)]

    assert [answer.status for answer in kinds] == [200, 200, 303]
    assert [answer.headers["content-type"] for answer in kinds[:2]] == [
        "application/json",
        "application/ld+json",
    ]


@pytest.mark.parametrize(
    "headers",
    [{"Cookie": "sessionid=of-a-person"}, {"Authorization": "Bearer token"}, {"Accept": BROWSER}],
    ids=["cookie", "authorization", "browser"],
)
def test_what_came_with_a_sign_of_a_person_is_neither_kept_nor_answered_from_the_cache(
    site, headers
):
    for name, path in documents_of(issued_award()).items():
        assert site.reaches_the_program(path, **headers), name
        asked = site.asked()
        site.through(path)
        assert site.asked() > asked, name
        assert not site.reaches_the_program(path), name
        assert site.reaches_the_program(path, **headers), name


def test_pages_are_never_kept(site):
    award = issued_award()
    cookie = cookie_of(award.recipient)

    mine = [site.through("/my-badges/", Cookie=cookie) for _ in range(2)]
    strangers = site.through("/my-badges/")

    assert [answer.status for answer in mine] == [200, 200]
    assert award.version.name in mine[1].body.decode()
    assert (strangers.status, strangers.headers["location"].split("?")[0]) == (
        302,
        "/account/login/",
    )
    for path in ("/", "/badges/", f"/awards/{award.public_id}/", "/no-such-page"):
        assert site.reaches_the_program(path), path
        assert site.reaches_the_program(path, Cookie=cookie), path


def test_the_art_of_a_draft_stays_with_its_coordinators(site):
    draft = DraftBadgeFactory()
    path = draft.versions.get().get_art_url()
    cookie = cookie_of(coordinator_for(draft))

    seen = [site.through(path, Cookie=cookie) for _ in range(2)]

    assert [answer.status for answer in seen] == [200, 200]
    assert "private" in seen[0].headers["cache-control"]
    assert site.through(path).status == 404


def test_what_is_the_same_is_confirmed_and_not_sent_again(site):
    path = documents_of(issued_award())["picture"]
    first = site.through(path)
    time.sleep(SOON + 1)

    second = site.through(path)

    assert (second.status, second.body) == (200, first.body)
    wait_until(lambda: "issuing:baked 304" in site.web.log.read_text(), seconds=5, what="a 304")
    assert not site.reaches_the_program(path)
    again = site.through(path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_headers_are_those_of_the_program_for_every_answer(site, static_root):
    award = issued_award()
    manifest = json.loads((Path(static_root) / "staticfiles.json").read_text())
    sheet = f"/static/{manifest['paths']['css/app.css']}"
    paths = {**documents_of(award), "home": "/", "static": sheet, "unknown": "/assertions/none"}

    for name, path in paths.items():
        expected = plain(ask(site.web.port, path))
        assert plain(site.through(path)) == expected, name
        assert plain(site.through(path)) == expected, f"{name} from the cache"
        time.sleep(SOON + 1) if name in {"assertion", "picture"} else None
        assert plain(site.through(path)) == expected, f"{name} confirmed"
        assert expected["strict-transport-security"] == "max-age=31536000", name
        assert expected["x-content-type-options"] == "nosniff", name
        assert name == "static" or "default-src" in expected["content-security-policy"], name
    assert not site.reaches_the_program(sheet)


def plain(answer: Answer) -> dict[str, str]:
    return {name: of for name, of in answer.headers.items() if name not in OF_ONE_ANSWER}


def test_text_is_compressed_once(site, static_root):
    award = issued_award()
    manifest = json.loads((Path(static_root) / "staticfiles.json").read_text())
    sheet = f"/static/{manifest['paths']['css/app.css']}"
    documents = documents_of(award)
    packed = {"Accept_Encoding": "gzip, br"}

    for path in (documents["assertion"], documents["badge class"], "/badges/"):
        answer = site.through(path, **packed)
        assert answer.headers["content-encoding"] == "gzip", path
        assert "accept-encoding" in answer.headers["vary"].lower(), path
        plain_body = site.through(path).body
        if path != "/badges/":
            assert gzip.decompress(answer.body) == plain_body
    assert "content-encoding" not in site.through(documents["picture"], **packed).headers
    kinds = [site.through(sheet, Accept_Encoding=kind) for kind in ("br, gzip", "gzip", "identity")]
    assert [kind.headers.get("content-encoding") for kind in kinds] == ["br", "gzip", None]
    assert gzip.decompress(kinds[1].body) == kinds[2].body


def test_other_methods_reach_the_program(site):
    path = documents_of(issued_award())["assertion"]
    site.through(path)

    answers = {name: ask(site.port, path, method=name) for name in ("HEAD", "OPTIONS", "POST")}

    assert {name: answer.status for name, answer in answers.items()} == {
        "HEAD": 200,
        "OPTIONS": 204,
        "POST": 405,
    }
    assert answers["OPTIONS"].headers["access-control-allow-origin"] == "*"


def test_without_the_program_nothing_is_answered_that_may_be_outdated(site):
    path = documents_of(issued_award())["assertion"]
    site.through(path)

    site.web.kill()
    at_once = site.through(path)
    time.sleep(SOON + 1)
    later = site.through(path)

    assert (at_once.status, later.status) == (200, 502)


def test_no_address_is_in_a_log(site):
    site.through("/accounts/confirm/a-secret-key/")
    site.through("/assertions/none?key=a-secret-key")

    site.web.kill()
    site.through("/accounts/confirm/a-secret-key/")
    # nginx writes a line after the answer has left.
    ends_at = time.monotonic() + 5
    while " GET 502 " not in (site.logs / "access.log").read_text() and time.monotonic() < ends_at:
        time.sleep(0.05)

    logs = {path.name: path.read_text() for path in site.logs.glob("*.log")}
    assert set(logs) == {"access.log", "error.log"}
    assert " GET 502 " in logs["access.log"]
    assert not any("secret" in text for text in logs.values())
