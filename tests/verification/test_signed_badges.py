"""Verifying Open Badges 3.0: valid, changed, forged and unsigned ones."""

from __future__ import annotations

import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from openbadgeslib.ob3 import credential as other_lib
from openbadgeslib.ob3.ldp import OB3LdpSigner
from openbadgeslib.ob3.signer import OB3Signer

from openbadges import baking, contexts, data_integrity, dids, multikeys
from tests.factories import png
from tests.issuing.credentials import (
    ANOTHER_ED25519,
    CREATED,
    ED25519,
    RSA,
    credential,
    proven,
    token,
)
from tests.verification.elsewhere import (
    DID,
    HOST,
    KID,
    LIST,
    METHOD,
    detail,
    rewritten,
    signed_badge,
    signed_status_list,
    status_entry,
    verify,
)
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


# --- Valid badges ---------------------------------------------------------------------------------


def test_a_signed_badge_is_verified_with_the_key_of_its_issuer():
    report = verify(signed_badge(credentialStatus=status_entry()))

    assert report.verdict is Verdict.VALID
    assert (report.badge_name, report.issuer_name) == ("Teamwork", "Elsewhere College")
    assert [(step.title, step.finding) for step in report.steps] == [
        ("Badge data found", Finding.PASSED),
        ("Issued here", Finding.OPEN),
        ("Follows the standard", Finding.PASSED),
        ("Signature", Finding.PASSED),
        ("Whose key it is", Finding.PASSED),
        ("Revoked?", Finding.PASSED),
        ("Date", Finding.PASSED),
        ("Status", Finding.PASSED),
        ("Recipient", Finding.OPEN),
    ]


@pytest.mark.parametrize("make", [signed_badge, lambda: token(credential(DID), kid=KID)])
def test_a_signed_badge_is_valid_in_every_file_format(make):
    text = make() if isinstance(make(), str) else json.dumps(make())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

    for file in (
        baking.bake_png(png(20), v3=text),
        baking.bake_svg(svg, v3=text),
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
    ):
        assert verify(file).verdict is Verdict.VALID
    assert verify(f"\n {text} \n").verdict is Verdict.VALID


@pytest.mark.parametrize("content", ["json", "jwt", "png", "page"])
def test_the_url_of_a_signed_badge_is_accepted(content):
    address = f"{HOST}/credentials/1"
    document = signed_badge()
    answers = {
        "json": {address: document},
        "jwt": {address: token(credential(DID), kid=KID).encode()},
        "png": {address: baking.bake_png(png(20), v3=json.dumps(document))},
        "page": {
            address: b'<!doctype html><link rel="alternate" type="application/ld+json" href="/1">',
            f"{HOST}/1": document,
        },
    }[content]

    assert verify(address, answers).verdict is Verdict.VALID


def test_a_web_page_without_a_badge_is_unreadable():
    report = verify(f"{HOST}/about", {f"{HOST}/about": b"<!doctype html><p>Hello</p>"})

    assert report.verdict is Verdict.UNREADABLE


def test_an_issuer_known_only_by_its_key_is_valid_with_a_remark():
    report = verify(proven())

    assert report.verdict is Verdict.VALID
    assert "only by this key" in detail(report, "Whose key it is")


def test_a_badge_of_the_older_data_model_is_read():
    older = [
        contexts.CREDENTIALS_V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        "https://w3id.org/security/data-integrity/v2",
    ]
    dates = {"validFrom": None, "issuanceDate": "2026-05-01T12:00:00Z"}
    document = credential(DID, **dates, **{"@context": older}, credentialSchema=None)

    assert verify(proven(document, method=METHOD)).verdict is Verdict.VALID
    ended = document | {"expirationDate": "2026-05-02T12:00:00Z"}
    assert verify(proven(ended, method=METHOD)).verdict is Verdict.EXPIRED


