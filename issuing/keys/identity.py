"""An issuer's public identity: its DID and its published keys.

The DID is a did:web under the origin of documents. did:web requires https; on a trial site
without https, the DID is a did:key of the issuer's first key, for good. That key then signs VC-JWTs
too, because a did:key lists no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.serialization import (
    load_pem_public_key,
)

from catalog.models import Issuer
from issuing import addresses, origin
from issuing.models import IssuerKey
from openbadges import dids, multikeys


def did_of(issuer: Issuer) -> str:
    if origin.is_secure():
        return dids.did_web(origin.document_origin(), "issuers", str(issuer.public_id))
    return f"did:key:{_first_key(issuer.public_id)}"


@lru_cache(maxsize=256)
def _first_key(issuer: UUID) -> str:
    """Its fragment. It stays the first, and keys never change."""
    keys = IssuerKey.objects.filter(issuer__public_id=issuer, kind=IssuerKey.Kind.ED25519)
    return keys.order_by("pk")[0].fragment


def method_id(key: IssuerKey) -> str:
    """The DID URL of a key: `verificationMethod` of proofs, and `kid` of VC-JWTs.

    The DID document lists the same string as the id of the method. Verifiers compare the two.
    """
    return kid(did_of(key.issuer), key.fragment)


def kid(did: str, fragment: str) -> str:
    return f"{did}#{fragment}"


def jwt_kind() -> IssuerKey.Kind:
    """The kind of key that signs VC-JWTs: the RSA key, or the only key of a did:key."""
    return IssuerKey.Kind.RSA if origin.is_secure() else IssuerKey.Kind.ED25519


def published(keys: Iterable[IssuerKey]) -> list[IssuerKey]:
    """The keys that verifiers may use: active and retired ones, but not revoked ones.

    A did:key is one key. The issuer's others sign nothing.
    """
    listed = [key for key in keys if key.revoked_at is None]
    if origin.is_secure():
        return listed
    return [key for key in listed if did_of(key.issuer) == f"{dids.KEY}{key.fragment}"]


def did_document(issuer: Issuer, keys: Iterable[IssuerKey]) -> dict:
    """The DID document, with the published keys."""
    return dids.document(
        did_of(issuer),
        [_method(key) for key in published(keys)],
        also_known_as=[addresses.issuer_id(issuer.public_id)],
    )


def _method(key: IssuerKey) -> dict:
    did, public = did_of(key.issuer), public_key(key)
    if key.kind == IssuerKey.Kind.RSA:
        return dids.jwk_method(did, method_id(key), public)
    return dids.multikey_method(did, public)


def jwk(key: IssuerKey) -> dict:
    """A public key as a JWK. `iss` names the issuer, because a site has several."""
    return multikeys.jwk_of(public_key(key), kid=method_id(key)) | {"iss": did_of(key.issuer)}


def public_key(key: IssuerKey):
    return load_pem_public_key(key.public_pem.encode())
