"""Open Badges 3.0 on the verify page: whose they are, what was changed, what still holds."""

from __future__ import annotations

import copy
import json
import uuid
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import credential as theirs
from openbadgeslib.ob3.ldp import OB3LdpSigner
from openbadgeslib.ob3.signer import OB3Signer

from issuing import baking, credentials, documents, operations, verifying
from issuing.fetching import Fetched, NotFetched
from issuing.openbadges import bitstrings, contexts, data_integrity, dids, multikeys, v2, vc_jwt
from issuing.verifying import Finding, Verdict
from tests.factories import coordinator_for, png
from tests.issuing.awards import issued_award
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

pytestmark = pytest.mark.django_db

HOST = "https://badges.elsewhere.example"
DID = "did:web:badges.elsewhere.example"
METHOD = f"{DID}#{multikeys.ed25519_multibase(ED25519.public_key())}"
KID = f"{HOST}/jwks.json#rsa-1"
LIST = f"{HOST}/status/1"
REVOCATIONS = f"{HOST}/revocations"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Elsewhere:
    """Another site, as its addresses answer."""

    def __init__(self, answers: dict | None = None) -> None:
        self.answers = site() | (answers or {})
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        if self.answers.get(url) is None:
            raise NotFetched(NotFetched.UNREACHABLE)
        answer = self.answers[url]
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Fetched(url, 200, body)


def site() -> dict:
    method = dids.multikey_method(DID, ED25519.public_key())
    return {
        f"{HOST}/.well-known/did.json": dids.document(DID, [method]),
        f"{HOST}/jwks.json": {"keys": [multikeys.jwk_of(RSA.public_key(), "rsa-1")]},
        LIST: status_list(),
    }


def status_list(*revoked: int, key=ED25519, **changes) -> dict:
    document = {
        "@context": [contexts.CREDENTIALS_V2],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-05-01T00:00:00Z",
        "validUntil": "2026-07-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bitstrings.encode(revoked),
        },
    }
    return proven(document | changes, key=key, method=METHOD)


def entry(**changes) -> dict:
    return {
        "id": f"{LIST}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": LIST,
    } | changes


def badge(**changes) -> dict:
    """A signed badge of the other site."""
    return proven(credential(DID, **changes), method=METHOD)


def judge(given: dict | str | bytes, answers: dict | None = None, **kwargs):
    fetcher = Elsewhere(answers)
    kwargs = {"fetcher": fetcher, "now": NOW} | kwargs
    if isinstance(given, bytes):
        return verifying.verify(file=given, **kwargs)
    text = given if isinstance(given, str) else json.dumps(given)
    return verifying.verify(text=text, **kwargs)


def detail(report, title: str) -> str:
    return next(step.detail for step in report.steps if step.title == title)


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


def rewritten(made: str, **changes) -> str:
    """The token with another payload and the old signature."""
    head, payload, signature = made.split(".")
    claims = json.loads(multikeys.from_base64url(payload)) | changes
    return f"{head}.{multikeys.base64url(json.dumps(claims).encode())}.{signature}"


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

        report = verifying.verify(file=after, fetcher=Elsewhere(), now=NOW)

        assert same or report.verdict is not Verdict.VALID

    tampered()


# --- What still holds today -----------------------------------------------------------------------


def test_what_the_list_marks_was_taken_back():
    made = badge(credentialStatus=entry())

    assert judge(made, {LIST: status_list(6, 8)}).verdict is Verdict.VALID
    assert judge(made, {LIST: status_list(7)}).verdict is Verdict.REVOKED


def test_a_suspended_badge_is_called_that():
    purpose = {"statusPurpose": "suspension"}
    subject = status_list(7)["credentialSubject"] | purpose
    made = badge(credentialStatus=entry(**purpose))

    report = judge(made, {LIST: status_list(credentialSubject=subject)})

    assert report.verdict is Verdict.SUSPENDED


@pytest.mark.parametrize(
    "listed",
    [
        None,
        b"<p>hello</p>",
        {},
        {n: v for n, v in status_list().items() if n != "proof"},
        status_list(key=ANOTHER_ED25519),
        status_list(validUntil="2026-05-02T00:00:00Z"),
        status_list(validFrom="2026-07-02T00:00:00Z", validUntil="2026-08-01T00:00:00Z"),
        status_list(id=f"{HOST}/status/2"),
        status_list(type=["VerifiableCredential"]),
        status_list(
            credentialSubject=status_list()["credentialSubject"] | {"statusPurpose": "suspension"}
        ),
        status_list(
            credentialSubject=status_list()["credentialSubject"]
            | {"encodedList": bitstrings.encode([], 7)[:-3]}
        ),
        proven(
            {n: v for n, v in status_list().items() if n != "proof"}
            | {"issuer": dids.did_key(ANOTHER_ED25519.public_key())},
            key=ANOTHER_ED25519,
        ),
    ],
)
def test_a_list_that_cannot_be_trusted_says_nothing(listed):
    report = judge(badge(credentialStatus=entry()), {LIST: listed})

    assert report.verdict is Verdict.NOT_CHECKED
    assert "taken back" in report.headline


