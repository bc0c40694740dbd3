"""Open Badges 3.0 on the verify page: what is signed, what was changed, and by whom."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import credential as theirs
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
    Elsewhere,
    badge,
    detail,
    entry,
    judge,
    rewritten,
    status_list,
)
from verification import verifier
from verification.verifier import Finding, Verdict

pytestmark = pytest.mark.django_db


# --- What holds -----------------------------------------------------------------------------------


def test_a_signed_badge_is_followed_to_the_key_of_its_issuer():
    report = judge(badge(credentialStatus=entry()))

    assert report.verdict is Verdict.VALID
    assert (report.badge_name, report.issuer_name) == ("Teamwork", "Elsewhere College")
    assert [(step.title, step.finding) for step in report.steps] == [
        ("Badge data found", Finding.HOLDS),
        ("Issued here", Finding.OPEN),
        ("Written as the standard says", Finding.HOLDS),
        ("Signature", Finding.HOLDS),
        ("Whose key it is", Finding.HOLDS),
        ("Taken back?", Finding.HOLDS),
        ("Date", Finding.HOLDS),
        ("Status", Finding.HOLDS),
        ("Recipient", Finding.OPEN),
    ]


@pytest.mark.parametrize("make", [badge, lambda: token(credential(DID), kid=KID)])
def test_a_signed_badge_holds_in_every_wrapping(make):
    text = make() if isinstance(make(), str) else json.dumps(make())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

    for file in (
        baking.bake_png(png(20), v3=text),
        baking.bake_svg(svg, v3=text),
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
    ):
        assert judge(file).verdict is Verdict.VALID
    assert judge(f"\n {text} \n").verdict is Verdict.VALID


@pytest.mark.parametrize("stands", ["json", "jwt", "png", "page"])
def test_an_address_of_a_signed_badge_will_do(stands):
    address = f"{HOST}/credentials/1"
    document = badge()
    answers = {
        "json": {address: document},
        "jwt": {address: token(credential(DID), kid=KID).encode()},
        "png": {address: baking.bake_png(png(20), v3=json.dumps(document))},
        "page": {
            address: b'<!doctype html><link rel="alternate" type="application/ld+json" href="/1">',
            f"{HOST}/1": document,
        },
    }[stands]

    assert judge(address, answers).verdict is Verdict.VALID


def test_a_page_without_a_badge_gets_a_sentence():
    report = judge(f"{HOST}/about", {f"{HOST}/about": b"<!doctype html><p>Hello</p>"})

    assert report.verdict is Verdict.UNREADABLE


def test_an_issuer_known_by_its_key_alone_holds_and_is_said_to_be():
    report = judge(proven())

    assert report.verdict is Verdict.VALID
    assert "this key alone" in detail(report, "Whose key it is")


def test_a_badge_of_the_older_data_model_is_read():
    older = [
        contexts.CREDENTIALS_V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        "https://w3id.org/security/data-integrity/v2",
    ]
    dates = {"validFrom": None, "issuanceDate": "2026-05-01T12:00:00Z"}
    document = credential(DID, **dates, **{"@context": older}, credentialSchema=None)

    assert judge(proven(document, method=METHOD)).verdict is Verdict.VALID
    ended = document | {"expirationDate": "2026-05-02T12:00:00Z"}
    assert judge(proven(ended, method=METHOD)).verdict is Verdict.EXPIRED


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
    made = document | {"proof": options | {"proofValue": value}}

    assert judge(made).verdict is Verdict.VALID
    assert judge(made | {"name": "Forged"}).verdict is Verdict.CHANGED


def test_a_status_that_was_split_in_two_hides_nothing():
    """The signed meaning is the same; each half alone says nothing."""
    made = badge(credentialStatus=entry())
    of = made["credentialStatus"]
    halves = [{n: of[n] for n in ("id", "type", "statusPurpose")}, of | {"statusPurpose": None}]

    assert judge(made | {"credentialStatus": halves}, {LIST: status_list(7)}).verdict in {
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
    made = jwt.encode(claims, RSA, algorithm="RS256", headers={"kid": KID})
    ended = jwt.encode(
        claims | {"exp": int(CREATED.timestamp()) + 60},
        RSA,
        algorithm="RS256",
        headers={"kid": KID},
    )

    assert judge(made).verdict is Verdict.VALID
    assert judge(ended).verdict is Verdict.EXPIRED


def test_one_proof_of_the_issuer_is_enough():
    document = proven(badge(), key=ANOTHER_ED25519)

    report = judge(document)

    assert report.verdict is Verdict.VALID
    assert "further signature" in detail(report, "Signature")


# --- What another program made --------------------------------------------------------------------


def their_badge() -> theirs.OpenBadgeCredential:
    return theirs.OpenBadgeCredential(
        issuer=theirs.Issuer(id=dids.did_key(ED25519.public_key()), name="Elsewhere College"),
        recipient_id="mailto:rosa@school.example",
        achievement=theirs.Achievement(
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


def test_badges_of_openbadgeslib_hold_and_theirs_that_were_changed_do_not():
    document = OB3LdpSigner(pem(ED25519)).sign(their_badge())
    baked = OB3LdpSigner(pem(ED25519)).sign_into_png(their_badge(), png(20))
    made = OB3Signer(pem(ED25519), algorithm="EdDSA").sign(their_badge())

    for given_ in (document, baked, made):
        report = judge(given_, email="rosa@school.example")
        assert report.verdict is Verdict.VALID
        assert (report.badge_name, report.issuer_name) == ("Teamwork", "Elsewhere College")
        assert judge(given_, email="eve@school.example").verdict is Verdict.OTHER_PERSON
    assert "without a list" in detail(judge(document), "Written as the standard says")
    assert judge(document | {"name": "Forged"}).verdict is Verdict.CHANGED
    assert judge(rewritten(made, name="Forged")).verdict is Verdict.CHANGED


def test_a_token_whose_key_only_came_with_it_is_not_said_to_be_the_issuers():
    made = OB3Signer(pem(RSA), algorithm="RS256").sign(their_badge())

    assert judge(made).verdict is Verdict.WRONG_KEY


# --- What was changed, and by whom ----------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        lambda: badge() | {"validFrom": "2020-01-01T00:00:00Z"},
        lambda: badge() | {"validUntil": "2099-01-01T00:00:00Z"},
        lambda: badge(validUntil="2026-05-02T00:00:00Z") | {"validUntil": None},
        lambda: {
            n: v for n, v in badge(credentialStatus=entry()).items() if n != "credentialStatus"
        },
        lambda: badge() | {"favouriteColor": "green"},
        lambda: rewritten(token(credential(DID), kid=KID), name="Forged"),
        lambda: rewritten(token(credential(DID), kid=KID), exp=4102444800),
        lambda: token(credential(DID), kid=KID)[:-8] + "AAAAAAAA",
    ],
)
def test_what_was_changed_after_signing_is_called_that(changed):
    report = judge(changed())

    assert report.verdict is Verdict.CHANGED
    assert report.headline == "This badge was changed after it was signed."


@pytest.mark.parametrize(
    "forged",
    [
        # Signed by another, in the name of the issuer.
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
        lambda: jwt.encode(credential(DID), RSA, algorithm="RS256"),
    ],
)
def test_a_signature_of_somebody_else_is_called_that(forged):
    answers = {
        "https://evil.example/jwks.json": {"keys": [multikeys.jwk_of(RSA.public_key(), "1")]}
    }
    report = judge(forged(), answers)

    assert report.verdict is Verdict.WRONG_KEY


def test_a_key_that_is_listed_but_does_not_sign_is_not_taken():
    method = dids.multikey_method(DID, ED25519.public_key())
    document = dids.document(DID, [method], active=[])

    assert judge(badge(), {f"{HOST}/.well-known/did.json": document}).verdict is Verdict.WRONG_KEY


def test_a_key_in_the_header_holds_only_if_the_issuer_names_it_too():
    def made(key, algorithm, issuer):
        header = {"jwk": multikeys.jwk_of(key.public_key(), "1")}
        return jwt.encode(credential(issuer), key, algorithm=algorithm, headers=header)

    method = dids.jwk_method(DID, f"{DID}#p256", P256.public_key())
    answers = {f"{HOST}/.well-known/did.json": dids.document(DID, [method])}
    did_key = dids.did_key(ED25519.public_key())

    assert judge(made(P256, "ES256", DID), answers).verdict is Verdict.VALID
    assert judge(made(ED25519, "EdDSA", did_key)).verdict is Verdict.VALID
    assert judge(made(ANOTHER_ED25519, "EdDSA", did_key)).verdict is Verdict.WRONG_KEY


def test_an_issuer_may_be_known_by_a_jwk_alone():
    def made(key, issuer, **header):
        return jwt.encode(credential(issuer), key, algorithm="RS256", headers=header)

    jwk = multikeys.jwk_of(RSA.public_key(), "1")
    did = "did:jwk:" + multikeys.base64url(json.dumps(jwk).encode())
    unknown = "did:jwk:" + multikeys.base64url(b'{"kty":"EC","crv":"secp256k1"}')

    for header in ({"kid": f"{did}#0"}, {"kid": "0"}, {"jwk": jwk}):
        assert judge(made(RSA, did, **header)).verdict is Verdict.VALID
    assert judge(made(RSA, did, kid=f"{did}#1")).verdict is Verdict.WRONG_KEY
    assert judge(made(ANOTHER_RSA, did, kid=f"{did}#0")).verdict is Verdict.CHANGED
    assert judge(made(RSA, unknown, kid=f"{unknown}#0")).verdict is Verdict.NOT_CHECKED
    assert judge(made(RSA, unknown, jwk=jwk)).verdict is Verdict.WRONG_KEY


@pytest.mark.parametrize(
    "unsigned",
    [
        lambda: credential(DID),
        lambda: credential(DID, proof=[]),
        lambda: jwt.encode(credential(DID), None, algorithm="none"),
        lambda: jwt.encode(credential(DID), "s" * 40, algorithm="HS256", headers={"kid": KID}),
    ],
)
def test_what_nobody_signed_proves_nothing(unsigned):
    report = judge(unsigned())

    assert report.verdict is Verdict.INVALID
    assert report.headline == "This badge is not signed, so it proves nothing."


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        (lambda: badge() | {"proof": {"type": "DataIntegrityProof", "cryptosuite": "x"}}, "x"),
        (
            lambda: (
                badge()
                | {
                    "@context": [
                        contexts.CREDENTIALS_V2,
                        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
                    ]
                }
            ),
            "first edition",
        ),
        (
            lambda: badge() | {"@context": [*badge()["@context"], "https://words.example/v1"]},
            "https://words.example/v1",
        ),
        (lambda: badge() | {"@context": [*badge()["@context"], {"a": "urn:b"}]}, "of its own"),
        (lambda: proven(credential("did:example:1"), method="did:example:1#k"), "did:example:1"),
        (lambda: token(credential(DID), kid=f"{DID}#gone"), "cannot be reached"),
    ],
)
def test_what_cannot_be_checked_is_not_called_false(given_, words):
    report = judge(given_(), {f"{HOST}/.well-known/did.json": None})

    assert report.verdict is Verdict.NOT_CHECKED
    assert words in " ".join(step.detail for step in report.steps)


def test_a_changed_badge_is_called_changed_also_when_its_issuer_cannot_be_reached():
    answers = {f"{HOST}/.well-known/did.json": None}

    report = judge(badge(), answers)
    assert report.verdict is Verdict.NOT_CHECKED
    assert "unchanged since it was signed" in report.headline
    assert judge(badge() | {"name": "Forged"}, answers).verdict is Verdict.CHANGED


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
def test_what_is_missing_or_out_of_place_is_named(change, named):
    report = judge(
        credential(DID) | change if None not in change.values() else credential(**change)
    )

    assert report.verdict is Verdict.INVALID
    assert named in detail(report, "Written as the standard says")


def test_an_end_cannot_be_hidden_where_the_signature_still_covers_it():
    """Two places that mean one thing: the signed meaning stays, and the eye misses the end."""
    service = {"id": credential()["id"], "type": "1EdTechCredentialRefresh"}
    made = badge(validUntil="2026-05-02T00:00:00Z", refreshService=service)
    moved = copy.deepcopy(made)
    moved["refreshService"] |= {
        "type": ["1EdTechCredentialRefresh", "VerifiableCredential"],
        "validUntil": moved.pop("validUntil"),
    }

    assert judge(made).verdict is Verdict.EXPIRED
    assert judge(moved).verdict is Verdict.INVALID


def test_no_changed_byte_is_ever_said_to_hold():
    text = json.dumps(badge(validUntil="2027-01-01T00:00:00Z"), ensure_ascii=False).encode()
    meaning = json.loads(text)

    @given(st.integers(0, len(text) - 1), st.integers(1, 255))
    @settings(max_examples=150, deadline=None)
    def tampered(at, bits):
        after = text[:at] + bytes([text[at] ^ bits]) + text[at + 1 :]
        try:
            same = json.loads(after) == meaning
        except ValueError:
            same = False

        report = verifier.verify(file=after, fetcher=Elsewhere(), now=NOW)

        assert same or report.verdict is not Verdict.VALID

    tampered()
