"""Verifying Open Badges 3.0: valid, changed, forged and unsigned ones."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import credential as other_lib
from openbadgeslib.ob3.ldp import OB3LdpSigner
from openbadgeslib.ob3.signer import OB3Signer

from openbadges import baking, contexts, data_integrity, dids, multikeys
from tests.factories import png
from tests.issuing.credentials import (
    ANOTHER_ED25519,
    ANOTHER_RSA,
    CREATED,
    ED25519,
    P256,
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
    NOW,
    FakeSite,
    detail,
    rewritten,
    signed_badge,
    signed_status_list,
    status_entry,
    verify,
)
from verification import verifier
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


# --- Changed and forged badges --------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        lambda: signed_badge() | {"validFrom": "2020-01-01T00:00:00Z"},
        lambda: signed_badge() | {"validUntil": "2099-01-01T00:00:00Z"},
        lambda: signed_badge(validUntil="2026-05-02T00:00:00Z") | {"validUntil": None},
        lambda: {
            n: v
            for n, v in signed_badge(credentialStatus=status_entry()).items()
            if n != "credentialStatus"
        },
        lambda: rewritten(token(credential(DID), kid=KID), name="Forged"),
        lambda: rewritten(token(credential(DID), kid=KID), exp=4102444800),
        lambda: token(credential(DID), kid=KID)[:-8] + "AAAAAAAA",
    ],
)
def test_a_badge_changed_after_signing_is_reported_as_changed(changed):
    report = verify(changed())

    assert report.verdict is Verdict.CHANGED
    assert report.headline == "This badge was changed after it was signed."


@pytest.mark.parametrize(
    "forged",
    [
        # Signed by somebody else in the name of the issuer.
        lambda: proven(credential(DID), key=ANOTHER_ED25519),
        lambda: proven(
            credential(DID),
            key=ANOTHER_ED25519,
            method=f"{DID}#{multikeys.ed25519_multibase(ANOTHER_ED25519.public_key())}",
        ),
        lambda: token(credential(DID), kid="https://evil.example/jwks.json#1"),
        lambda: token(credential(DID), kid=f"{HOST}/jwks.json#other"),
        lambda: token(credential(), kid=KID),  # the issuer is known by another key
        lambda: jwt.encode(
            credential(DID),
            ANOTHER_RSA,
            algorithm="RS256",
            headers={"jwk": multikeys.jwk_of(ANOTHER_RSA.public_key(), "1")},
        ),
    ],
)
def test_a_signature_of_somebody_else_is_reported(forged):
    answers = {
        "https://evil.example/jwks.json": {"keys": [multikeys.jwk_of(RSA.public_key(), "1")]}
    }
    report = verify(forged(), answers)

    assert report.verdict is Verdict.WRONG_KEY


def test_a_key_that_is_listed_but_not_for_signing_is_refused():
    method = dids.multikey_method(DID, ED25519.public_key())
    document = dids.document(DID, [method], active=[])

    assert (
        verify(signed_badge(), {f"{HOST}/.well-known/did.json": document}).verdict
        is Verdict.WRONG_KEY
    )


def test_a_key_in_the_header_counts_only_if_the_issuer_lists_it():
    def sign(key, algorithm, issuer):
        header = {"jwk": multikeys.jwk_of(key.public_key(), "1")}
        return jwt.encode(credential(issuer), key, algorithm=algorithm, headers=header)

    method = dids.jwk_method(DID, f"{DID}#p256", P256.public_key())
    answers = {f"{HOST}/.well-known/did.json": dids.document(DID, [method])}
    did_key = dids.did_key(ED25519.public_key())

    assert verify(sign(P256, "ES256", DID), answers).verdict is Verdict.VALID
    assert verify(sign(ED25519, "EdDSA", did_key)).verdict is Verdict.VALID
    assert verify(sign(ANOTHER_ED25519, "EdDSA", did_key)).verdict is Verdict.WRONG_KEY


def test_an_issuer_may_be_a_did_jwk():
    def sign(key, issuer, **header):
        return jwt.encode(credential(issuer), key, algorithm="RS256", headers=header)

    jwk = multikeys.jwk_of(RSA.public_key(), "1")
    did = "did:jwk:" + multikeys.base64url(json.dumps(jwk).encode())
    unknown = "did:jwk:" + multikeys.base64url(b'{"kty":"EC","crv":"secp256k1"}')

    for header in ({"kid": f"{did}#0"}, {"kid": "0"}, {"jwk": jwk}):
        assert verify(sign(RSA, did, **header)).verdict is Verdict.VALID
    assert verify(sign(RSA, did, kid=f"{did}#1")).verdict is Verdict.VALID  # it has no other key
    assert verify(sign(ANOTHER_RSA, did, kid=f"{did}#0")).verdict is Verdict.CHANGED
    assert verify(sign(RSA, unknown, kid=f"{unknown}#0")).verdict is Verdict.NOT_CHECKED
    assert verify(sign(RSA, unknown, jwk=jwk)).verdict is Verdict.NOT_CHECKED


@pytest.mark.parametrize(
    "unsigned",
    [
        lambda: credential(DID),
        lambda: credential(DID, proof=[]),
        lambda: jwt.encode(credential(DID), None, algorithm="none"),
        lambda: jwt.encode(credential(DID), "s" * 40, algorithm="HS256", headers={"kid": KID}),
    ],
)
def test_an_unsigned_badge_is_invalid(unsigned):
    report = verify(unsigned())

    assert report.verdict is Verdict.INVALID
    assert report.headline == "This badge is not signed, so it proves nothing."


@pytest.mark.parametrize(
    ("make_badge", "words"),
    [
        (
            lambda: signed_badge() | {"proof": {"type": "DataIntegrityProof", "cryptosuite": "x"}},
            "x",
        ),
        (
            lambda: (
                signed_badge()
                | {
                    "@context": [
                        contexts.CREDENTIALS_V2,
                        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
                    ]
                }
            ),
            "protected term redefinition",  # it belongs to the older data model
        ),
        (
            lambda: (
                signed_badge()
                | {"@context": [*signed_badge()["@context"], "https://words.example/v1"]}
            ),
            "https://words.example/v1",
        ),
        (
            lambda: signed_badge() | {"@context": [*signed_badge()["@context"], {"a": "urn:b"}]},
            "its own definitions",
        ),
        (lambda: proven(credential("did:example:1"), method="did:example:1#k"), "did:example:1"),
        (lambda: token(credential(DID), kid=f"{DID}#gone"), "can’t be reached"),
        (lambda: jwt.encode(credential(DID), RSA, algorithm="RS256"), "can’t be reached"),
    ],
)
def test_a_badge_that_cannot_be_checked_is_not_called_invalid(make_badge, words):
    report = verify(make_badge(), {f"{HOST}/.well-known/did.json": None})

    assert report.verdict is Verdict.NOT_CHECKED
    assert words in " ".join(step.detail for step in report.steps)


def test_a_changed_badge_is_reported_as_changed_even_if_its_issuer_is_unreachable():
    answers = {f"{HOST}/.well-known/did.json": None}

    report = verify(signed_badge(), answers)
    assert report.verdict is Verdict.NOT_CHECKED
    assert "has not changed since it was signed" in report.headline
    assert verify(signed_badge() | {"name": "Forged"}, answers).verdict is Verdict.CHANGED


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": None}, "id"),
        ({"id": 7}, "id"),
        ({"type": ["VerifiableCredential"]}, "type"),
        ({"issuer": {"name": "x"}}, "issuer"),
        ({"validFrom": "2026-05-01"}, "validFrom"),
        ({"validFrom": None}, "validFrom"),
        ({"validUntil": "soon"}, "validUntil"),
        ({"validUntil": "2020-01-01T00:00:00Z"}, "validUntil"),
        ({"issuanceDate": "2026-05-01T00:00:00Z"}, "issuanceDate"),
        ({"@context": [contexts.OPEN_BADGES_3]}, "@context"),
        ({"@context": [contexts.CREDENTIALS_V2]}, "@context"),
        ({"credentialSubject": []}, "credentialSubject"),
        ({"credentialSubject": {"type": "AchievementSubject"}}, "credentialSubject.id"),
        ({"evidence": ["x"]}, "evidence"),
        ({"refreshService": {"validUntil": "x"}}, "refreshService.validUntil"),
        ({"evidence": [{"x": {"credentialStatus": {}}}]}, "x.credentialStatus"),
    ],
)
def test_missing_and_misplaced_properties_are_named(change, named):
    report = verify(
        credential(DID) | change if None not in change.values() else credential(**change)
    )

    assert report.verdict is Verdict.INVALID
    assert named in detail(report, "Follows the standard")


def test_moving_the_expiry_date_elsewhere_does_not_hide_it():
    """The canonical form is the same, but the date is in a place where software does not look."""
    service = {"id": credential()["id"], "type": "1EdTechCredentialRefresh"}
    signed = signed_badge(validUntil="2026-05-02T00:00:00Z", refreshService=service)
    moved = copy.deepcopy(signed)
    moved["refreshService"] |= {
        "type": ["1EdTechCredentialRefresh", "VerifiableCredential"],
        "validUntil": moved.pop("validUntil"),
    }

    assert verify(signed).verdict is Verdict.EXPIRED
    assert verify(moved).verdict is Verdict.INVALID


def test_a_badge_with_any_changed_byte_is_never_valid():
    text = json.dumps(signed_badge(validUntil="2027-01-01T00:00:00Z"), ensure_ascii=False).encode()
    meaning = json.loads(text)

    @given(st.integers(0, len(text) - 1), st.integers(1, 255))
    @settings(max_examples=150, deadline=None)
    def tampered(at, bits):
        after = text[:at] + bytes([text[at] ^ bits]) + text[at + 1 :]
        try:
            same = json.loads(after) == meaning
        except ValueError:
            same = False

        report = verifier.verify(file=after, fetcher=FakeSite(), now=NOW)

        assert same or report.verdict is not Verdict.VALID

    tampered()
