"""Pages, wrappers, images baked twice, older badges: what people bring to the verify page."""

from __future__ import annotations

import base64
import io
import json
import sys

import pytest
from PIL import Image

from fetching.safe_fetch import Fetched
from openbadges import baking, v2
from tests.factories import png
from tests.issuing.credentials import RSA, credential, token
from tests.openbadges.png_chunks import with_chunk
from tests.verification.elsewhere import (
    DID,
    HOST,
    KID,
    NOW,
    FakeSite,
    detail,
    signed_badge,
    signed_endorsement,
    verify,
)
from tests.verification.hosted_elsewhere import hosted_version
from tests.verification.signed_elsewhere import signed_token
from verification import verifier, web_pages
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db

JWT = token(credential(DID), kid=KID)


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ('<html><link href="/a.json" type="application/json" rel=alternate>', "/a.json"),
        ("<head><LINK REL='alternate' TYPE='application/vc' HREF='/b?x=1&amp;y=2'/>", "/b?x=1&y=2"),
        ('<!-- <link rel="alternate" type="application/json" href="/no"> --><html>', ""),
        ('<html><script>"<link rel=alternate type=application/json href=/no>"</script>', ""),
        ('<html><link rel="stylesheet" type="application/json" href="/no">', ""),
        ('<html><link rel="alternate" type="application/rss+xml" href="/no">', ""),
        ('<html><link rel="alternate" type="application/json" href="/open', ""),
    ],
)
def test_the_link_of_a_page_to_its_badge_is_found(page, link):
    expected = f"{HOST}{link}" if link else ""

    assert web_pages.badge_link(page.encode(), f"{HOST}/page") == expected


HOSTILE = [
    "<link ",
    "<link a",
    "<link a='",
    "<link rel=alternate ",
    "<!--",
    "<script",
    "<",
    "a=" * 9,
]


def lines_executed(page: bytes) -> int:
    count = 0

    def trace(frame, event, _arg):
        nonlocal count
        count += event == "line"
        return trace if frame.f_code.co_filename == web_pages.__file__ else None

    sys.settrace(trace)
    try:
        assert web_pages.badge_link(page, HOST) == ""
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize("ends", ["", ">"])
def test_the_work_for_a_page_grows_no_faster_than_the_page(part, ends):
    small, large = (
        b"<html>" + (part + ends).encode() * (size // len(part + ends)) for size in (20_000, 80_000)
    )

    assert lines_executed(large) <= 5 * lines_executed(small) + 100


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://www.credly.com/badges/1", "Credly"),
        ("https://badgr.com/public/assertions/1", "Badgr"),
        ("https://other.example/1", "Download"),
    ],
)
@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype html><title>Badge</title>",
        b"<html lang=en><svg xmlns='http://www.w3.org/2000/svg'/></html>",
        b"<?xml version='1.0'?><!-- <svg> --><html xmlns='http://www.w3.org/1999/xhtml'/>",
    ],
)
def test_a_page_is_called_a_page_with_a_hint(address, words, page):
    report = verify(address, {address: page})

    assert report.headline == "At this address is a page, not a badge."
    assert words in report.steps[-1].detail


def test_a_saved_page_and_an_encrypted_text_are_named():
    page = b"<!doctype html><html><body>My badge</body></html>"

    assert verify(page).headline == "This is a page, not a badge."
    encrypted = verify("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..abc.def.ghi")
    assert encrypted.verdict is Verdict.NOT_CHECKED
    assert "encrypted" in encrypted.steps[-1].detail


def test_one_badge_given_twice_is_one_badge():
    assert verify(json.dumps([signed_badge(), signed_badge()])).verdict is Verdict.VALID


def test_a_moodle_page_leads_to_its_badge():
    hosted = hosted_version()
    assertion = hosted.pop(f"{HOST}/a/1") | {"id": f"{HOST}/badges/assertion.php?b=abc"}
    hosted[assertion["id"]] = assertion
    page = f"{HOST}/badges/badge.php?hash=abc"

    assert verify(page, hosted | {page: b"<!doctype html>"}).verdict is Verdict.VALID


# --- Wrappers -------------------------------------------------------------------------------------


