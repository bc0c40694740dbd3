"""Every kind of key, issuer and signature; what is unknown is never called false."""

from __future__ import annotations

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from openbadges import contexts, data_integrity, dids, multikeys
from openbadges.multikeys import base58btc_encode
from tests.issuing.credentials import ANOTHER_RSA, CREATED, P256, RSA, credential, proven
from tests.verification.elsewhere import (
    DID,
    HOST,
    KID,
    LIST,
    detail,
    rewritten,
    signed_badge,
    signed_status_list,
    status_entry,
    verify,
)
from tests.verification.signed_elsewhere import (
    ISSUER,
    KEY,
    REVOKED,
    SIGNERS,
    did_jwk,
    did_key,
    did_web_site,
    signed_token,
    signed_v2,
    site_of_signed_v2,
)
from verification.verdicts import Kind
from verification.verifier import Verdict

pytestmark = pytest.mark.django_db


# --- Keys and issuers -----------------------------------------------------------------------------


@pytest.mark.parametrize(("algorithm", "key"), SIGNERS)
def test_every_kind_of_key_verifies_for_every_kind_of_issuer(algorithm, key):
    by_key, by_jwk = did_key(key), did_jwk(algorithm, key)
    site = did_web_site(DID, algorithm, key)
    tokens = [
        signed_token(by_key, algorithm, key, kid=f"{by_key}#{by_key.removeprefix('did:key:')}"),
        signed_token(by_key, algorithm, key),
        signed_token(by_jwk, algorithm, key, kid=f"{by_jwk}#0"),
        signed_token(DID, algorithm, key, kid=f"{DID}#key-1"),
        signed_token(DID, algorithm, key, kid="#key-1"),
        signed_token(DID, algorithm, key, kid=DID),
        signed_token(DID, algorithm, key, typ="vc+jwt", cty="vc"),
    ]

    assert [verify(text, site).verdict for text in tokens] == [Verdict.VALID] * len(tokens)
    assert [verify(rewritten(text, name="Forged"), site).kind for text in tokens[:5]] == (
        [Kind.FALSE] * 5
    )
    assert not {verify(rewritten(text, name="Forged"), site).verdict for text in tokens} & {
        Verdict.VALID
    }


def test_a_proof_with_ecdsa_is_verified():
    issuer = did_key(P256)
    document = credential(issuer)
    options = data_integrity.proof_options(f"{issuer}#{issuer.removeprefix('did:key:')}", CREATED)
    options["cryptosuite"] = "ecdsa-rdfc-2019"
    signature = P256.sign(data_integrity.hash_data(document, options), ec.ECDSA(SHA256()))
    raw = b"".join(number.to_bytes(32) for number in decode_dss_signature(signature))
    signed = document | {"proof": [options | {"proofValue": "z" + base58btc_encode(raw)}]}

    assert verify(signed).verdict is Verdict.VALID
    assert verify(signed | {"name": "Forged"}).verdict is Verdict.CHANGED


def unknown_proof(**changes) -> dict:
    document = signed_badge()
    return document | {"proof": [document["proof"][0] | changes]}


UNKNOWN = {
    "cryptosuite": lambda: unknown_proof(cryptosuite="bbs-2023"),
    "proof type": lambda: unknown_proof(type="JsonWebSignature2020", cryptosuite=None),
    "purpose": lambda: unknown_proof(proofPurpose="authentication"),
    "no method": lambda: unknown_proof(verificationMethod=None),
    "expired proof": lambda: unknown_proof(expires="2020-01-01T00:00:00Z"),
    "DID method": lambda: proven(credential("did:ion:abc"), method="did:ion:abc#k"),
    "kind of did:key": lambda: proven(credential("did:key:zUC7abc"), method="did:key:zUC7abc#a"),
    "issuer over http": lambda: proven(credential("http://a.example"), method="http://a.example#k"),
    "profile without keys": lambda: proven(credential(f"{HOST}/p"), method=f"{HOST}/p#k"),
    "context": lambda: (
        signed_badge() | {"@context": [*credential()["@context"], "https://w.example/v1"]}
    ),
    "algorithm": lambda: rewritten_header(alg="ML-DSA-44"),
    "critical header": lambda: rewritten_header(crit=["b64"], b64=False),
    "no kid": lambda: signed_token(DID, "RS256", RSA),
    "damaged": lambda: signed_token(DID, "RS256", RSA)[:-3] + "!",
    "status": lambda: issued(credentialStatus=status_entry(type="TokenStatusListEntry")),
    "status of the past": lambda: issued(credentialStatus=status_entry(type="StatusList2021Entry")),
    "credential": lambda: issued(
        type=["VerifiableCredential", "DriverLicense"], credentialSubject={"id": "urn:uuid:1"}
    ),
}


def issued(**changes) -> str:
    return signed_token(DID, "RS256", RSA, claims=credential(DID, **changes), kid=KID)


def rewritten_header(**header) -> str:
    text = signed_token(DID, "RS256", RSA, kid=KID)
    _head, payload, signature = text.split(".")
    head = {"alg": "RS256", "kid": KID} | header
    return f"{multikeys.base64url(json.dumps(head).encode())}.{payload}.{signature}"


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_unknown_is_never_called_false(name):
    profile = {"id": f"{HOST}/p", "type": ["Profile"], "name": "Elsewhere College"}

    report = verify(UNKNOWN[name](), {f"{HOST}/p": profile})

    assert report.kind in {Kind.NOT_CHECKED, Kind.SOMETHING_ELSE}
    assert report.headline


