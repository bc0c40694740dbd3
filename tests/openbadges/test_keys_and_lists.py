"""Keys, DIDs and status lists."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbadges import bitstrings, dids, multikeys
from openbadges.bitstrings import NotABitstring
from openbadges.dids import NotADid
from openbadges.multikeys import NotAKey, base64url
from tests.issuing.credentials import ANOTHER_ED25519, ED25519, P256, RSA

PUBLIC = ED25519.public_key()
MULTIBASE = multikeys.ed25519_multibase(PUBLIC)


# --- Keys -----------------------------------------------------------------------------------------


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_base58_is_read_back_unchanged(data):
    assert multikeys.base58btc_decode(multikeys.base58btc_encode(data)) == data


def test_base58_matches_the_examples_of_its_draft():
    # From the draft that defines it (draft-msporny-base58).
    assert multikeys.base58btc_encode(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert multikeys.base58btc_encode(b"\0\0\x28\x7f\xb4\xcd") == "11233QC4"


def test_an_ed25519_key_is_written_and_read():
    # The example key of the did:key method.
    known = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"

    assert multikeys.ed25519_multibase(multikeys.ed25519_from_multibase(known)) == known
    assert MULTIBASE.startswith("z6Mk")
    assert multikeys.ed25519_from_multibase(MULTIBASE) == PUBLIC


@pytest.mark.parametrize(
    "text",
    ["", "z", None, 7, MULTIBASE[1:], MULTIBASE[:-1], "z" + "1" * 10_000, "z0OIl", "m" + "A"],
)
def test_text_that_is_not_an_ed25519_key_is_refused(text):
    with pytest.raises(NotAKey):
        multikeys.ed25519_from_multibase(text)


@pytest.mark.parametrize("key", [ED25519, RSA, P256])
def test_a_jwk_is_written_and_read(key):
    jwk = multikeys.jwk_of(key.public_key(), "key-1")

    assert jwk["kid"] == "key-1"
    assert "d" not in jwk
    assert multikeys.public_key_of_jwk(jwk) == key.public_key()


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        {},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": base64url(b"\xff" * 4096), "e": "AQAB"},
        {"kty": "RSA", "n": 7, "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        {"kty": "EC", "crv": "P-521", "x": "AQ", "y": "AQ"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AQ"},
        {"kty": [], "crv": {}},
    ],
)
def test_an_object_that_is_not_a_supported_jwk_is_refused(jwk):
    with pytest.raises(NotAKey):
        multikeys.public_key_of_jwk(jwk)


# --- DIDs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "path", "did", "address"),
    [
        (
            "https://badges.example",
            (),
            "did:web:badges.example",
            "https://badges.example/.well-known/did.json",
        ),
        (
            "http://localhost:8000",
            ("issuers", "7"),
            "did:web:localhost%3A8000:issuers:7",
            "https://localhost:8000/issuers/7/did.json",
        ),
    ],
)
def test_a_did_web_resolves_to_its_document_url(origin, path, did, address):
    assert dids.did_web(origin, *path) == did
    assert dids.document_url(did) == address


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:web:",
        "did:key:z6Mk",
        "did:web:a.example/b",
        "did:web:user@a.example",
        "did:web:a.example:..",
        "did:web:a.example:%2e%2e:x",
        "did:web:a.example::x",
        "did:web:a.example?x",
        "did:web:[::1]",
    ],
)
def test_a_did_without_a_document_url_is_refused(did):
    with pytest.raises(NotADid):
        dids.document_url(did)


def test_a_did_key_embeds_its_key():
    did = dids.did_key(PUBLIC)

    assert dids.key_of_did_key(did) == PUBLIC
    assert dids.key_of_did_key(f"{did}#{MULTIBASE}") == PUBLIC
    for wrong in (f"{did}#other", "did:web:x"):
        with pytest.raises(NotADid):
            dids.key_of_did_key(wrong)
    with pytest.raises(NotAKey):
        dids.key_of_did_key("did:key:zX")


def did_jwk(content: object) -> str:
    return "did:jwk:" + base64url(json.dumps(content).encode())


def test_a_did_jwk_embeds_its_key():
    did = did_jwk(multikeys.jwk_of(RSA.public_key(), "1"))

    assert dids.embeds_key(did)
    assert dids.embedded_key(did) == dids.embedded_key(f"{did}#0") == RSA.public_key()
    assert dids.embedded_key(dids.did_key(PUBLIC)) == PUBLIC
    for wrong in (f"{did}#1", "did:jwk:", "did:jwk:e", "did:jwk:e30=", did_jwk(["x" * 4000])):
        with pytest.raises(NotADid):
            dids.embedded_key(wrong)
    for other in ({}, [], {"kty": "EC", "crv": "secp256k1"}):
        with pytest.raises(NotAKey):
            dids.embedded_key(did_jwk(other))


def test_a_did_document_lists_its_keys_and_which_of_them_sign():
    did = "did:web:badges.example"
    first = dids.multikey_method(did, PUBLIC)
    second = dids.multikey_method(did, ANOTHER_ED25519.public_key())
    third = dids.jwk_method(did, f"{did}#rsa-1", RSA.public_key())

    document = dids.document(
        did, [first, second, third], also_known_as=["https://x.example"], active=[first["id"]]
    )

    assert document == {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": did,
        "alsoKnownAs": ["https://x.example"],
        "verificationMethod": [first, second, third],
        "assertionMethod": [first["id"]],
    }
    assert dids.document(did, [first])["@context"] == [
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
    ]
    assert dids.find_method(document, first["id"]) == first
    assert dids.public_key_of(first) == PUBLIC
    assert dids.public_key_of(third) == RSA.public_key()
    assert dids.find_method(document, second["id"]) is None  # listed, but not for signing
    assert dids.find_method(document, f"{did}#nothing") is None


def test_verification_methods_are_found_in_every_notation():
    did = "did:web:badges.example"
    method = {"id": "#key", "type": "Multikey", "publicKeyMultibase": MULTIBASE}

    apart = {"id": did, "verificationMethod": [method], "assertionMethod": ["#key"]}
    embedded = {"id": did, "assertionMethod": method}

    assert dids.find_method(apart, f"{did}#key") == method
    assert dids.find_method(embedded, f"{did}#key") == method
    for strange in (
        {},
        {"id": 7, "assertionMethod": [None, [], 7]},
        {"assertionMethod": {"id": []}},
    ):
        assert dids.find_method(strange, f"{did}#key") is None


# --- Status lists ---------------------------------------------------------------------------------


@given(st.sets(st.integers(0, bitstrings.LENGTH - 1), max_size=50))
@settings(max_examples=25, deadline=None)
def test_only_the_given_bits_are_set(indexes):
    encoded = bitstrings.encode(indexes)

    for index in [*indexes, 0, 1, 7, 8, bitstrings.LENGTH - 1]:
        assert bitstrings.is_set(encoded, index) is (index in indexes)
    assert sum(byte.bit_count() for byte in bitstrings.decode(encoded)) == len(indexes)


def test_the_first_bit_is_leftmost_and_encoding_is_deterministic():
    assert bitstrings.decode(bitstrings.encode([0], 16)) == b"\x80\x00"
    assert bitstrings.decode(bitstrings.encode([15], 16)) == b"\x00\x01"
    assert bitstrings.encode([5]) == bitstrings.encode([5])


def multibase(data: bytes) -> str:
    return "u" + base64url(data)


@pytest.mark.parametrize(
    "encoded",
    [
        None,
        "",
        "u",
        "z6Mk",
        bitstrings.encode([])[1:],
        multibase(zlib.compress(b"\0" * 16)),
        multibase(gzip.compress(b"\0" * 16, mtime=0)[:-3]),
        multibase(gzip.compress(b"\0" * 16, mtime=0) + b"more"),
        multibase(gzip.compress(b"\0" * 50_000_000, mtime=0)),
        "u===",
    ],
)
def test_text_that_is_not_an_encoded_list_is_refused(encoded):
    with pytest.raises(NotABitstring):
        bitstrings.is_set(encoded, 0)


@pytest.mark.parametrize("index", [-1, bitstrings.LENGTH])
def test_an_index_beyond_the_list_is_refused(index):
    with pytest.raises(NotABitstring):
        bitstrings.is_set(bitstrings.encode([]), index)
    with pytest.raises(NotABitstring):
        bitstrings.encode([index])
