"""Open Badges 3.0 that were changed, forged or never signed."""

from __future__ import annotations

import copy
import json

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges import contexts, dids, multikeys
from tests.issuing.credentials import (
    ANOTHER_ED25519,
    ANOTHER_RSA,
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
    NOW,
    FakeSite,
    detail,
    rewritten,
    signed_badge,
    status_entry,
    verify,
)
from verification import verifier
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


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
