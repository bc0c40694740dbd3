"""Signed badges of a site elsewhere, and the reports of the verifier on them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from fetching.safe_fetch import Fetched, NotFetched
from openbadges import bitstrings, contexts, dids, multikeys
from tests.issuing.credentials import ANOTHER_ED25519, ED25519, RSA, credential, proven
from verification import verifier

HOST = "https://badges.elsewhere.example"
DID = "did:web:badges.elsewhere.example"
METHOD = f"{DID}#{multikeys.ed25519_multibase(ED25519.public_key())}"
KID = f"{HOST}/jwks.json#rsa-1"
LIST = f"{HOST}/status/1"
REVOCATIONS = f"{HOST}/revocations"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class FakeSite:
    """A fetcher that answers from a dict by URL, starting with `site()`. None is unreachable."""

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
        LIST: signed_status_list(),
    }


def signed_status_list(*revoked: int, key=ED25519, **changes) -> dict:
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


def status_entry(**changes) -> dict:
    return {
        "id": f"{LIST}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": LIST,
    } | changes


def signed_badge(**changes) -> dict:
    """A badge signed by the issuer `DID`."""
    return proven(credential(DID, **changes), method=METHOD)


def verify(badge: dict | str | bytes, answers: dict | None = None, **kwargs):
    fetcher = FakeSite(answers)
    kwargs = {"fetcher": fetcher, "now": NOW} | kwargs
    if isinstance(badge, bytes):
        return verifier.verify(file=badge, **kwargs)
    text = badge if isinstance(badge, str) else json.dumps(badge)
    return verifier.verify(text=text, **kwargs)


def detail(report, title: str) -> str:
    return next(step.detail for step in report.steps if step.title == title)


def rewritten(token: str, **changes) -> str:
    """The token with a changed payload and the old signature."""
    head, payload, signature = token.split(".")
    claims = json.loads(multikeys.from_base64url(payload)) | changes
    return f"{head}.{multikeys.base64url(json.dumps(claims).encode())}.{signature}"


def signed_endorsement(key=ANOTHER_ED25519, **changes) -> dict:
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
