"""Honest documents of other software get the right answer, and no false accusation."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.issuing.credentials import credential, proven, token
from tests.verification import cases
from tests.verification.elsewhere import DID, KID, detail, signed_badge, verify
from verification.verdicts import Check
from verification.verifier import Finding, Verdict

pytestmark = [pytest.mark.django_db, cases.needs_cases]
IN_2026 = datetime(2026, 6, 1, tzinfo=UTC)
LATE_2026 = datetime(2026, 11, 28, tzinfo=UTC)
DCC_LIST = (
    "https://raw.githubusercontent.com/digitalcredentials/verifier-core/refs/heads/main/src/"
    "test-fixtures/status/e5WK8CbZ1GjycuPombrj"
)


def finding(report, title: str) -> Finding:
    return next(step.finding for step in report.steps if step.title == title)


@pytest.mark.parametrize("name", ["02-ob20-signed.jwt", "02b-ob20-signed-revoked.jwt"])
def test_a_signed_badge_of_2_0_whose_site_is_away_is_not_checked(name):
    report = verify(cases.text(name))

    assert (report.verdict, report.version) == (Verdict.NOT_CHECKED, "2.0")
    assert detail(report, "What it is") == "A signed badge of Open Badges 2.0."


def test_a_badge_of_a_p256_did_key_is_valid_until_it_expires():
    text = cases.text("03-waltid-did-key-p256-es256.jwt")

    assert verify(text, now=IN_2026).verdict is Verdict.VALID
    report = verify(text, now=LATE_2026)
    assert report.verdict is Verdict.EXPIRED
    assert report.has_passed(Check.UNCHANGED, Check.ISSUER, Check.FORM, Check.STATUS)


def test_a_credential_in_a_vc_claim_is_judged_by_its_own_data_model():
    report = verify(cases.text("04-waltid-vcdm2-in-vc-claim.jwt"), now=LATE_2026)

    assert report.verdict is Verdict.VALID
    assert report.expires.year == 2027


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("05-endorsement.json", "an endorsement"),
        ("05b-bitstring-status-list.json", "a list of revoked badges"),
        ("05c-clr20.json", "a learner record (CLR)"),
        ("08-status-list-of-dcc.json", "a list of revoked badges"),
        ("09-did.json", "the list of an issuer’s keys (a DID document)"),
    ],
)
def test_what_is_not_somebodys_badge_is_named(name, what):
    report = verify(cases.text(name))

    assert report.verdict is Verdict.SOMETHING_ELSE
    assert report.headline == f"This is not somebody’s badge but {what}."


def test_a_learner_record_names_the_badges_inside():
    report = verify(cases.text("05c-clr20.json"))

    assert [(choice.name, choice.issuer_name) for choice in report.choices] == [
        ("Teamwork", "Example Corp")
    ]
    inner = verify(report.choices[0].text)
    assert (inner.badge_name, inner.verdict) == ("Teamwork", Verdict.NOT_CHECKED)


def test_the_description_of_a_badge_is_not_somebodys_badge():
    given, web = cases.given_with_web("05f-badgeclass.json")

    as_text, by_link = verify(given, web), verify(json.loads(given)["id"], web)

    for report in (as_text, by_link):
        assert report.headline == "This is not somebody’s badge but the description of a badge."
    assert verify("https://example.org/beths-robotics-badge.json", web).verdict is Verdict.VALID


def test_a_badge_of_open_badges_1_is_followed_to_its_record():
    given, web = cases.given_with_web("06-ob1-moodle-file.json")

    report = verify(given, web)

    assert (report.verdict, report.version, report.badge_name) == (Verdict.VALID, "1.0", "B")
    assert verify(given.replace("1556668800", "1556668801"), web).verdict is Verdict.CHANGED
    assert verify(given).verdict is Verdict.NOT_CHECKED


def test_a_badge_of_a_site_that_moved_to_https_is_valid_with_a_remark():
    given, web = cases.given_with_web("07-ob2-site-moved-to-https.json")

    report = verify(given, web)

    assert report.verdict is Verdict.VALID
    assert "has moved to https://" in detail(report, "The badge at its own address")
    assert verify(given.replace("2019-05-01", "2019-05-02"), web).verdict is Verdict.CHANGED


def test_a_revoked_badge_without_a_recipient_is_all_three():
    web = {DCC_LIST: cases.document("08-status-list-of-dcc.json")}

    report = verify(cases.text("08-dcc-no-subject-revoked.json"), web)

    assert finding(report, "Follows the standard") is Finding.FAILED
    assert finding(report, "Signature") is Finding.PASSED
    assert finding(report, "Status") is Finding.FAILED
    assert report.verdict is Verdict.REVOKED
    assert "signature is good" in report.headline
    assert "does not follow the rules" in report.headline


def test_a_term_that_no_context_defines_makes_a_badge_invalid_as_signed():
    report = verify(cases.text("09-undefined-term.json"), now=LATE_2026)

    assert report.verdict is Verdict.INVALID
    assert "nothing was changed" in report.headline
    assert "favouriteColour" in detail(report, "What the signature covers")
    changed = cases.text("09-undefined-term.json").replace("two lesson plans", "one")
    assert verify(changed).verdict is Verdict.CHANGED


def test_the_first_edition_of_the_context_is_read():
    report = verify(cases.text("10-1edtech-vcdm11-context.json"))

    assert report.verdict is Verdict.NOT_CHECKED  # its site is away
    assert finding(report, "Signature") is Finding.PASSED
    changed = cases.text("10-1edtech-vcdm11-context.json").replace("by their peers", "by nobody")
    assert verify(changed).verdict is Verdict.CHANGED


def test_a_page_of_another_platform_is_called_a_page():
    given, web = cases.given_with_web("13-html-page-of-another-platform.json")

    report = verify(given, web)

    assert report.headline == "At this address is a page, not a badge."
    assert "Download" in report.steps[-1].detail


def wrapped(badge: dict, jwt: str) -> dict:
    presentation = {"@context": badge["@context"][:1], "type": ["VerifiablePresentation"]}
    enveloped = {
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{jwt}",
    }
    return {
        "presentation": json.dumps(presentation | {"verifiableCredential": [badge]}),
        "wrapper": json.dumps({"verifiableCredential": badge}),
        "array": json.dumps([badge]),
        "quoted": json.dumps(jwt),
        "enveloped": json.dumps(enveloped),
        "in a presentation": json.dumps(presentation | {"verifiableCredential": [enveloped]}),
        "lines": "\n".join(jwt[at : at + 76] for at in range(0, len(jwt), 76)),
    }


def test_the_badge_inside_a_wrapper_is_verified():
    texts = wrapped(signed_badge(), token(credential(DID), kid=KID))

    assert {name: verify(text).verdict for name, text in texts.items()} == dict.fromkeys(
        texts, Verdict.VALID
    )


def test_of_several_badges_one_is_asked_for():
    other = proven(credential(id="urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020199"))

    report = verify(json.dumps({"verifiableCredential": [signed_badge(), other]}))

    assert report.verdict is Verdict.SEVERAL
    assert [verify(choice.text).verdict for choice in report.choices] == [Verdict.VALID] * 2