def test_a_badge_is_taken_out_of_everything_that_wraps_it():
    badge = signed_badge()
    text = json.dumps(badge)
    head, payload, signature = JWT.split(".")
    presented = {"type": "VerifiablePresentation", "verifiableCredential": [JWT]}
    presentation = {"type": ["VerifiablePresentation"], "verifiableCredential": badge}
    wrappers = [
        {"credential": badge},
        {"verifiablePresentation": presentation},
        {"credential": [badge], "compactJwsString": []},
        {"credentials": [{"credential": JWT}]},
        [[badge]],
        {"payload": payload, "protected": head, "signature": signature},
        token_of({"vp": presented}),
        token_of(presented),
    ]
    texts = [json.dumps(wrapper) for wrapper in wrappers] + [
        json.dumps(text),
        base64.b64encode(text.encode()).decode(),
        base64.urlsafe_b64encode(JWT.encode()).decode().rstrip("="),
        "data:application/json;base64," + base64.b64encode(text.encode()).decode(),
        "data:image/png;base64," + base64.b64encode(baking.bake_png(png(20), v3=text)).decode(),
        wrappers[-1],
    ]

    for wrapped in texts:
        assert verify(wrapped).verdict is Verdict.VALID, wrapped[:80]
        assert verify(wrapped.encode()).verdict is Verdict.VALID, wrapped[:80]
    assert verify(text.encode("utf-16")).verdict is Verdict.VALID


def token_of(payload: dict) -> str:
    return signed_token(DID, "RS256", RSA, claims=payload)


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"type": ["VerifiablePresentation"]}, "a presentation without a badge"),
        ({"@context": {"name": "https://schema.org/name"}}, "a technical document"),
        ({"type": "Issuer", "id": f"{HOST}/i", "name": "x"}, "the profile of an issuer"),
        ({"type": ["Profile"], "id": f"{HOST}/i"}, "the profile of an issuer"),
        ({"type": ["Achievement"], "id": "urn:uuid:1"}, "the description of a badge"),
        ({"name": "x", "criteria": "y", "issuer": "z"}, "the description of a badge"),
        ({"type": "CryptographicKey", "id": f"{HOST}/k"}, "a public key"),
        ({"kty": "OKP", "crv": "Ed25519", "x": "a"}, "a public key"),
        ({"keys": []}, "a public key"),
        ({"id": "did:web:a.example", "verificationMethod": []}, "the list of an issuer’s keys"),
        ({"type": "RevocationList", "revokedAssertions": []}, "a list of revoked badges"),
        ({"issuer": DID, "revokedCredential": []}, "a list of revoked badges"),
        ({"type": "Collection", "badges": []}, "a collection of badges"),
        ({"type": "Endorsement", "claim": {"id": "x"}}, "an endorsement"),
        (signed_endorsement(), "an endorsement"),
        ({"type": "Evidence", "id": f"{HOST}/e"}, "a document of another kind (Evidence)"),
        (
            {"type": ["VerifiableCredential", "PassportCredential"], "credentialSubject": {}},
            "a credential of another kind (PassportCredential)",
        ),
    ],
)
def test_other_documents_are_named(document, what):
    report = verify(document)

    assert report.verdict is Verdict.SOMETHING_ELSE
    assert what in report.headline
    assert report.steps[-1].detail


# --- Baked twice, and what a badge says of itself -------------------------------------------------


def test_of_two_entries_in_an_image_the_first_is_read_with_a_remark():
    chunk = b"openbadgecredential\0\0\0\0\0"
    twice = with_chunk(
        b"iTXt",
        chunk + json.dumps(signed_badge()).encode(),
        image=baking.bake_png(png(20), v3=json.dumps(signed_badge() | {"name": "Forged"})),
    )
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    one = baking.bake_svg(svg, v3=json.dumps(signed_badge()))
    start, end = one.index(b"<openbadges"), one.index(b"</openbadges:credential>") + 24
    svg_twice = one[:end] + one[start:end] + one[end:]

    for file in (twice, svg_twice):
        report = verify(file)
        assert report.verdict is Verdict.VALID
        assert "more than once" in detail(report, "More badge data in the image")
    assert [step.title for step in verify(one).steps].count("More badge data in the image") == 0


def test_a_report_shows_what_a_badge_of_another_issuer_says_of_itself():
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "red").save(picture, "PNG")
    achievement = credential()["credentialSubject"]["achievement"] | {
        "image": {"id": f"{HOST}/badge.png", "type": "Image", "caption": "A red one"}
    }
    subject = credential()["credentialSubject"] | {"achievement": achievement}

    report = verify(
        signed_badge(credentialSubject=subject), {f"{HOST}/badge.png": picture.getvalue()}
    )

    assert (report.badge_name, report.description) == ("Teamwork", "Works well with others.")
    assert (report.criteria, report.image_alt) == ("Nominated by **peers**.", "A red one")
    shown = Image.open(io.BytesIO(base64.b64decode(report.image.partition(",")[2])))
    assert (shown.format, shown.size) == ("PNG", (400, 267))


