"""Open Badges 3.0 credentials of another issuer, for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openbadges import data_integrity, dids, vc_jwt
from openbadges.contexts import CREDENTIALS_V2, EXTENSIONS, OPEN_BADGES_3

CREATED = datetime(2026, 5, 1, 12, tzinfo=UTC)
ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ANOTHER_ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
RSA = rsa.generate_private_key(65537, 2048)
ANOTHER_RSA = rsa.generate_private_key(65537, 2048)
P256 = ec.generate_private_key(ec.SECP256R1())


def credential(issuer: str = "", **changes) -> dict:
    """An unsigned credential. `changes` replace properties, or remove them with None."""
    issuer = issuer or dids.did_key(ED25519.public_key())
    document = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_3, EXTENSIONS],
        "id": "https://badges.elsewhere.example/credentials/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Elsewhere College"},
        "validFrom": "2026-05-01T12:00:00Z",
        "name": "Teamwork",
        "credentialSubject": {
            "id": "urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020100",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://badges.elsewhere.example/achievements/teamwork",
                "type": ["Achievement"],
                "name": "Teamwork",
                "description": "Works well with others.",
                "criteria": {"narrative": "Nominated by **peers**."},
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "Collaboration",
                        "targetUrl": "https://frameworks.example/collaboration",
                    }
                ],
            },
        },
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
                "ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
    }
    return {name: value for name, value in (document | changes).items() if value is not None}


def proven(
    document: dict | None = None, key: Ed25519PrivateKey = ED25519, method: str = ""
) -> dict:
    document = document or credential()
    did = dids.did_key(key.public_key())
    method = method or f"{did}#{did.removeprefix(dids.KEY)}"
    return data_integrity.sign(document, key=key, method=method, created=CREATED)


def token(document: dict | None = None, key: rsa.RSAPrivateKey = RSA, kid: str = "") -> str:
    return vc_jwt.sign(
        document or credential(), key=key, kid=kid or "https://badges.elsewhere.example/jwks#1"
    )