def test_a_signature_from_before_data_integrity_is_read():
    older = [
        contexts.CREDENTIALS_V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/suites/ed25519-2020/v1",
    ]
    dates = {"validFrom": None, "issuanceDate": "2026-05-01T12:00:00Z"}
    document = credential(DID, **dates, **{"@context": older}, credentialSchema=None)
    options = {
        "type": "Ed25519Signature2020",
        "created": "2026-05-01T12:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    signature = ED25519.sign(data_integrity.hash_data(document, options))
    value = "z" + multikeys.base58btc_encode(signature)
    signed = document | {"proof": options | {"proofValue": value}}

    assert verify(signed).verdict is Verdict.VALID
    assert verify(signed | {"name": "Forged"}).verdict is Verdict.CHANGED


def test_splitting_the_status_entry_does_not_hide_a_revocation():
    """The canonical form is the same, but neither half is a complete status entry."""
    signed = signed_badge(credentialStatus=status_entry())
    of = signed["credentialStatus"]
    halves = [{n: of[n] for n in ("id", "type", "statusPurpose")}, of | {"statusPurpose": None}]

    assert verify(signed | {"credentialStatus": halves}, {LIST: signed_status_list(7)}).verdict in {
        Verdict.NOT_CHECKED,
        Verdict.REVOKED,
    }


def test_a_token_of_the_older_data_model_is_read():
    older = [contexts.CREDENTIALS_V1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"]
    document = credential(DID, validFrom=None, id=None, **{"@context": older})
    del document["credentialSubject"]["id"]
    claims = {
        "iss": DID,
        "jti": "urn:uuid:5b9b1e9c-1111-4222-8333-444455556666",
        "sub": "did:example:rosa",
        "nbf": int(CREATED.timestamp()),
        "vc": document,
    }
    signed = jwt.encode(claims, RSA, algorithm="RS256", headers={"kid": KID})
    ended = jwt.encode(
        claims | {"exp": int(CREATED.timestamp()) + 60},
        RSA,
        algorithm="RS256",
        headers={"kid": KID},
    )

    assert verify(signed).verdict is Verdict.VALID
    assert verify(ended).verdict is Verdict.EXPIRED


def test_one_proof_of_the_issuer_is_enough():
    document = proven(signed_badge(), key=ANOTHER_ED25519)

    report = verify(document)

    assert report.verdict is Verdict.VALID
    assert "another signature" in detail(report, "Signature")


# --- Badges made by other software ----------------------------------------------------------------


def badge_of_other_lib() -> other_lib.OpenBadgeCredential:
    return other_lib.OpenBadgeCredential(
        issuer=other_lib.Issuer(id=dids.did_key(ED25519.public_key()), name="Elsewhere College"),
        recipient_id="mailto:rosa@school.example",
        achievement=other_lib.Achievement(
            id=f"{HOST}/achievements/teamwork",
            name="Teamwork",
            description="Works well with others.",
            criteria_narrative="Nominated by peers.",
        ),
        issuance_date=CREATED,
        expiration_date=CREATED + timedelta(days=365),
    )


def pem(key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_badges_of_openbadgeslib_are_valid_until_they_are_changed():
    document = OB3LdpSigner(pem(ED25519)).sign(badge_of_other_lib())
    baked = OB3LdpSigner(pem(ED25519)).sign_into_png(badge_of_other_lib(), png(20))
    signed = OB3Signer(pem(ED25519), algorithm="EdDSA").sign(badge_of_other_lib())

    for badge in (document, baked, signed):
        report = verify(badge, email="rosa@school.example")
        assert report.verdict is Verdict.VALID
        assert (report.badge_name, report.issuer_name) == ("Teamwork", "Elsewhere College")
        assert verify(badge, email="eve@school.example").verdict is Verdict.OTHER_PERSON
    assert "not in a list" in detail(verify(document), "Follows the standard")
    assert verify(document | {"name": "Forged"}).verdict is Verdict.CHANGED
    assert verify(rewritten(signed, name="Forged")).verdict is Verdict.CHANGED


def test_a_key_that_only_the_token_contains_is_not_the_issuers():
    signed = OB3Signer(pem(RSA), algorithm="RS256").sign(badge_of_other_lib())

    assert verify(signed).verdict is Verdict.WRONG_KEY
