"""An issuer's public identity: its DID and its published keys.

The DID is a did:web under the public origin. did:web requires https; on a trial site without https,
the DID is a did:key of the issuer's first key, for good.
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
    """The DID URL of a key, used as `verificationMethod` of proofs."""
    return f"{did_of(key.issuer)}#{key.fragment}"


def key_address(key: IssuerKey) -> str:
    """The URL of the key as a JWK, used as `kid` of VC-JWTs."""
    return addresses.key_id(key.issuer.public_id, key.fragment)


def did_document(issuer: Issuer, keys: Collection[IssuerKey]) -> dict:
    """The DID document. It lists active and retired keys, but not revoked ones."""
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
    """A public key as a JWK. `iss` names the issuer, because a site has several."""
    return multikeys.jwk_of(public_key(key), kid=key_address(key)) | {"iss": did_of(key.issuer)}


def public_key(key: IssuerKey):
    return load_pem_public_key(key.public_pem.encode())