@pytest.mark.parametrize(
    "changes",
    [
        {"statusListIndex": "-1"},
        {"statusListIndex": "x"},
        {"statusListIndex": "131072"},
        {"statusListCredential": 7},
        {"type": "OtherList"},
        {"statusPurpose": None},
    ],
)
def test_a_place_that_is_not_there_says_nothing(changes):
    made = token(credential(DID, credentialStatus=entry(**changes)), kid=KID)

    assert judge(made).verdict is Verdict.NOT_CHECKED


def test_the_lists_of_1edtech_are_read_too():
    made = badge(credentialStatus={"id": REVOCATIONS, "type": "1EdTechRevocationList"})
    revoked = {"id": made["id"], "revocationReason": "Issued twice."}
    listed = {"id": REVOCATIONS, "issuer": DID, "revokedCredential": [revoked]}

    report = judge(made, {REVOCATIONS: listed})

    assert report.verdict is Verdict.REVOKED
    assert "Issued twice." in report.steps[-1].detail
    others = listed | {"revokedCredential": [revoked | {"revoked": False}, {"id": "urn:x"}, 7]}
    assert judge(made, {REVOCATIONS: others}).verdict is Verdict.VALID
    assert judge(made, {REVOCATIONS: listed | {"issuer": "x"}}).verdict is Verdict.NOT_CHECKED
    assert judge(made).verdict is Verdict.NOT_CHECKED


def test_time_counts():
    assert judge(badge(validUntil="2026-05-31T00:00:00Z")).verdict is Verdict.EXPIRED
    assert judge(badge(validFrom="2026-06-02T00:00:00Z")).verdict is Verdict.NOT_YET
    assert judge(badge(validUntil="2026-06-02T00:00:00Z")).verdict is Verdict.VALID


def test_a_newer_version_is_mentioned_and_no_more():
    service = {"id": f"{HOST}/newest", "type": "1EdTechCredentialRefresh"}
    made = badge(refreshService=service)
    newer = credential(DID, validFrom="2026-05-20T00:00:00Z")

    told = judge(made, {f"{HOST}/newest": newer})
    same = judge(made, {f"{HOST}/newest": made})
    other = judge(made, {f"{HOST}/newest": newer | {"id": "urn:other"}})

    assert (told.verdict, same.verdict, other.verdict) == (Verdict.VALID,) * 3
    assert "newer" in detail(told, "Newer version")
    assert detail(same, "Newer version") == detail(other, "Newer version") == "The issuer has none."


# --- Whose badge ----------------------------------------------------------------------------------


def identified(*identifiers: dict) -> dict:
    subject = credential()["credentialSubject"] | {"identifier": list(identifiers)}
    return badge(credentialSubject=subject)


def hashed(email: str) -> dict:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": v2.hashed_identity(email, "salt"),
        "identityType": "emailAddress",
        "salt": "salt",
    }


PLAIN = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "Ana@school.example",
    "identityType": "emailAddress",
}
NAME = {"type": "IdentityObject", "hashed": False, "identityHash": "Ana", "identityType": "name"}


@pytest.mark.parametrize(
    ("identifiers", "email", "verdict"),
    [
        ([hashed("rosa@school.example")], " Rosa@School.example", Verdict.VALID),
        ([hashed("rosa@school.example")], "eve@school.example", Verdict.OTHER_PERSON),
        ([NAME, PLAIN, hashed("rosa@school.example")], "rosa@school.example", Verdict.VALID),
        ([NAME, PLAIN], "ana@school.example", Verdict.VALID),
        ([NAME, PLAIN], "eve@school.example", Verdict.OTHER_PERSON),
        ([NAME], "Ana", Verdict.VALID),  # names no address, so the question stays open
    ],
)
def test_any_identifier_of_the_person_is_enough(identifiers, email, verdict):
    report = judge(identified(*identifiers), email=email)

    assert report.verdict is verdict
    assert "school.example" not in " ".join(step.detail for step in report.steps).lower()


# --- Who endorses ---------------------------------------------------------------------------------


