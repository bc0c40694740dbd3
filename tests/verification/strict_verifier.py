"""An independent, strict verifier for Open Badges 2.0 that shares no code with the product."""

from __future__ import annotations

import hashlib
import re
import struct
from datetime import datetime
from urllib.parse import urlsplit

from tests.issuing.awards import fetch, fetch_document

CONTEXT = "https://w3id.org/openbadges/v2"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
REQUIRED = {
    "Assertion": {"@context", "id", "type", "recipient", "badge", "verification", "issuedOn"},
    "BadgeClass": {
        *("@context", "id", "type", "name", "description", "image", "criteria", "issuer")
    },
    "Issuer": {"@context", "id", "type", "name", "url", "email"},
}
OPTIONAL = {
    "Assertion": {"image", "evidence", "narrative", "expires"},
    "BadgeClass": {"alignment", "tags", "@language", "version", "related"},
    "Issuer": {"description", "image", "telephone", "verification"},
}


def verify(client, address: str, email: str) -> dict:
    """Follow the three documents from an assertion's URL, and return the assertion."""
    assertion = _document(client, address, "Assertion")
    badge = _document(client, assertion["badge"], "BadgeClass")
    issuer = _document(client, badge["issuer"], "Issuer")
    # Without a declared scope, an issuer vouches only for its own authority.
    assert len({urlsplit(d["id"]).netloc for d in (assertion, badge, issuer)}) == 1
    assert assertion["verification"] == {"type": "HostedBadge"}
    _check_recipient(assertion, email)
    _check_dates(assertion)
    for item in assertion.get("evidence", []):
        assert item["type"] == "Evidence"
        assert item.get("id", "http").startswith("http")
        assert item.get("id") or item.get("narrative")
    _check_baked(client, assertion)
    _check_badge(client, badge)
    assert issuer["url"].startswith("http")
    assert "@" in issuer["email"]
    return assertion


def _check_recipient(assertion: dict, email: str) -> None:
    recipient = assertion["recipient"]
    assert recipient.keys() == {"type", "hashed", "salt", "identity"}
    assert recipient["type"] == "email"
    assert recipient["hashed"] is True
    digest = hashlib.sha256((email + recipient["salt"]).encode()).hexdigest()
    assert recipient["identity"] == f"sha256${digest}"
    assert email not in str(assertion)


def _check_dates(assertion: dict) -> None:
    issued_on = _date(assertion["issuedOn"])
    if "expires" in assertion:
        assert _date(assertion["expires"]) > issued_on


def _check_baked(client, assertion: dict) -> None:
    chunks = _png(client, assertion["image"])
    texts = [body for kind, body in chunks if kind == b"iTXt" and b"openbadges\0" in body[:11]]
    assert len(texts) == 1
    # Not compressed, no language, no translated keyword.
    assert texts[0].startswith(b"openbadges\0\0\0\0\0")
    text = texts[0].removeprefix(b"openbadges\0\0\0\0\0")
    assert text == fetch(client, assertion["id"]).content


def _check_badge(client, badge: dict) -> None:
    assert badge["image"].keys() == {"id", "caption"}
    _png(client, badge["image"]["id"])
    assert badge["criteria"]["id"].startswith("http")
    assert badge["criteria"]["narrative"]
    for alignment in badge.get("alignment", []):
        assert {"targetName", "targetUrl"} <= alignment.keys()
    assert all(isinstance(tag, str) for tag in badge.get("tags", []))
    for related in badge.get("related", []):
        _document(client, related["id"], "BadgeClass")


def _document(client, address: str, type: str) -> dict:
    document = fetch_document(client, address)
    assert document["@context"] == CONTEXT
    assert document["id"] == address
    assert document["type"] == type
    assert REQUIRED[type] <= document.keys() <= REQUIRED[type] | OPTIONAL[type]
    assert all(value not in (None, "", [], {}) for value in document.values())
    return document


def _date(text: str) -> datetime:
    assert DATE.fullmatch(text), text
    return datetime.fromisoformat(text)


def _png(client, address: str) -> list[tuple[bytes, bytes]]:
    answer = fetch(client, address, Accept="image/png")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    image = answer.getvalue()
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = [], 8
    while at < len(image):
        length, kind = struct.unpack(">I4s", image[at : at + 8])
        found.append((kind, image[at + 8 : at + 8 + length]))
        at += length + 12
    assert found[0][0] == b"IHDR"
    assert found[-1][0] == b"IEND"
    return found
