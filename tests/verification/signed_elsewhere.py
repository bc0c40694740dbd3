"""Honest badges of other issuers in the many ways in which badges are signed."""

from __future__ import annotations

import json

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import get_default_algorithms

from openbadges import dids, v2
from openbadges.multikeys import base58btc_encode, base64url
from tests.issuing.credentials import CREATED, ED25519, P256, RSA, credential
from tests.verification.elsewhere import HOST

P384 = ec.generate_private_key(ec.SECP384R1())
P521 = ec.generate_private_key(ec.SECP521R1())
K256 = ec.generate_private_key(ec.SECP256K1())
# Algorithm and key, for every kind that is supported.
SIGNERS = [
    ("EdDSA", ED25519),
    ("ES256", P256),
    ("ES384", P384),
    ("ES512", P521),
    ("ES256K", K256),
    ("RS256", RSA),
    ("PS256", RSA),
    ("RS512", RSA),
]
_PREFIXES = {"secp256r1": b"\x80\x24", "secp384r1": b"\x81\x24", "secp521r1": b"\x82\x24"}


def did_key(key) -> str:
    public = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        raw = b"\x85\x24" + public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        raw = _PREFIXES.get(key.curve.name, b"\xe7\x01") + point
    else:
        return dids.did_key(public)
    return f"did:key:z{base58btc_encode(raw)}"


def jwk(algorithm: str, key) -> dict:
    return json.loads(get_default_algorithms()[algorithm].to_jwk(key.public_key()))


def did_jwk(algorithm: str, key) -> str:
    return "did:jwk:" + base64url(json.dumps(jwk(algorithm, key)).encode())


def did_web_site(did: str, algorithm: str, key) -> dict:
    """A DID document at its address, with this key."""
    method = {
        "id": f"{did}#key-1",
        "type": "JsonWebKey",
        "controller": did,
        "publicKeyJwk": jwk(algorithm, key),
    }
    return {dids.document_url(did): dids.document(did, [method])}


def signed_token(issuer: str, algorithm: str, key, *, claims: dict | None = None, **header) -> str:
    payload = credential(issuer) if claims is None else claims
    return jwt.encode(payload, key, algorithm=algorithm, headers=header)


# --- Open Badges 2.0, signed ----------------------------------------------------------------------

KEY = f"{HOST}/key1.json"
ISSUER = f"{HOST}/organization.json"
REVOKED = f"{HOST}/revocations.json"


def site_of_signed_v2(key=RSA, **issuer_changes) -> dict:
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    issuer = v2.Issuer(ISSUER, "Elsewhere College", HOST, "a@elsewhere.example").document()
    badge = v2.BadgeClass(
        id=f"{HOST}/robotics.json",
        name="Robotics",
        description="Builds robots.",
        image_url=f"{HOST}/robotics.png",
        image_caption="A robot",
        criteria_url=f"{HOST}/robotics.html",
        criteria_narrative="Build one.",
        issuer_id=ISSUER,
    )
    return {
        badge.id: badge.document(),
        ISSUER: issuer | {"publicKey": KEY, "revocationList": REVOKED} | issuer_changes,
        KEY: {
            "@context": v2.CONTEXT,
            "id": KEY,
            "type": "CryptographicKey",
            "owner": ISSUER,
            "publicKeyPem": pem,
        },
        REVOKED: {"@context": v2.CONTEXT, "type": "RevocationList", "revokedAssertions": []},
    }


def signed_v2(key=RSA, algorithm: str = "RS256", **changes) -> str:
    assertion = v2.Assertion(
        id=f"{HOST}/signed/1",
        badge_id=f"{HOST}/robotics.json",
        image_url="",
        email="rosa@school.example",
        salt="salt",
        issued_on=CREATED,
    ).document()
    assertion["verification"] = {"type": "SignedBadge", "creator": KEY}
    return jwt.encode(assertion | changes, key, algorithm=algorithm)
