"""Signatures hold for what was signed, for nothing else, and in the eyes of other programs."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import ldp

from openbadges import contexts, data_integrity, multikeys, v2, v3, vc_jwt
from openbadges.canonical import NotSignable, TooTangled, canonicalize
from openbadges.contexts import UnknownContext
from openbadges.data_integrity import ProofDoesNotHold
from openbadges.text import clean
from openbadges.vc_jwt import TokenDoesNotHold
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

ACHIEVEMENT = ("credentialSubject", "achievement")


def changed(document: dict, *path: str, to: object) -> dict:
    document = copy.deepcopy(document)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return document


# --- Contexts -------------------------------------------------------------------------------------


def test_the_shipped_contexts_are_the_ones_that_were_checked():
    found = {url: hashlib.sha256(contexts.shipped(url)).hexdigest() for url in contexts.SHA256}

    assert found == contexts.SHA256
    assert contexts._SHIPPED.keys() == contexts.SHA256.keys()


@pytest.mark.parametrize(
    "url",
    [
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        "http://www.w3.org/ns/credentials/v2",
        "https://evil.example/context.json",
        {"name": "https://evil.example/#name"},
        None,
    ],
)
def test_no_other_context_is_read_wherever_it_stands(url):
    top = credential(**{"@context": [*credential()["@context"], url]})
    within = changed(credential(), *ACHIEVEMENT, "@context", to=url)

    for document in (top, within):
        with pytest.raises(UnknownContext):
            canonicalize(document)


# --- Canonical form -------------------------------------------------------------------------------


def test_the_order_of_what_is_written_does_not_matter():
    document = credential()
    turned = json.loads(json.dumps(document, sort_keys=True, indent=4))

    assert canonicalize(document) == canonicalize(turned)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("favouriteColor",), "green", "favouriteColor"),
        ((*ACHIEVEMENT, "colour"), "green", "colour"),
        (("id",), "credentials/1", "id (credentials/1)"),
        (("type",), ["VerifiableCredential", "MyBadge"], "type (MyBadge)"),
        (("image",), {"id": "badge.png", "type": "Image"}, "image.id (badge.png)"),
        (("id",), "_:b0", "id (_:b0)"),
        (("id",), "urn:x> <urn:y> <urn:z", "id (urn:x> <urn:y> <urn:z)"),
        ((*ACHIEVEMENT, "name"), "a\x0cb", "credentialSubject.achievement.name"),
        ((*ACHIEVEMENT, "name"), "a\x7fb", "credentialSubject.achievement.name"),
        ((*ACHIEVEMENT, "name"), "\ud800", "credentialSubject.achievement.name"),
        (("@included",), [{"id": "urn:x"}], "@included"),
        (("https://schema.org/name",), "x", "https://schema.org/name"),
        (
            (*ACHIEVEMENT, "creditsAvailable"),
            10**30,
            "credentialSubject.achievement.creditsAvailable",
        ),
        (
            (*ACHIEVEMENT, "creditsAvailable"),
            1e999,
            "credentialSubject.achievement.creditsAvailable",
        ),
    ],
)
def test_what_a_signature_would_not_cover_is_refused_by_name(path, value, place):
    with pytest.raises(NotSignable) as refusal:
        canonicalize(changed(credential(), *path, to=value))

    assert refusal.value.names == (place,)


def test_a_document_without_contexts_says_nothing():
    with pytest.raises(NotSignable):
        canonicalize({"name": "x"})


def nested(depth):
    document = inner = credential()
    for _ in range(depth):
        inner["evidence"] = {"type": ["Evidence"]}
        inner = inner["evidence"]
    return document


def alike(count):
    """Nameless things that differ in nothing: telling them apart takes more than all time."""
    alignments = [{"type": ["Alignment"], "targetName": "x"} for _ in range(count)]
    return changed(credential(), *ACHIEVEMENT, "alignment", to=[{"alignment": alignments}] * count)


@pytest.mark.parametrize(
    "document",
    [
        nested(100),
        credential(**{"@context": credential()["@context"] * 3000}),
        credential(evidence=[{"@context": credential()["@context"]}] * 300),
        credential(name=["x"] * 501),
        credential(evidence=[{"type": ["Evidence"], "name": str(i)} for i in range(499)] * 20),
    ],
)
def test_what_is_too_much_is_refused_at_once(document):
    began = time.monotonic()

    with pytest.raises(NotSignable):
        canonicalize(document)

    assert time.monotonic() - began < 2


def test_things_made_alike_on_purpose_do_not_keep_anybody_busy():
    began = time.monotonic()

    for count in (2, 4, 8, 20):
        try:
            canonicalize(alike(count))
        except TooTangled:
            assert count > 4

    assert time.monotonic() - began < 5


def test_threads_do_not_disturb_each_other():
    expected = canonicalize(credential())

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: canonicalize(credential()), range(40)))

    assert made == [expected] * 40


# --- Data Integrity -------------------------------------------------------------------------------


def another_program_agrees(document: dict) -> None:
    pem = ED25519.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    # It takes one proof, not a list of one.
    ldp.verify_data_integrity_proof(document | {"proof": document["proof"][0]}, pem)


def test_a_proof_holds_here_and_in_another_program():
    document = proven()

    data_integrity.verify(document, document["proof"][0], ED25519.public_key())
    another_program_agrees(document)


def test_a_second_proof_stands_beside_the_first():
    document = proven(proven(), key=ANOTHER_ED25519)

    for proof, key in zip(document["proof"], (ED25519, ANOTHER_ED25519), strict=True):
        data_integrity.verify(document, proof, key.public_key())


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d | {"validFrom": "2026-05-01T12:00:01Z"},
        lambda d: d | {"name": "Teamwork "},
        lambda d: changed(d, *ACHIEVEMENT, "name", to="Leadership"),
        lambda d: changed(d, *ACHIEVEMENT, "alignment", to=[]),
        lambda d: {name: value for name, value in d.items() if name != "name"},
        lambda d: d | {"validUntil": "2099-01-01T00:00:00Z"},
        lambda d: d | {"proof": [d["proof"][0] | {"created": "2026-05-01T12:00:01Z"}]},
        lambda d: d | {"proof": [d["proof"][0] | {"proofPurpose": "authentication"}]},
        lambda d: d | {"proof": [d["proof"][0] | {"cryptosuite": "eddsa-jcs-2022"}]},
        lambda d: d | {"proof": [d["proof"][0] | {"type": "Other"}]},
        lambda d: d | {"proof": [d["proof"][0] | {"proofValue": 7}]},
        lambda d: d | {"proof": [d["proof"][0] | {"proofValue": {}}]},
        lambda d: d | {"proof": [d["proof"][0] | {"proofValue": "z0"}]},
        lambda d: d | {"proof": [d["proof"][0] | {"proofValue": "z" + "1" * 5000}]},
        lambda d: d | {"proof": [d["proof"][0] | {"@context": contexts.CREDENTIALS_V2}]},
        lambda d: d | {"proof": [d["proof"][0] | {"verificationMethod": "did:key:zOther"}]},
    ],
)
def test_no_change_is_covered_by_the_proof(change):
    document = change(proven())

    with pytest.raises(ProofDoesNotHold):
        data_integrity.verify(document, document["proof"][0], ED25519.public_key())


def test_another_key_did_not_sign():
    document = proven()

    with pytest.raises(ProofDoesNotHold):
        data_integrity.verify(document, document["proof"][0], ANOTHER_ED25519.public_key())


@given(st.text(min_size=1, max_size=400))
@settings(max_examples=40, deadline=None)
def test_text_in_every_script_is_signed_as_other_programs_read_it(text):
    document = proven(changed(credential(), *ACHIEVEMENT, "name", to=clean(text) or "x"))

    another_program_agrees(document)


def test_what_programs_canonicalise_differently_is_not_written():
    assert clean("1.\tone\r\n\x0b\x0c\x7f\ud800two") == "1.    one\r\ntwo"


def test_every_address_that_is_typed_is_written_as_a_uri():
    typed, written = (
        "https://ñandú.example/[a]?100%",
        "https://xn--and-6ma2c.example/%5Ba%5D?100%25",
    )

    assert (
        v2.Issuer(id="x", name="N", url=typed, email="n@example.org").document()["url"] == written
    )
    assert v3.Profile(id="x", name="N", url=typed).document()["url"] == written
    assert v2.Alignment(name="N", url=typed).document()["targetUrl"] == written
    assert v3.Alignment(name="N", url=typed).document()["targetUrl"] == written
    assert v2.Evidence(url=typed).document()["id"] == written
    assert v3.Evidence(url=typed).document()["id"] == written


# --- VC-JWT ---------------------------------------------------------------------------------------


def test_the_payload_is_the_credential_and_agrees_with_its_claims():
    document = credential(validUntil="2030-01-01T00:00:00Z")
    header, payload = vc_jwt.read(token(document))

    assert header == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": "https://badges.elsewhere.example/jwks#1",
    }
    assert payload == document | {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": 1777636800,
        "exp": 1893456000,
    }
    assert vc_jwt.verify(token(document), RSA.public_key()) == payload


def test_another_program_reads_the_token():
    read = jwt.decode(token(), RSA.public_key(), algorithms=["RS256"])

    assert read["credentialSubject"] == credential()["credentialSubject"]


@pytest.mark.parametrize(
    ("algorithm", "key"), [("RS256", RSA), ("ES256", P256), ("EdDSA", ED25519)]
)
def test_tokens_of_others_are_read(algorithm, key):
    made = jwt.encode(credential(), key, algorithm=algorithm)

    assert vc_jwt.verify(made, key.public_key()) == credential()
    with pytest.raises(TokenDoesNotHold):
        vc_jwt.verify(made, (ANOTHER_RSA if key is RSA else RSA).public_key())


def with_header(**header) -> str:
    text = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return text + token()[token().index(".") :]


@pytest.mark.parametrize(
    "forged",
    [
        with_header(alg="none"),
        with_header(alg="none").rpartition(".")[0] + ".",
        with_header(alg="HS256"),
        with_header(alg="PS256"),
        with_header(alg=["RS256"]),
        with_header(),
        with_header(alg="RS256", crit=["b64"], b64=False),
        token() + "A",
        token() + "=",
        token() + ".x",
        token()[:-20],
        "..",
        "a.b",
        "",
    ],
)
def test_a_forged_token_does_not_hold(forged):
    with pytest.raises(TokenDoesNotHold):
        vc_jwt.verify(forged, RSA.public_key())


def test_a_shared_secret_made_of_the_public_key_opens_nothing():
    secret = multikeys.jwk_of(RSA.public_key(), "1")["n"]
    forged = jwt.encode(credential(name="Forged"), secret, algorithm="HS256")

    with pytest.raises(TokenDoesNotHold):
        vc_jwt.verify(forged, RSA.public_key())


def test_a_credential_without_a_subject_id_has_no_jwt():
    document = credential()
    del document["credentialSubject"]["id"]

    with pytest.raises(vc_jwt.NoSubject):
        token(document)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_changed_character_of_a_token_holds(data):
    made = token()
    at = data.draw(st.integers(0, len(made) - 1))
    character = data.draw(st.characters(exclude_characters=made[at]))

    with pytest.raises(TokenDoesNotHold):
        vc_jwt.verify(made[:at] + character + made[at + 1 :], RSA.public_key())


def test_the_time_in_a_proof_is_in_utc_to_the_second():
    created = CREATED.astimezone(timezone(timedelta(hours=-7))) + timedelta(microseconds=5)

    assert data_integrity.proof_options("m", created)["created"] == "2026-05-01T12:00:00Z"