def endorsement(key=ANOTHER_ED25519, **changes) -> dict:
    did = dids.did_key(key.public_key())
    document = {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3],
        "id": "urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020109",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": did, "type": ["Profile"], "name": "Department of Education"},
        "name": "Endorsement",
        "validFrom": "2026-05-01T00:00:00Z",
        "credentialSubject": {
            "id": credential()["credentialSubject"]["achievement"]["id"],
            "type": ["EndorsementSubject"],
            "endorsementComment": "Well made.",
        },
    }
    return proven(document | changes, key=key)


def test_endorsements_are_counted_and_each_is_checked():
    changed = endorsement() | {"name": "Forged"}
    ended = endorsement(validUntil="2026-05-02T00:00:00Z")

    report = judge(badge(endorsement=[endorsement(), changed, ended]))

    assert report.verdict is Verdict.VALID
    assert detail(report, "Endorsements") == (
        "1 of 3 endorsements hold. Department of Education: holds; Department of Education: does"
        " not hold; Department of Education: no longer in force"
    )


# --- Both in one picture --------------------------------------------------------------------------


def hosted_twin(name: str = "Teamwork") -> dict:
    return {
        f"{HOST}/a/1": v2.Assertion(
            id=f"{HOST}/a/1",
            badge_id=f"{HOST}/b/1",
            image_url="",
            email="rosa@school.example",
            salt="salt",
            issued_on=NOW - timedelta(days=30),
        ).document(),
        f"{HOST}/b/1": v2.BadgeClass(
            id=f"{HOST}/b/1",
            name=name,
            description="x",
            image_url=f"{HOST}/b/1.png",
            image_caption="",
            criteria_url=f"{HOST}/b/1",
            criteria_narrative="",
            issuer_id=f"{HOST}/i/1",
        ).document(),
        f"{HOST}/i/1": v2.Issuer(
            id=f"{HOST}/i/1", name="Elsewhere College", url=HOST, email="a@elsewhere.example"
        ).document(),
    }


def carrying_both(signed: dict, twin: dict) -> bytes:
    return baking.bake_png(png(20), v2=json.dumps(twin[f"{HOST}/a/1"]), v3=json.dumps(signed))


def test_a_picture_with_both_forms_is_judged_for_both():
    twin = hosted_twin()

    report = judge(carrying_both(badge(), twin), twin)

    assert report.verdict is Verdict.VALID
    assert [(form.version, form.verdict) for form in report.forms] == [
        ("2.0", Verdict.VALID),
        ("3.0", Verdict.VALID),
    ]


def test_of_two_answers_the_graver_counts():
    twin = hosted_twin()

    report = judge(carrying_both(badge() | {"name": "Forged"}, twin), twin)

    assert report.verdict is Verdict.CHANGED
    assert [form.verdict for form in report.forms] == [Verdict.VALID, Verdict.CHANGED]


def test_two_badges_in_one_picture_are_not_one():
    twin = hosted_twin("Leadership")

    assert judge(carrying_both(badge(), twin), twin).verdict is Verdict.INVALID


# --- Issued here ----------------------------------------------------------------------------------


def forms_of(award) -> tuple[dict, str]:
    made = credentials.signed(award.public_id)
    return json.loads(made.json), made.jwt


def ask(given_, **kwargs):
    """As anybody does, today, and without any network."""
    text = given_ if isinstance(given_, str) else json.dumps(given_)
    return verifying.verify(text=text, fetcher=Elsewhere(), **kwargs)


def test_our_own_holds_by_our_own_keys_and_lists():
    award = issued_award()

    for form in forms_of(award):
        report = ask(form, email=award.recipient_email)
        assert report.verdict is Verdict.VALID
        assert report.award == award
        assert [step for step in report.steps if step.finding is not Finding.HOLDS] == []


def test_our_own_that_was_revoked_says_why():
    award = issued_award()
    forms = forms_of(award)
    operations.revoke(award, by=coordinator_for(award.badge_class), reason="Issued twice.")

    for form in forms:
        report = ask(form)
        assert report.verdict is Verdict.REVOKED
        assert "Issued twice." in report.steps[-1].detail