@pytest.mark.parametrize(
    "image", ["javascript:alert(1)", "data:image/svg+xml,<svg/>", "data:text/html,x", f"{HOST}/x"]
)
def test_a_picture_that_cannot_be_drawn_is_left_out(image):
    achievement = credential()["credentialSubject"]["achievement"] | {"image": image}
    subject = credential()["credentialSubject"] | {"achievement": achievement}
    text = token(credential(DID, credentialSubject=subject), kid=KID)

    report = verify(text, {f"{HOST}/x": b"<script>"})

    assert (report.verdict, report.image) == (Verdict.VALID, "")


# --- Older badges, and sites that have moved ------------------------------------------------------


class MovedSite(FakeSite):
    """Answers some addresses from others, as a redirect does."""

    def __init__(self, answers: dict, moved: dict) -> None:
        super().__init__(answers)
        self.moved = moved

    def fetch(self, url: str) -> Fetched:
        return super().fetch(self.moved.get(url, url))


OLD = f"{HOST.replace('https', 'http')}/a/1"


def test_a_site_that_redirects_to_https_is_followed():
    file = hosted_version()[f"{HOST}/a/1"] | {"id": OLD, "badge": OLD.replace("/a/", "/b/")}
    redirecting = MovedSite(hosted_version(), {OLD: f"{HOST}/a/1"})
    only_https = FakeSite(hosted_version())

    for site in (redirecting, only_https):
        report = verifier.verify(text=json.dumps(file), fetcher=site, now=NOW)
        assert report.verdict is Verdict.VALID
        assert "has moved" in detail(report, "The badge at its own address")


def test_another_address_counts_only_if_the_old_one_says_so():
    hosted, www = hosted_version(), "https://www.badges.elsewhere.example/a/1"
    file = hosted[f"{HOST}/a/1"] | {"id": www}

    unproven = verify(file, hosted)
    proven = verifier.verify(
        text=json.dumps(file), fetcher=MovedSite(hosted, {www: f"{HOST}/a/1"}), now=NOW
    )

    assert unproven.verdict is Verdict.NOT_CHECKED
    assert proven.verdict is Verdict.VALID


def test_an_old_badge_with_everything_inside_is_checked_at_its_own_site():
    old = {
        "recipient": "sha256$" + "0" * 64,
        "salt": "s",
        "issued_on": "2012-05-01",
        "badge": {
            "version": "0.5.0",
            "name": "Robotics",
            "description": "Builds robots.",
            "image": "/robot.png",
            "criteria": "/robot.html",
            "issuer": {"origin": HOST, "name": "Elsewhere College"},
        },
    }
    address = f"{HOST}/old/1"
    claimed = old | {
        "badge": old["badge"] | {"issuer": {"origin": "https://a.example", "name": "A"}}
    }

    report = verify(address, {address: old})

    assert (report.verdict, report.version) == (Verdict.VALID, "0.5")
    assert (report.badge_name, report.issuer_name) == ("Robotics", "Elsewhere College")
    assert verify(address, {address: claimed}).verdict is Verdict.INVALID
    assert verify(old).verdict is Verdict.NOT_CHECKED


def test_the_badge_class_inside_a_file_is_compared_with_the_hosted_one():
    hosted = hosted_version()
    embedded = hosted[f"{HOST}/b/1"]
    file = hosted[f"{HOST}/a/1"] | {"badge": embedded}

    assert verify(file, hosted).verdict is Verdict.VALID
    report = verify(file | {"badge": embedded | {"name": "Leadership"}}, hosted)
    assert report.verdict is Verdict.DIFFERS
    assert Finding.FAILED in {step.finding for step in report.steps}


def test_other_spellings_and_later_changes_of_a_record_are_no_accusation():
    hosted = hosted_version()
    record = hosted[f"{HOST}/a/1"]

    def verdict(**changes):
        return verify(record | changes, hosted).verdict

    assert verdict(issuedOn=record["issuedOn"].replace("Z", "+00:00")) is Verdict.VALID
    assert verdict(type=["Assertion"]) is Verdict.VALID
    assert verdict(verification={"type": "hosted"}) is Verdict.VALID
    assert verdict(image=f"{HOST}/new.png") is Verdict.DIFFERS
    assert verdict(verification={"type": "signed"}) is Verdict.CHANGED
    assert verdict(recipient={"type": "email", "identity": "eve@a.example"}) is Verdict.CHANGED


def test_signed_json_of_2_0_keeps_its_recipient():
    hosted = hosted_version()

    report = verify(hosted[f"{HOST}/a/1"], hosted, email="eve@school.example")

    assert report.verdict is Verdict.OTHER_PERSON
    assert hosted[f"{HOST}/a/1"]["@context"] == v2.CONTEXT