def test_a_profile_that_names_other_keys_does_not_own_this_one():
    method = dids.multikey_method(f"{HOST}/p", P256_AS_ED25519)
    profile = {"id": f"{HOST}/p", "verificationMethod": [method], "assertionMethod": [method["id"]]}

    report = verify(
        proven(credential(f"{HOST}/p"), method=f"{HOST}/p#other"), {f"{HOST}/p": profile}
    )

    assert report.verdict is Verdict.WRONG_KEY


P256_AS_ED25519 = dids.key_of_did_key("did:key:z6MkmwZSnJR5TbvjNc48F2yK4FUm3ANGWEhDTuvxmB5bqZvX")


def test_a_term_that_no_context_defines_does_not_count_as_a_change():
    """Nobody can know whether its issuer or somebody else wrote it: no signature covers it."""
    report = verify(signed_badge() | {"favouriteColor": "green"})

    assert report.verdict is Verdict.INVALID
    assert "favouriteColor" in detail(report, "What the signature covers")


def test_a_revoked_badge_against_the_rules_is_both():
    broken = credential(DID, credentialStatus=status_entry(), description=7)
    text = signed_token(DID, "RS256", RSA, claims=broken, kid=KID)

    assert verify(text).verdict is Verdict.INVALID
    report = verify(text, {LIST: signed_status_list(7)})
    assert report.verdict is Verdict.REVOKED
    assert "does not follow the rules" in report.headline


@pytest.mark.parametrize("context", [contexts.CREDENTIALS_V1, contexts.CREDENTIALS_V2])
def test_registered_claims_stand_for_what_a_vc_claim_leaves_out(context):
    inner = credential(DID, validFrom=None, id=None)
    del inner["issuer"], inner["credentialSubject"]["id"]
    inner["@context"] = [context, contexts.OPEN_BADGES_3]
    claims = {"iss": DID, "jti": "urn:uuid:1", "sub": "did:example:rosa", "vc": inner}
    seconds = int(CREATED.timestamp())

    def verdict(**more):
        return verify(signed_token(DID, "RS256", RSA, claims=claims | more, kid=KID)).verdict

    assert verdict(nbf=seconds) is Verdict.VALID
    assert verdict(iat=seconds) is Verdict.VALID
    assert verdict(nbf=seconds, exp=seconds + 60) is Verdict.EXPIRED
    assert verdict() is Verdict.INVALID
    assert verdict(nbf=seconds, vc=inner | {"id": "urn:uuid:2"}) is Verdict.INVALID


# --- Open Badges 2.0, signed ----------------------------------------------------------------------


def test_a_signed_badge_of_2_0_is_verified_with_the_key_that_its_issuer_names():
    report = verify(signed_v2(), site_of_signed_v2(), email="rosa@school.example")

    assert (report.verdict, report.version) == (Verdict.VALID, "2.0")
    assert (report.badge_name, report.issuer_name) == ("Robotics", "Elsewhere College")
    assert (report.description, report.criteria) == ("Builds robots.", "Build one.")


@pytest.mark.parametrize(
    ("text", "changes", "verdict"),
    [
        (signed_v2(key=ANOTHER_RSA), {}, Verdict.CHANGED),
        (rewritten(signed_v2(), issuedOn="2020-01-01T00:00:00Z"), {}, Verdict.CHANGED),
        (signed_v2(expires="2026-05-02T00:00:00Z"), {}, Verdict.EXPIRED),
        (signed_v2(issuedOn="soon"), {}, Verdict.INVALID),
        (signed_v2(), {KEY: None}, Verdict.NOT_CHECKED),
        (signed_v2(), {ISSUER: None}, Verdict.NOT_CHECKED),
        (signed_v2(), {REVOKED: None}, Verdict.NOT_CHECKED),
        (jwt.encode({"type": "Assertion", "badge": "x"}, "k" * 40, "HS256"), {}, Verdict.INVALID),
        (signed_v2(badge="http://localhost:8000/badge-classes/1"), {}, Verdict.NOT_ISSUED),
        (jwt.encode({"sub": "rosa"}, RSA, "RS256"), {}, Verdict.SOMETHING_ELSE),
    ],
)
def test_signed_badges_of_2_0_get_their_verdict(text, changes, verdict):
    assert verify(text, site_of_signed_v2() | changes).verdict is verdict


@pytest.mark.parametrize(
    "entry", [f"{HOST}/signed/1", {"id": f"{HOST}/signed/1", "revocationReason": "Issued twice."}]
)
def test_a_signed_badge_of_2_0_in_the_issuers_list_is_revoked(entry):
    listed = {"type": "RevocationList", "revokedAssertions": ["urn:other", entry]}

    report = verify(signed_v2(), site_of_signed_v2() | {REVOKED: listed})

    assert report.verdict is Verdict.REVOKED


def test_a_key_of_another_owner_does_not_sign_for_an_issuer():
    site = site_of_signed_v2()
    others = site[KEY] | {"owner": f"{HOST}/other.json"}
    unlisted = site_of_signed_v2(publicKey=f"{HOST}/key2.json")

    assert verify(signed_v2(), site | {KEY: others}).verdict is Verdict.WRONG_KEY
    assert verify(signed_v2(), unlisted).verdict is Verdict.WRONG_KEY


def test_a_signed_badge_of_1_1_names_the_address_of_a_pem():
    site = site_of_signed_v2()
    pem = site[KEY]["publicKeyPem"].encode()
    old = {"verify": {"type": "signed", "url": f"{HOST}/key.pem"}, "verification": None}

    text = signed_v2(**old, **{"@context": "https://w3id.org/openbadges/v1"}, uid="a")

    report = verify(text, site | {f"{HOST}/key.pem": pem, ISSUER: site[ISSUER] | {"publicKey": []}})
    assert (report.verdict, report.version) == (Verdict.VALID, "1.1")