def test_nobody_else_can_issue_in_our_name():
    award = issued_award()
    other = issued_award(badge_class=award.badge_class)
    document, made = forms_of(award)
    did = dids.did_key(ED25519.public_key())
    unproven = {name: value for name, value in document.items() if name != "proof"}
    unknown = f"http://localhost:8000/credentials/{uuid.uuid4()}"

    # Changed, and signed anew by somebody else: under their own name, and under ours.
    assert ask(proven(unproven | {"issuer": did})).verdict is Verdict.NOT_ISSUED
    assert ask(proven(unproven)).verdict is Verdict.WRONG_KEY
    assert ask(proven(unproven | {"id": unknown})).verdict is Verdict.NOT_ISSUED
    assert ask(document | {"id": forms_of(other)[0]["id"]}).verdict is Verdict.CHANGED
    assert ask(document | {"validFrom": "2020-01-01T00:00:00Z"}).verdict is Verdict.CHANGED
    assert ask(rewritten(made, name="Forged")).verdict is Verdict.CHANGED
    assert ask(token(unproven, kid=KID)).verdict is Verdict.WRONG_KEY


def test_our_own_from_before_evidence_was_shared_holds_and_a_newer_one_is_mentioned():
    award = issued_award(now=timezone.now() - timedelta(days=1))
    document, _made = forms_of(award)
    operations.share(award, shows_name=True, items=[])
    credentials.sign_due(now=timezone.now())

    report = ask(document)

    assert report.verdict is Verdict.VALID
    assert "newer" in detail(report, "Newer version")


def test_the_downloaded_picture_carries_both_and_both_hold(client):
    award = issued_award()
    document, _made = forms_of(award)
    hosted = v2.dumps(documents.assertion(award.public_id))
    with award.version.image.open() as art:
        file = baking.bake_png(art.read(), v2=hosted, v3=json.dumps(document))

    report = verifying.verify(file=file, email=award.recipient_email, fetcher=Elsewhere())

    assert report.verdict is Verdict.VALID
    assert [form.verdict for form in report.forms] == [Verdict.VALID, Verdict.VALID]
    upload = {"file": SimpleUploadedFile("badge.png", file)}
    page = client.post("/verify/", upload).content.decode()
    assert "This badge holds." in page
    assert "Open Badges 2.0" in page
    assert "Open Badges 3.0" in page


def test_two_awards_of_ours_in_one_picture_are_not_one():
    award, other = issued_award(), issued_award()
    document, _made = forms_of(other)
    hosted = v2.dumps(documents.assertion(award.public_id))
    file = baking.bake_png(png(20), v2=hosted, v3=json.dumps(document))

    assert verifying.verify(file=file, fetcher=Elsewhere()).verdict is Verdict.INVALID


# --- The answer for programs ----------------------------------------------------------------------


def test_programs_are_answered_at_an_address_of_their_own(client):
    made = proven(credential(validUntil="2999-01-01T00:00:00Z"))

    answer = client.post("/verify.json", {"text": json.dumps(made)})

    told = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert (told["verdict"], told["version"], told["forms"]) == ("valid", "3.0", [])
    assert told["document"] == made


def test_programs_may_send_the_badge_itself(client):
    made = proven()
    bodies = {
        "application/json": json.dumps(made),
        "application/vc+jwt": token(credential()),
        "image/png": baking.bake_png(png(20), v3=json.dumps(made)),
    }

    told = {
        kind: client.post("/verify.json?email=a@b.example", body, content_type=kind).json()
        for kind, body in bodies.items()
    }

    assert {kind: answer["verdict"] for kind, answer in told.items()} == {
        "application/json": "valid",
        "application/vc+jwt": "wrong_key",
        "image/png": "valid",
    }
    assert told["image/png"]["steps"][-1]["title"] == "Recipient"


# --- Bounds ---------------------------------------------------------------------------------------


def test_a_badge_cannot_send_us_all_over_the_web():
    many = [
        proven(endorsement() | {"issuer": f"did:web:{n}.example"}, method=f"did:web:{n}.example#k")
        for n in range(30)
    ]
    fetcher = Elsewhere()
    verifying.verify(
        text=json.dumps(badge(credentialStatus=entry(), endorsement=many)), fetcher=fetcher, now=NOW
    )

    assert len(fetcher.asked) <= 12
    assert len(set(fetcher.asked)) == len(fetcher.asked)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "type", "issuer", "proof", "kid", "achievement", "@context", "x"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=6,
    ),
    st.sampled_from([*credential(), "proof", "credentialStatus", "evidence", "refreshService"]),
)
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_a_badge_gets_an_answer(value, name):
    document = badge(credentialStatus=entry()) | {name: value}
    made = jwt.encode({n: v for n, v in document.items() if n != "proof"}, RSA, algorithm="RS256")

    for text in (json.dumps(document), made, rewritten(token(), **{name: value})):
        report = verifying.verify(text=text, fetcher=Elsewhere(), now=NOW)
        assert report.headline
    assert vc_jwt.looks_like_one(made)
