"""Signs a batch of credentials both ways: a Data Integrity proof, and a VC-JWT.

RS256 for the VC-JWT, which every verifier supports, or EdDSA for an issuer that is a did:key.

The input is the credential's JSON as text, so that the text shared by the awards of a badge is
written once (see `credential_template`). The results equal those of `data_integrity.sign` and
`vc_jwt.claims`; a test compares them.

Hashing and signing are separate steps. Callers finish one step for the whole batch before the
next: alternating between them runs at two thirds of the speed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from openbadges import data_integrity, parsing
from openbadges.multikeys import base58btc_encode, base64url
from openbadges.v2 import dumps
from openbadges.vc_jwt import claims, numeric_date

_PADDING, _DIGEST = padding.PKCS1v15(), Prehashed(SHA256())
_CACHED_TEXTS = 256
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp")


class Digests(NamedTuple):
    """What is signed of one credential."""

    proof: bytes  # the SHA-256 digest of its N-Quads
    jwt: bytes  # the SHA-256 digest of the VC-JWT's signing input; for EdDSA the input itself


class Signatory:
    """Signs with an issuer's two keys, with one creation time for all proofs."""

    def __init__(
        self,
        *,
        integrity_key: Ed25519PrivateKey,
        method: str,
        jwt_key: RSAPrivateKey | Ed25519PrivateKey,
        kid: str,
        created: datetime,
        context: Sequence[str],
    ) -> None:
        self._integrity_key, self._jwt_key = integrity_key, jwt_key
        self._options = data_integrity.proof_options(method, created)
        # The same for every award of the batch, so it is canonicalized once.
        self._options_hash = data_integrity.options_hash({"@context": list(context)}, self._options)
        self._proof_start = dumps(self._options)[:-1]
        algorithm = "RS256" if isinstance(jwt_key, RSAPrivateKey) else "EdDSA"
        self._header = _header(algorithm, kid) + b"."
        self._hashed_header = hashlib.sha256(self._header)

    def digests(self, unsigned: str, quads: str, registered: dict) -> Digests:
        """Hash a credential, given as JSON without proof, canonical N-Quads and JWT claims."""
        proof, payload = hashlib.sha256(quads.encode()).digest(), _payload(unsigned, registered)
        if isinstance(self._jwt_key, Ed25519PrivateKey):
            return Digests(proof, self._header + payload)
        jwt = self._hashed_header.copy()
        jwt.update(payload)
        return Digests(proof, jwt.digest())

    def proof(self, digests: Digests) -> str:
        """The Data Integrity proof as JSON."""
        signature = self._integrity_key.sign(self._options_hash + digests.proof)
        return f'{self._proof_start},"proofValue":"z{base58btc_encode(signature)}"}}'

    def jwt_signature(self, digests: Digests) -> str:
        """The third part of the VC-JWT."""
        if isinstance(self._jwt_key, Ed25519PrivateKey):
            return base64url(self._jwt_key.sign(digests.jwt))
        return base64url(self._jwt_key.sign(digests.jwt, _PADDING, _DIGEST))


def registered_claims(
    *, iss: str, jti: str, sub: str, valid_from: datetime, valid_until: datetime | None
) -> dict:
    """The registered JWT claims that repeat the credential (RFC 7519, section 4.1)."""
    until = {"exp": numeric_date(valid_until)} if valid_until else {}
    return {"iss": iss, "jti": jti, "sub": sub, "nbf": numeric_date(valid_from), **until}


def with_proof(unsigned: str, proof: str) -> str:
    """The credential as JSON with its proof, written as a list of one."""
    return f'{unsigned[:-1]},"proof":[{proof}]}}'


@lru_cache(maxsize=_CACHED_TEXTS)
def repeated_by_claims(text: str) -> str:
    """The members of a credential's JSON that the registered claims repeat, as JSON.

    The text may have placeholders, which the result then has, too.
    """
    whole = json.loads(text)
    ids = {name: parsing.reference(whole[name]) for name in ("issuer", "credentialSubject")}
    own = {name: whole[name] for name in ("id", "validFrom", "validUntil") if name in whole}
    return dumps({**ids, **own})


def jwt(unsigned: str, repeated: dict, *, algorithm: str, kid: str, signature: str) -> str:
    """The VC-JWT, rebuilt from the credential's JSON; only the signature has to be stored.

    `repeated` are the members of `repeated_by_claims`, or the whole document.
    """
    whole = claims(repeated)
    registered = {name: whole[name] for name in _CLAIMS if name in whole}
    return (
        f"{_header(algorithm, kid).decode()}.{_payload(unsigned, registered).decode()}.{signature}"
    )


@lru_cache(maxsize=_CACHED_TEXTS)
def _header(algorithm: str, kid: str) -> bytes:
    return _base64url(dumps({"alg": algorithm, "kid": kid, "typ": "JWT"}))


def _payload(unsigned: str, registered: dict) -> bytes:
    return _base64url(f"{unsigned[:-1]},{dumps(registered)[1:]}")


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=")
