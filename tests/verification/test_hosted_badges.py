"""Verifying Open Badges 2.0; a badge that was changed is never called valid."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    waiting_award,
)
from tests.openbadges.png_chunks import with_chunk
from tests.verification.remote_site import FakeSite
from tests.verification.reports import award_address, baked_png, details, findings
from verification import verifier
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


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


@pytest.mark.long
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
