"""Takes badges out of what they came in: presentations, API answers, lists, quotes, base64.

Nothing here is verified. What wraps a badge adds nothing to it: a presentation shows who holds a
badge, and that is not asked here.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from urllib.parse import unquote

from openbadges import parsing, vc_jwt
from openbadges.baking import SIGNATURE
from openbadges.vc_jwt import InvalidToken

MOST_BADGES = 30
DEEPEST = 16  # a list in an object in a text counts as three
# Properties of presentations (W3C), of VC-API and OpenID4VCI answers, and of the Open Badges API.
_WRAPPING = (
    "verifiableCredential",
    "verifiablePresentation",
    "credential",
    "credentials",
    "compactJwsString",
    "signedCredential",
    "presentation",
    "vp",
    "assertion",
    "assertions",
)
_ENVELOPES = ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_JSON_STARTS = ("{", "[", '"')

Wrapped = dict | str | bytes  # a JSON object, a signed text, or the content of an image


class NotReadable(ValueError):
    """It looks like JSON but cannot be read."""


def unwrap_text(text: str, depth: int = 0) -> list[Wrapped] | None:
    """The badges in a text; None if it is something else, such as a link. Raises NotReadable."""
    text = text.strip().lstrip("\ufeff")
    if depth > DEEPEST:
        return []
    if text.startswith(_JSON_STARTS):
        is_object = text.startswith("{")
        document = _parse(text if is_object else f'{{"value": {text}}}')
        return unwrap(document if is_object else document["value"], depth + 1)
    if text.startswith(("%7B", "%7b")):
        return unwrap_text(unquote(text), depth + 1)
    if text.startswith("data:"):
        return _unwrap_data_uri(text, depth)
    joined = "".join(text.split()) if len(text) <= vc_jwt.LONGEST else ""
    if is_jwt(joined):
        return _unwrap_token(joined, depth)
    if _BASE64.fullmatch(joined):
        return _unwrap_base64(joined, depth)
    return None


def unwrap(value: object, depth: int = 0) -> list[Wrapped]:
    """The badges in a JSON value, at most a few more than MOST_BADGES."""
    if depth > DEEPEST:
        return []
    if isinstance(value, str):
        return unwrap_text(value, depth + 1) or []
    if isinstance(value, list):
        found: list[Wrapped] = []
        for inner in value[: MOST_BADGES + 1]:
            found += unwrap(inner, depth + 1)
            if len(found) > MOST_BADGES:
                break
        return found
    if not isinstance(value, dict):
        return []
    return _unwrap_object(value, depth)


def is_jwt(text: str) -> bool:
    """Does the text have the form of a JWS, with a header that can be read?"""
    if not vc_jwt.looks_like_jwt(text):
        return False
    try:
        header = vc_jwt.read_header(text)
    except InvalidToken:
        return text.startswith("eyJ")
    return "alg" in header


def _unwrap_object(document: dict, depth: int) -> list[Wrapped]:
    if parsing.has_type(document, *_ENVELOPES) and isinstance(document.get("id"), str):
        return unwrap_text(document["id"], depth + 1) or []
    if is_award(document):
        return [document]
    if document.keys() >= {"payload", "protected", "signature"}:  # a JWS in its JSON form
        parts = [document[name] for name in ("protected", "payload", "signature")]
        return unwrap(".".join(map(str, parts)), depth + 1)
    inside = [document[name] for name in _WRAPPING if document.get(name)]
    found = unwrap(inside, depth + 1)
    return found or [document]


def is_award(document: dict) -> bool:
    return "credentialSubject" in document or ("badge" in document and "recipient" in document)


def _unwrap_token(token: str, depth: int) -> list[Wrapped]:
    try:
        _header, payload = vc_jwt.read(token)
    except InvalidToken:
        return [token]
    presented = payload.get("vp")
    if presented is None and parsing.has_type(payload, "VerifiablePresentation"):
        presented = payload
    if not isinstance(presented, dict):
        return [token]
    return unwrap(presented.get("verifiableCredential"), depth + 1) or [presented]


def _unwrap_data_uri(text: str, depth: int) -> list[Wrapped]:
    head, comma, data = text.partition(",")
    if not comma:
        return []
    if head.endswith(";base64"):
        return _unwrap_base64("".join(unquote(data).split()), depth) or []
    # A JWT contains no percent sign, so decoding leaves it as it is.
    return unwrap_text(unquote(data), depth + 1) or []


def _unwrap_base64(text: str, depth: int) -> list[Wrapped] | None:
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    if raw.startswith(SIGNATURE) or raw.lstrip()[:4] == b"<svg":
        return [raw]
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        return None
    is_readable = decoded.lstrip().startswith(_JSON_STARTS) or is_jwt(decoded.strip())
    return unwrap_text(decoded, depth + 1) if is_readable else None


def _parse(text: str) -> dict:
    try:
        return parsing.parse(text)
    except parsing.Unreadable as error:
        raise NotReadable(str(error)) from None


def as_text(badge: dict | str) -> str:
    return badge if isinstance(badge, str) else json.dumps(badge, ensure_ascii=False)
