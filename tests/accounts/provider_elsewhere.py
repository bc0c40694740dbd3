"""A small OpenID provider in this process, which can also be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from fetching.safe_fetch import Fetched, NotFetched

ISSUER = "https://idp.alder.example"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class ProviderElsewhere:
    """Answers what `fetching.safe_fetch.Fetcher` is asked."""

    issuer: str = ISSUER
    is_down: bool = False
    described: dict[str, Any] = field(default_factory=dict)  # instead of what is right
    claims: dict[str, Any] = field(default_factory=dict)  # instead of what is right
    key: Any = KEY
    algorithm: str = "RS256"
    codes: dict[str, dict] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorize(self, address: str, **person) -> dict[str, str]:
        """Somebody signs in there. Returns what the browser brings back."""
        query = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_hex(8)
        self.codes[code] = {**query, "person": person}
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def fetch_with(self, url, *, headers):
        self.asked.append(url)
        if self.is_down:
            raise NotFetched(NotFetched.UNREACHABLE)
        path = urlsplit(url).path
        if path == "/.well-known/openid-configuration":
            return _json(url, self._description())
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return _json(url, {"keys": [{**public, "kid": "one", "use": "sig"}]})
        return Fetched(url, 404, b"")

    def post(self, url, *, body, headers):
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(sent["code"], None)  # a code counts once
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"]:
            return Fetched(url, 400, b'{"error": "invalid_grant"}')
        return _json(url, {"id_token": self.id_token(asked), "access_token": "x"})

    def id_token(self, asked) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email_verified": True,
            **asked["person"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key = None if self.algorithm == "none" else self.key
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "one"})

    def _description(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.described,
        }


def _json(url, found) -> Fetched:
    return Fetched(url, 200, json.dumps(found).encode())
