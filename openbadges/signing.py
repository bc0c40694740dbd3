"""Both signatures over one credential: Data Integrity, and RS256 for its VC-JWT.

Signed is the credential's JSON as text, so that what the awards of a badge share is written once
(see `shapes`). The texts made here are those of `data_integrity.sign` and `vc_jwt.claims`; a test
holds them together.

First everything is written and hashed, then the hashes are signed. Of a thousand credentials each
step is taken for all of them before the next: a processor that signs and writes by turns does
either at two thirds of its speed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from openbadges import data_integrity
from openbadges.multikeys import base58btc_encode, base64url
from openbadges.v2 import dumps
from openbadges.vc_jwt import claims, seconds

_PADDING, _DIGEST = padding.PKCS1v15(), Prehashed(SHA256())
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp")


class Digests(NamedTuple):
    """SHA-256 of what is signed of one credential."""

    proof: bytes
    jwt: bytes


class Signatory:
    """An issuer's two keys at one moment of signing."""

    def __init__(
        self,
        *,
        integrity_key: Ed25519PrivateKey,
        method: str,
        jwt_key: RSAPrivateKey,
        kid: str,
        created: datetime,
        context: Sequence[str],
    ) -> None:
        self._integrity_key, self._jwt_key = integrity_key, jwt_key
        self._options = data_integrity.proof_options(method, created)
        # The same for every award of the moment, so it is canonicalised once.
        self._options_hash = data_integrity.options_hash({"@context": list(context)}, self._options)
        self._unfinished = dumps(self._options)[:-1]
        self._header = hashlib.sha256(_header(kid) + b".")

    def digests(self, unsigned: str, quads: str, registered: dict) -> Digests:
        """Of a credential, given as JSON without its proof and as canonical N-Quads."""
        jwt = self._header.copy()
        jwt.update(_payload(unsigned, registered))
        return Digests(hashlib.sha256(quads.encode()).digest(), jwt.digest())

    def proof(self, digests: Digests) -> str:
        """The Data Integrity proof as JSON."""
        signature = self._integrity_key.sign(self._options_hash + digests.proof)
        return f'{self._unfinished},"proofValue":"z{base58btc_encode(signature)}"}}'

    def jwt_signature(self, digests: Digests) -> str:
        """The third part of the VC-JWT."""
        return base64url(self._jwt_key.sign(digests.jwt, _PADDING, _DIGEST))


def registered_claims(
    *, iss: str, jti: str, sub: str, valid_from: datetime, valid_until: datetime | None
) -> dict:
    """What a credential says once more in the registered claims of JWT (RFC 7519)."""
    until = {"exp": seconds(valid_until)} if valid_until else {}
    return {"iss": iss, "jti": jti, "sub": sub, "nbf": seconds(valid_from), **until}


def with_proof(unsigned: str, proof: str) -> str:
    """The credential with its proof, as JSON: a list also of one."""
    return f'{unsigned[:-1]},"proof":[{proof}]}}'


def jwt(unsigned: str, *, kid: str, signature: str) -> str:
    """The VC-JWT, from the parts of which only the signature has to be kept."""
    whole = claims(json.loads(unsigned))
    registered = {name: whole[name] for name in _CLAIMS if name in whole}
    return f"{_header(kid).decode()}.{_payload(unsigned, registered).decode()}.{signature}"


def _header(kid: str) -> bytes:
    return _part(dumps({"alg": "RS256", "kid": kid, "typ": "JWT"}))


def _payload(unsigned: str, registered: dict) -> bytes:
    return _part(f"{unsigned[:-1]},{dumps(registered)[1:]}")


def _part(text: str) -> bytes:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=")
