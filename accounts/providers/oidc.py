"""OpenID Connect, as the side that asks: the authorization code flow with PKCE, state and nonce.

The addresses are typed by people, so every request of this server goes through `fetching`: public
addresses only, with limits. An ID token counts only if all of it is right: who signed it, for whom,
when, and as the answer to the very question that this browser began with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from fetching.safe_fetch import Fetcher, NotFetched

# Signatures by the provider's own key. Never "none", and never a secret that the client has, too.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
SCOPE = "openid email profile"
LEEWAY = 60  # seconds by which clocks may differ
LONGEST_SIGN_IN = 10 * 60  # seconds from the button to the way back


class Trouble(Exception):
    """The provider can't be used now: it is down, or set up wrongly. `about` is for operators."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class NotBelieved(Exception):
    """What came back is not a valid answer of this provider to this browser."""


@dataclass(frozen=True)
class Client:
    """What the provider knows us by."""

    issuer: str
    client_id: str
    secret: str
    return_to: str


@dataclass(frozen=True)
class Question:
    """What this browser was sent away with. Kept in its session, and used once."""

    state: str
    nonce: str
    verifier: str
    asked_at: float

    @classmethod
    def new(cls) -> Question:
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)), time.time())


def discover(fetcher: Fetcher, issuer: str) -> dict[str, Any]:
    """The provider's own description. It must name the very issuer that was asked for."""
    found = _get_json(fetcher, issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise Trouble("the provider names another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme != "https":
            raise Trouble(f"{name} is missing or not secure")
    return found


def address_of(described: dict[str, Any], client: Client, question: Question) -> str:
    """Where the browser goes to sign in."""
    digest = hashlib.sha256(question.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.return_to,
        "scope": SCOPE,
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    endpoint = described["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def check_return(question: Question | None, answered: dict[str, str], issuer: str) -> str:
    """The code that came back. Raises NotBelieved unless it answers this question, in time."""
    if question is None or time.time() - question.asked_at > LONGEST_SIGN_IN:
        raise NotBelieved("no question, or an old one")
    if not hmac.compare_digest(question.state.encode(), answered.get("state", "").encode()):
        raise NotBelieved("another state")
    if answered.get("iss", issuer) != issuer:
        raise NotBelieved("another issuer")
    if "error" in answered or not answered.get("code"):
        raise NotBelieved("the provider did not sign in")
    return answered["code"]


def claims_for(
    fetcher: Fetcher, described: dict[str, Any], client: Client, question: Question, code: str
) -> dict[str, Any]:
    """Trade the code for an ID token, check it, and return what it says."""
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.return_to,
        "code_verifier": question.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    methods = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in methods:
        # RFC 6749, 2.3.1: both parts are form-encoded first.
        pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        body |= {"client_id": client.client_id, "client_secret": client.secret}
    try:
        answer = fetcher.post(
            described["token_endpoint"], body=urlencode(body).encode(), headers=headers
        )
    except NotFetched as error:
        raise Trouble(f"token endpoint: {error.reason}") from None
    if answer.status != 200:
        # The provider refuses a code that was used before, or our secret.
        raise NotBelieved(f"the token endpoint answers {answer.status}")
    tokens = _json(answer.body)
    claims = check_id_token(
        str(tokens.get("id_token", "")),
        keys=_get_json(fetcher, described["jwks_uri"]),
        client=client,
        nonce=question.nonce,
    )
    return _with_user_info(fetcher, described, claims, str(tokens.get("access_token", "")))


def check_id_token(
    token: str, *, keys: dict[str, Any], client: Client, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token that is right in every part. Raises NotBelieved."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise NotBelieved("not signed by a key of the provider")
        claims = jwt.decode(
            token,
            _key(keys, header),
            algorithms=[header["alg"]],
            audience=client.client_id,
            issuer=client.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "aud", "iss", "sub", "nonce"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise NotBelieved(type(error).__name__) from None
    if claims["iat"] < time.time() - LONGEST_SIGN_IN - LEEWAY:
        raise NotBelieved("issued too long ago")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client.client_id) != client.client_id:
        raise NotBelieved("issued to somebody else")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise NotBelieved("the answer to another question")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise NotBelieved("no subject")
    return claims


def _key(keys: dict[str, Any], header: dict[str, Any]) -> Any:
    listed = [key for key in keys.get("keys", []) if key.get("use", "sig") == "sig"]
    if "kid" in header:
        listed = [key for key in listed if key.get("kid") == header["kid"]]
    if len(listed) != 1:
        raise NotBelieved("no key of this name")
    return jwt.PyJWK(listed[0], algorithm=header["alg"]).key


def _with_user_info(
    fetcher: Fetcher, described: dict[str, Any], claims: dict[str, Any], access: str
) -> dict[str, Any]:
    """Some providers tell the email only here. It must be about the same subject."""
    endpoint = str(described.get("userinfo_endpoint", ""))
    if "email" in claims or not access or urlsplit(endpoint).scheme != "https":
        return claims
    told = _get_json(fetcher, endpoint, {"Authorization": f"Bearer {access}"})
    if told.get("sub") != claims["sub"]:
        raise NotBelieved("user info about another subject")
    return {**told, **claims}


def _get_json(fetcher: Fetcher, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    if urlsplit(url).scheme != "https":
        raise Trouble("the address is not secure")
    try:
        answer = fetcher.fetch_with(url, headers=headers or {})
    except NotFetched as error:
        raise Trouble(f"{urlsplit(url).path}: {error.reason}") from None
    if answer.status != 200:
        raise Trouble(f"{urlsplit(url).path}: status {answer.status}")
    return _json(answer.body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Trouble("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise Trouble("the answer is no JSON object")
    return found
