"""The documents of an issuer's published keys: its DID document, JWK Sets and single JWKs.

They change with a new, retired or revoked key only. So each is asked for with one query for what
it depends on, and its text is kept for as long as that is the same.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from catalog.models import Issuer
from issuing import origin
from issuing.keys import identity
from issuing.models import IssuerKey
from openbadges.v2 import dumps
from postgres.prebuilt_query import PrebuiltQuery

KEPT_TEXTS = 64


class KeyRow(NamedTuple):
    issuer: int
    issuer_public_id: UUID
    kind: str
    fragment: str
    public_pem: str
    revoked_at: datetime | None

    def key(self) -> IssuerKey:
        """What `identity` needs of a key. It is not saved."""
        issuer = Issuer(pk=self.issuer, public_id=self.issuer_public_id)
        return IssuerKey(
            issuer=issuer,
            kind=self.kind,
            fragment=self.fragment,
            public_pem=self.public_pem,
            revoked_at=self.revoked_at,
        )


_ROWS = IssuerKey.objects.order_by("issuer", "created_at", "pk").values_list(
    "issuer", "issuer__public_id", "kind", "fragment", "public_pem", "revoked_at"
)
_OF_ISSUER = PrebuiltQuery(lambda id: _ROWS.filter(issuer__public_id=id))
_OF_ALL = PrebuiltQuery(lambda id: _ROWS.filter(revoked_at=None))


def did_document(public_id: UUID) -> str | None:
    """The DID document of an issuer, or None if it has no keys."""
    keys = _keys_of(public_id)
    return _did_document(keys, origin.document_origin()) if keys else None


def jwk_set(public_id: UUID | None = None) -> str | None:
    """The keys of one issuer, or None if it has published none; without an issuer, of all."""
    keys = _keys_of(public_id) if public_id else tuple(map(KeyRow._make, _OF_ALL.rows()))
    text, count = _jwk_set(keys, origin.document_origin())
    return text if count or not public_id else None


def jwk(public_id: UUID, fragment: str) -> str | None:
    """One published key, or None."""
    keys = tuple(key for key in _keys_of(public_id) if key.fragment == fragment)
    return _jwk(keys, origin.document_origin()) if keys else None


def _keys_of(issuer: UUID) -> tuple[KeyRow, ...]:
    return tuple(map(KeyRow._make, _OF_ISSUER.rows(issuer)))


# The origin is part of every id in these texts.
@lru_cache(maxsize=KEPT_TEXTS)
def _did_document(rows: tuple[KeyRow, ...], origin: str) -> str:
    keys = [row.key() for row in rows]
    return dumps(identity.did_document(keys[0].issuer, keys))


@lru_cache(maxsize=KEPT_TEXTS)
def _jwk_set(rows: tuple[KeyRow, ...], origin: str) -> tuple[str, int]:
    keys = identity.published(row.key() for row in rows)
    return dumps({"keys": [identity.jwk(key) for key in keys]}), len(keys)


@lru_cache(maxsize=KEPT_TEXTS)
def _jwk(rows: tuple[KeyRow, ...], origin: str) -> str | None:
    keys = identity.published(row.key() for row in rows)
    return dumps(identity.jwk(keys[0])) if keys else None
