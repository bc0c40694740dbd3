"""Who an issuer is to the world: its DID, its keys, and the origin that all of it hangs on.

An issuer's DID is did:web under the public origin. A site for trying out has no https, which
did:web needs; there the first key itself is the DID (did:key), and stays it.
"""

from __future__ import annotations

from collections.abc import Collection

from cryptography.hazmat.primitives.serialization import (
    load_pem_public_key,
)
from django.conf import settings

from catalog.models import Issuer
from issuing import addresses
from issuing.models import IssuerKey
from openbadges import dids, multikeys


def did_of(issuer: Issuer) -> str:
    if settings.SERVED_SECURELY:
        return dids.did_web(settings.PUBLIC_ORIGIN, "issuers", str(issuer.public_id))
    first = issuer.keys.filter(kind=IssuerKey.Kind.ED25519).order_by("pk")[0]
    return f"did:key:{first.fragment}"


def method_id(key: IssuerKey) -> str:
    """The name of a key within the DID document, as proofs give it."""
    return f"{did_of(key.issuer)}#{key.fragment}"


def key_address(key: IssuerKey) -> str:
    """Where the key stands as a JWK: the `kid` of the VC-JWTs it signs."""
    return addresses.key_id(key.issuer.public_id, key.fragment)


def did_document(issuer: Issuer, keys: Collection[IssuerKey]) -> dict:
    """The DID document. A retired key stays in it: what it signed goes on holding."""
    return dids.document(
        did_of(issuer),
        [_method(key) for key in keys if key.revoked_at is None],
        also_known_as=[addresses.issuer_id(issuer.public_id)],
    )


def _method(key: IssuerKey) -> dict:
    did, public = did_of(key.issuer), public_key(key)
    if key.kind == IssuerKey.Kind.RSA:
        return dids.jwk_method(did, method_id(key), public)
    return dids.multikey_method(did, public)


def jwk(key: IssuerKey) -> dict:
    """A public key as a JWK. `iss` says whose it is: one platform has many issuers."""
    return multikeys.jwk_of(public_key(key), kid=key_address(key)) | {"iss": did_of(key.issuer)}


def public_key(key: IssuerKey):
    return load_pem_public_key(key.public_pem.encode())
