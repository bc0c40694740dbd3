"""Signatures verify here and in other software, and only for the signed document."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import ldp

from openbadges import contexts, data_integrity, multikeys, v2, v3, vc_jwt
from openbadges.canonical import NotSignable, TooComplex, canonicalize
from openbadges.contexts import UnknownContext
from openbadges.data_integrity import InvalidProof
from openbadges.text import clean
from openbadges.vc_jwt import InvalidToken
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

PUBLISHED = Path(__file__).parents[3] / "shared/openbadges/contexts"
ACHIEVEMENT = ("credentialSubject", "achievement")


def changed(document: dict, *path: str, to: object) -> dict:
    document = copy.deepcopy(document)
    inner = document
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return document


# --- Contexts -------------------------------------------------------------------------------------


def test_the_shipped_contexts_have_the_recorded_digests():
    found = {url: hashlib.sha256(contexts.shipped(url)).hexdigest() for url in contexts.SHA256}

    assert found == contexts.SHA256
    assert {*contexts._SHIPPED, contexts.FIRST_EDITION} == contexts.SHA256.keys()


@pytest.mark.skipif(not PUBLISHED.exists(), reason="needs the contexts as 1EdTech publishes them")
def test_the_first_edition_is_built_as_it_was_published():
    published = json.loads((PUBLISHED / "ob-v3p0.json").read_text())

    assert contexts.load(contexts.FIRST_EDITION)["document"] == published


@pytest.mark.parametrize(
    "url",
    [
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.9.9.json",
        "http://www.w3.org/ns/credentials/v2",
        "https://evil.example/context.json",
        {"name": "https://evil.example/#name"},
        None,
    ],
)
def test_an_unknown_context_is_refused_at_any_depth(url):
    top = credential(**{"@context": [*credential()["@context"], url]})
    within = changed(credential(), *ACHIEVEMENT, "@context", to=url)

    for document in (top, within):
        with pytest.raises(UnknownContext):
            canonicalize(document)


# --- Canonical form -------------------------------------------------------------------------------


def test_property_order_does_not_change_the_canonical_form():
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
def test_properties_that_a_signature_would_not_cover_are_named(path, value, place):
    with pytest.raises(NotSignable) as refusal:
        canonicalize(changed(credential(), *path, to=value))

    assert refusal.value.names == (place,)


def test_a_document_without_contexts_is_refused():
    with pytest.raises(NotSignable):
        canonicalize({"name": "x"})


def nested(depth):
    document = inner = credential()
    for _ in range(depth):
        inner["evidence"] = {"type": ["Evidence"]}
        inner = inner["evidence"]
    return document


def identical_nodes(count):
    """Equal blank nodes, which take exponential time to distinguish."""
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
def test_documents_that_are_too_large_are_refused_quickly(document):
    began = time.monotonic()

    with pytest.raises(NotSignable):
        canonicalize(document)

    assert time.monotonic() - began < 2


def test_identical_blank_nodes_are_refused_quickly():
    began = time.monotonic()

    for count in (2, 4, 8, 20):
        try:
            canonicalize(identical_nodes(count))
        except TooComplex:
            assert count > 4

    assert time.monotonic() - began < 5


def test_threads_canonicalize_independently():
    expected = canonicalize(credential())

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: canonicalize(credential()), range(40)))

    assert results == [expected] * 40


# --- Data Integrity -------------------------------------------------------------------------------


def verify_with_other_software(document: dict) -> None:
    pem = ED25519.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    # It expects one proof, not a list of one.
    ldp.verify_data_integrity_proof(document | {"proof": document["proof"][0]}, pem)


def test_a_proof_verifies_here_and_in_other_software():
    document = proven()

    data_integrity.verify(document, document["proof"][0], ED25519.public_key())
    verify_with_other_software(document)


def test_a_second_proof_does_not_break_the_first():
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
def test_any_change_invalidates_the_proof(change):
    document = change(proven())

    with pytest.raises(InvalidProof):
        data_integrity.verify(document, document["proof"][0], ED25519.public_key())


def test_a_proof_does_not_verify_with_another_key():
    document = proven()

    with pytest.raises(InvalidProof):
        data_integrity.verify(document, document["proof"][0], ANOTHER_ED25519.public_key())


@given(st.text(min_size=1, max_size=400))
@settings(max_examples=40, deadline=None)
def test_signed_text_in_every_script_verifies_in_other_software(text):
    document = proven(changed(credential(), *ACHIEVEMENT, "name", to=clean(text) or "x"))

    verify_with_other_software(document)


def test_characters_that_software_canonicalizes_differently_are_removed():
    assert clean("1.\tone\r\n\x0b\x0c\x7f\ud800two") == "1.    one\r\ntwo"


def test_every_typed_address_is_written_as_a_uri():
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


def test_the_payload_is_the_credential_with_matching_claims():
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


def test_other_software_reads_the_token():
    read = jwt.decode(token(), RSA.public_key(), algorithms=["RS256"])

    assert read["credentialSubject"] == credential()["credentialSubject"]


@pytest.mark.parametrize(
    ("algorithm", "key"), [("RS256", RSA), ("ES256", P256), ("EdDSA", ED25519)]
)
def test_tokens_of_other_issuers_are_read(algorithm, key):
    signed = jwt.encode(credential(), key, algorithm=algorithm)

    assert vc_jwt.verify(signed, key.public_key()) == credential()
    with pytest.raises(InvalidToken):
        vc_jwt.verify(signed, (ANOTHER_RSA if key is RSA else RSA).public_key())


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
def test_a_forged_token_is_refused(forged):
    with pytest.raises(InvalidToken):
        vc_jwt.verify(forged, RSA.public_key())


def test_the_public_key_does_not_work_as_a_shared_secret():
    secret = multikeys.jwk_of(RSA.public_key(), "1")["n"]
    forged = jwt.encode(credential(name="Forged"), secret, algorithm="HS256")

    with pytest.raises(InvalidToken):
        vc_jwt.verify(forged, RSA.public_key())


def test_a_credential_without_a_subject_id_has_no_jwt():
    document = credential()
    del document["credentialSubject"]["id"]

    with pytest.raises(vc_jwt.MissingSubjectId):
        token(document)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_changing_any_character_of_a_token_invalidates_it(data):
    signed = token()
    at = data.draw(st.integers(0, len(signed) - 1))
    character = data.draw(st.characters(exclude_characters=signed[at]))

    with pytest.raises(InvalidToken):
        vc_jwt.verify(signed[:at] + character + signed[at + 1 :], RSA.public_key())


def test_the_time_in_a_proof_is_in_utc_to_the_second():
    created = CREATED.astimezone(timezone(timedelta(hours=-7))) + timedelta(microseconds=5)

    assert data_integrity.proof_options("m", created)["created"] == "2026-05-01T12:00:00Z"
