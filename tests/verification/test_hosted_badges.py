"""Verifying Open Badges 2.0; a badge that was changed is never called valid."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fetching.safe_fetch import Fetched, NotFetched
from issuing import addresses
from issuing.awards.operations import changes as operations
from openbadges import baking, v2
from openbadges.text import clean
from tests.factories import BadgeFactory, UserFactory, coordinator_for, png
from tests.issuing.awards import (
    evidence_of,
    expired_award,
    fetch,
    issued_award,
    revoked_award,
    waiting_award,
)
from tests.openbadges.png_chunks import with_chunk
from verification import remote_documents, verifier
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


def baked_png(client, award) -> bytes:
    return client.get(f"/assertions/{award.public_id}/badge.png").content


def findings(report) -> dict[str, Finding]:
    return {step.title: step.finding for step in report.steps}


def details(report) -> str:
    """The details of all steps, including the reports on both forms of an image."""
    return " ".join(step.detail for part in (report, *report.forms) for step in part.steps)


# --- Issued here ----------------------------------------------------------------------------------


def test_json_that_is_not_a_badge_is_unreadable():
    report = verifier.verify(text='{"hello": 1}')

    assert report.verdict is Verdict.UNREADABLE
    assert "is not a badge" in details(report)


def test_a_downloaded_badge_is_valid(client):
    award = issued_award()

    report = verifier.verify(file=baked_png(client, award), email=award.recipient_email.upper())

    assert report.verdict is Verdict.VALID
    assert findings(report) == {
        "Badge data found": Finding.PASSED,
        "Both are the same badge": Finding.PASSED,
    }
    hosted, signed = report.forms
    assert findings(hosted) == {
        "Issued here": Finding.PASSED,
        "The file matches the issuer’s record": Finding.PASSED,
        "The image is the badge’s own": Finding.PASSED,
        "Date": Finding.PASSED,
        "Status": Finding.PASSED,
        "Recipient": Finding.PASSED,
    }
    assert set(findings(signed).values()) == {Finding.PASSED}


@pytest.mark.parametrize(
    "path", ["/assertions/{}", "/assertions/{}/badge.png", "/awards/{}/", "/awards/{}"]
)
def test_any_url_of_an_award_is_accepted(path):
    award = issued_award()

    report = verifier.verify(text=" http://LOCALHOST:8000" + path.format(award.public_id))

    assert report.verdict is Verdict.VALID
    assert report.award == award


def test_json_is_accepted(client):
    award = issued_award()
    text = fetch(client, addresses.assertion_id(award.public_id)).content

    assert verifier.verify(text=json.dumps(json.loads(text), indent=4)).verdict is Verdict.VALID
    assert verifier.verify(file=b"\xef\xbb\xbf" + text).verdict is Verdict.VALID


def test_a_revoked_badge_is_reported_with_its_reason_as_file_and_as_url(client):
    award = issued_award()
    file = baked_png(client, award)
    operations.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    for report in (verifier.verify(file=file), verifier.verify(text=award_address(award))):
        assert report.verdict is Verdict.REVOKED
        assert "Issued twice." in details(report)


def award_address(award) -> str:
    return addresses.assertion_id(award.public_id)


def test_an_expired_badge_is_reported_as_expired(client):
    award = expired_award()

    assert verifier.verify(file=baked_png(client, award)).verdict is Verdict.EXPIRED


def test_a_badge_of_another_person_is_reported(client):
    award = issued_award()

    report = verifier.verify(text=award_address(award), email="other@school.example")

    assert report.verdict is Verdict.OTHER_PERSON


def test_an_address_without_an_award_is_not_called_a_forgery_but_a_file_that_claims_one_is():
    waiting = waiting_award()

    for address in (award_address(waiting), "http://localhost:8000/assertions/1"):
        assert verifier.verify(text=address).verdict is Verdict.NOT_FOUND
        claimed = json.dumps({"type": "Assertion", "id": address})
        assert verifier.verify(text=claimed).verdict is Verdict.NOT_ISSUED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuedOn", "2020-01-01T00:00:00Z"),
        ("expires", "2099-01-01T00:00:00Z"),
        ("badge", "http://localhost:8000/badge-classes/00000000-0000-4000-8000-000000000000"),
        ("recipient", {"type": "email", "hashed": False, "identity": "eve@school.example"}),
        ("verification", {"type": "SignedBadge"}),
    ],
)
def test_the_changed_property_of_a_file_is_named(client, name, value):
    award = issued_award()
    document = json.loads(fetch(client, award_address(award)).content) | {name: value}
    file = baking.bake(png(), v2.dumps(document))

    report = verifier.verify(file=file, email="eve@school.example")

    assert report.verdict is Verdict.CHANGED
    assert name in next(step.detail for step in report.steps if "record" in step.title)


def test_changing_true_to_one_is_a_change(client):
    award = issued_award()
    document = json.loads(fetch(client, award_address(award)).content)
    document["recipient"]["hashed"] = 1

    assert verifier.verify(text=json.dumps(document)).verdict is Verdict.CHANGED


def test_json_with_a_duplicate_property_is_unreadable():
    assert verifier.verify(text='{"id":"http://a.example","id":"x"}').verdict is Verdict.UNREADABLE


def test_a_file_from_before_evidence_was_shared_stays_valid(client):
    award = issued_award()
    file = baked_png(client, award)

    operations.share(award, shows_name=True, items=evidence_of(award))

    report = verifier.verify(file=file)
    assert report.verdict is Verdict.VALID
    assert "shows more now" in details(report)


def test_a_file_with_evidence_that_was_hidden_later_is_not_called_forged(client):
    award = issued_award()
    operations.share(award, shows_name=True, items=evidence_of(award))
    file = baked_png(client, award)

    operations.share(award, shows_name=True, items=[])

    report = verifier.verify(file=file)
    assert report.verdict is Verdict.DIFFERS
    assert report.headline.startswith("The badge is real")
    assert "earner may have changed" in details(report)


def test_a_badge_with_any_changed_byte_is_never_valid(client):
    award = issued_award()
    text = fetch(client, award_address(award)).content
    meaning = json.loads(text)

    @given(
        st.integers(0, len(text) - 1),
        st.integers(1, 255),
        st.sampled_from(["change", "drop", "add"]),
    )
    @settings(
        max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def tampered(at, bits, how):
        byte = bytes([text[at] ^ bits])
        after = {
            "change": text[:at] + byte + text[at + 1 :],
            "drop": text[:at] + text[at + 1 :],
            "add": text[:at] + byte + text[at:],
        }[how]
        try:
            words = after.decode()
        except UnicodeDecodeError:
            words = after.decode("latin-1")
        try:
            # White space around pasted text is ignored.
            same = json.dumps(json.loads(words.strip())) == json.dumps(meaning)
        except ValueError:
            same = False

        report = verifier.verify(
            file=with_chunk(b"iTXt", b"openbadges\0\0\0\0\0" + words.encode()),
            fetcher=FakeSite({}),
            email=award.recipient_email,
        )

        assert same or report.verdict is not Verdict.VALID

    tampered()


@given(
    person=st.text(min_size=1, max_size=100).map(clean).map(str.strip).filter(bool),
    badge=st.text(min_size=1, max_size=100).map(clean).map(str.strip).filter(bool),
)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_names_in_every_script_are_issued_baked_and_verified(client, person, badge):
    award = issued_award(earner=UserFactory(name=person), badge_class=BadgeFactory(name=badge))
    operations.share(award, shows_name=True, items=[])

    file = baked_png(client, award)
    page = client.get(award.get_absolute_url())

    assert verifier.verify(file=file, email=award.recipient_email).verdict is Verdict.VALID
    assert page.status_code == 200


# --- Unreadable input -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "hello"},
        {"text": "two words.example"},
        {"text": "{"},
        {"text": "[]"},
        {"text": "{}"},
        {"text": '{"id": 7}'},
        {"text": '{"id": NaN}'},
        {"text": "https://[::1"},
        {"text": '{"id": "https://[::1"}'},
        {"text": '{"a":' * 100_000},
        {"text": "x" * 3000 + ".example"},
        {"file": b"\xff\xd8\xff\xe0 a photo"},
        {"file": b"{\xff"},
        {"file": png()},
        {"file": png()[:50]},
    ],
)
def test_input_that_is_not_a_badge_gets_an_explanation(given):
    report = verifier.verify(**given)

    assert report.verdict is Verdict.UNREADABLE
    assert report.steps[-1].detail


# --- Issued elsewhere -----------------------------------------------------------------------------

HOST = "https://badges.elsewhere.example"


class FakeSite:
    """A fetcher that answers from a dict of URL to (status, document)."""

    def __init__(self, answers: dict) -> None:
        self.answers = answers

    def fetch(self, url: str) -> Fetched:
        if url not in self.answers:
            raise NotFetched(NotFetched.UNREACHABLE)
        status, document = self.answers[url]
        return Fetched(url, status, json.dumps(document).encode())


def other_site(**changes) -> dict:
    now = timezone.now()
    assertion = v2.Assertion(
        id=f"{HOST}/a/1",
        badge_id=f"{HOST}/b/1",
        image_url="",
        email="rosa@school.example",
        salt="salt",
        issued_on=now - timedelta(days=30),
    ).document()
    badge = v2.BadgeClass(
        id=f"{HOST}/b/1",
        name="Another badge",
        description="From elsewhere.",
        image_url=f"{HOST}/b/1.png",
        image_caption="",
        criteria_url=f"{HOST}/b/1/criteria",
        criteria_narrative="",
        issuer_id=f"{HOST}/i/1",
    ).document()
    issuer = v2.Issuer(
        id=f"{HOST}/i/1", name="Elsewhere College", url=HOST, email="badges@elsewhere.example"
    ).document()
    return {
        f"{HOST}/a/1": (200, assertion | changes),
        f"{HOST}/b/1": (200, badge),
        f"{HOST}/i/1": (200, issuer),
    }


def verify_remote(site: dict, **kwargs):
    return verifier.verify(text=f"{HOST}/a/1", fetcher=FakeSite(site), **kwargs)


def test_a_remote_badge_is_followed_to_its_issuer():
    report = verify_remote(other_site(), email="Rosa@school.example")

    assert report.verdict is Verdict.VALID
    assert (report.badge_name, report.issuer_name) == ("Another badge", "Elsewhere College")
    assert findings(report)["Issued here"] is Finding.OPEN


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"id": f"{HOST}/a/2"}, Verdict.INVALID),
        ({"type": "BadgeClass"}, Verdict.INVALID),
        ({"issuedOn": "2020-01-01T00:00:00"}, Verdict.INVALID),
        ({"issuedOn": "2999-01-01T00:00:00Z"}, Verdict.INVALID),
        ({"expires": "2001-01-01T00:00:00Z"}, Verdict.INVALID),
        ({"issuedOn": "2020-01-01T00:00:00Z", "expires": "2021-01-01T00:00:00Z"}, Verdict.EXPIRED),
        ({"verification": {"type": "SignedBadge"}}, Verdict.NOT_CHECKED),
        ({"revoked": True}, Verdict.REVOKED),
        ({"badge": f"{HOST}/b/9"}, Verdict.NOT_CHECKED),
        ({"badge": {"name": "No address"}}, Verdict.NOT_CHECKED),
        ({"badge": f"{HOST}/i/1"}, Verdict.INVALID),
    ],
)
def test_a_remote_badge_must_follow_the_specification(changes, verdict):
    assert verify_remote(other_site(**changes)).verdict is verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"type": [{"Assertion": 1}, []]}, Verdict.INVALID),
        ({"type": {}}, Verdict.INVALID),
        ({"verification": {"type": [[]]}}, Verdict.NOT_CHECKED),
        ({"expires": "9999-12-31T23:59:59-14:00"}, Verdict.VALID),
        ({"issuedOn": "0001-01-01T00:00:00+14:00"}, Verdict.VALID),
    ],
)
def test_malformed_remote_documents_get_a_verdict(changes, verdict):
    assert verify_remote(other_site(**changes)).verdict is verdict


def test_a_remote_revocation_with_status_410_counts():
    site = other_site() | {f"{HOST}/a/1": (410, {"revoked": True, "revocationReason": "Oops"})}

    assert verify_remote(site).verdict is Verdict.REVOKED


def test_an_issuer_on_another_site_does_not_vouch_for_the_badge():
    site = other_site()
    badge = site[f"{HOST}/b/1"][1] | {"issuer": "https://trusted.example/i"}
    trusted = site[f"{HOST}/i/1"][1] | {"id": "https://trusted.example/i"}
    site |= {f"{HOST}/b/1": (200, badge), "https://trusted.example/i": (200, trusted)}

    assert verify_remote(site).verdict is Verdict.INVALID


def test_a_badge_on_an_unreachable_site_is_not_called_invalid():
    report = verify_remote({})

    assert report.verdict is Verdict.NOT_CHECKED
    assert "badges.elsewhere.example" in report.steps[-1].detail


def test_slow_sites_block_only_a_limited_number_of_threads():
    all_waiting, answer = (
        threading.Barrier(remote_documents.MAX_WAITING_THREADS + 1),
        threading.Event(),
    )

    class Slow(FakeSite):
        def fetch(self, url):
            if url.endswith("/a/1"):
                all_waiting.wait(timeout=10)
                answer.wait(timeout=10)
            return super().fetch(url)

    def ask():
        return verifier.verify(text=f"{HOST}/a/1", fetcher=Slow(other_site())).verdict

    with ThreadPoolExecutor() as threads:
        waiting = [threads.submit(ask) for _ in range(remote_documents.MAX_WAITING_THREADS)]
        all_waiting.wait(timeout=10)
        one_more = verify_remote(other_site()).verdict
        answer.set()
        answers = [future.result() for future in waiting]

    assert one_more is Verdict.NOT_CHECKED
    assert answers == [Verdict.VALID] * remote_documents.MAX_WAITING_THREADS
    assert verify_remote(other_site()).verdict is Verdict.VALID


def test_a_changed_file_of_another_issuer_is_reported():
    site = other_site()
    text = json.dumps(site[f"{HOST}/a/1"][1] | {"issuedOn": "2021-01-01T00:00:00Z"})

    report = verifier.verify(text=text, fetcher=FakeSite(site))

    assert report.verdict is Verdict.CHANGED


# --- The page -------------------------------------------------------------------------------------


def test_the_verify_page_answers_browsers_and_api_clients(client):
    award = issued_award()
    upload = {"file": SimpleUploadedFile("badge.png", baked_png(client, award))}

    page = client.post("/verify/", upload)
    upload["file"].seek(0)
    program = client.post("/verify/", upload, headers={"Accept": "application/json"})

    assert "This badge is valid." in page.content.decode()
    assert program.json()["verdict"] == "valid"
    assert program.json()["document"]["id"] == award_address(award)
    assert program.headers["Access-Control-Allow-Origin"] == "*"


def test_a_link_from_the_award_page_shows_the_verdict_at_once(client):
    award = revoked_award()

    page = client.get("/verify/", {"address": award_address(award)})

    assert "This badge was revoked" in page.content.decode()


def test_opening_a_link_never_fetches_another_site(client):
    page = client.get("/verify/", {"address": "http://127.0.0.1:1/secret"})

    assert page.status_code == 200
    assert page.context["report"] is None


def test_an_incomplete_form_keeps_the_typed_email(client):
    page = client.post("/verify/", {"text": "", "email": "rosa@school.example"})

    assert page.status_code == 422
    assert "rosa@school.example" in page.content.decode()


def test_many_checks_are_rate_limited(client):
    cache.clear()
    pages = [client.post("/verify/", {"text": "hello"}) for _ in range(42)]
    as_json = client.post("/verify.json", {"text": "hello"}).json()
    cache.clear()

    assert [page.status_code for page in pages] == [200] * 40 + [429] * 2
    assert "Please wait 10 minutes, then continue." in " ".join(pages[-1].text.split())
    assert as_json["problems"]["__all__"][0]["message"].endswith("Please wait 10 minutes.")


def test_people_behind_two_proxies_do_not_share_a_rate_limit(client, settings):
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2

    def ask(person):
        forwarded = {"X-Forwarded-For": f"198.51.100.{person}, 203.0.113.1"}
        return client.post("/verify/", {"text": "hello"}, headers=forwarded).status_code

    for _ in range(41):
        last_of_the_first = ask(1)
    first_of_the_second = ask(2)
    cache.clear()

    assert (last_of_the_first, first_of_the_second) == (429, 200)
