"""Creates, rotates, revokes and reseals issuers' keys, and pins the public origin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.moves import require_reason
from audit.operations import record
from background.enqueue import enqueue_on_commit
from catalog.models import Issuer
from issuing.keys.sealing import reseal, seal
from issuing.models import IssuerKey, PublicOrigin, SignedCredential
from issuing.origin import forget, is_secure
from openbadges import multikeys

RSA_BITS = 2048  # Open Badges 3.0 allows no fewer


class OriginMoved(ImproperlyConfigured):
    """PUBLIC_ORIGIN differs from the origin in issued badges."""


class NotRotatable(Exception):
    """Without https, the issuer's DID is its first key, so the key cannot change."""


def signing_keys(issuer: Issuer, *, now: datetime) -> dict[str, IssuerKey]:
    """The two active keys by kind. Missing ones are created."""
    keys = _current_keys(issuer)
    if len(keys) < len(IssuerKey.Kind):
        make_keys(issuer, now=now)
        keys = _current_keys(issuer)
    return keys


@transaction.atomic
def make_keys(issuer: Issuer, *, now: datetime) -> None:
    """Create the keys that an issuer lacks. Concurrent calls create them once."""
    # A concurrent call waits here and then finds the keys.
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    for kind in sorted(set(IssuerKey.Kind) - _current_keys(issuer).keys()):
        key = _make(issuer, kind, now=now)
        record("key made", key, by=None, agency=issuer.agency, at=now)


def can_rotate() -> bool:
    """False without https: the issuer's DID is then its first key (did:key)."""
    return is_secure()


@transaction.atomic
def rotate(issuer: Issuer, *, by: User, now: datetime | None = None) -> None:
    """Replace an issuer's keys. The old ones stay published, so their signatures stay valid."""
    if not can_rotate():
        raise NotRotatable
    now = now or timezone.now()
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    for key in _current_keys(issuer).values():
        key.retired_at = now
        key.save(update_fields=["retired_at"])
        record("key retired", key, by=by, agency=issuer.agency, at=now)
    make_keys(issuer, now=now)


@transaction.atomic
def revoke_key(key: IssuerKey, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Revoke a key that somebody else may have. All its signatures become invalid.

    Local credentials are signed again with a new key; files that earners have downloaded are not.
    Revoking a key again changes nothing.
    """
    reason = require_reason(reason)
    if not can_rotate():
        raise NotRotatable
    now = now or timezone.now()
    Issuer.objects.select_for_update(no_key=True).get(pk=key.issuer_id)
    key.refresh_from_db(fields=["revoked_at"])
    if key.revoked_at:
        return
    key.revoked_at, key.revoked_by, key.revocation_reason = now, by, reason
    key.save(update_fields=["revoked_at", "revoked_by", "revocation_reason"])
    record("key revoked", key, by=by, agency=key.issuer.agency, note=reason, at=now)
    make_keys(key.issuer, now=now)
    # Credentials that it signed are due to be signed again, and are not served until then.
    key.issuer.status_lists.update(sign_again_at=now)
    enqueue_on_commit("issuing.tasks.sign_due")


def signed_by(key: IssuerKey) -> QuerySet[SignedCredential]:
    """The credentials that become invalid when the key is revoked."""
    signed = SignedCredential.objects
    return signed.filter(Q(integrity_key=key) | Q(jwt_key=key))


def reseal_keys(keys: Collection[IssuerKey]) -> None:
    """Encrypt private keys under the first of KEY_ENCRYPTION_KEYS, so that older ones can go."""
    for key in keys:
        key.sealed = reseal(bytes(key.sealed))
        key.save(update_fields=["sealed"])


def pin_origin(*, now: datetime) -> None:
    """Record PUBLIC_ORIGIN with the first signature. Later, raise OriginMoved if it differs."""
    recorded = PublicOrigin.objects.first()
    if recorded is None:
        PublicOrigin.objects.bulk_create(
            [PublicOrigin(pk=1, origin=settings.PUBLIC_ORIGIN, kept_since=now)],
            ignore_conflicts=True,
        )
        recorded = PublicOrigin.objects.get()
        forget()
    if recorded.origin != settings.PUBLIC_ORIGIN:
        raise OriginMoved(origin_moved_message(recorded.origin))


def origin_moved_message(recorded: str) -> str:
    return (
        f"Badges issued here name {recorded}, and verifiers come back to it. PUBLIC_ORIGIN is "
        f"{settings.PUBLIC_ORIGIN}: set it back to {recorded} to go on issuing."
    )


def _current_keys(issuer: Issuer) -> dict[str, IssuerKey]:
    keys = issuer.keys.select_related("issuer__agency").filter(retired_at=None, revoked_at=None)
    return {key.kind: key for key in keys}


def _make(issuer: Issuer, kind: str, *, now: datetime) -> IssuerKey:
    key: RSAPrivateKey | Ed25519PrivateKey
    if kind == IssuerKey.Kind.RSA:
        key = new_rsa_key()
        fragment = _thumbprint(multikeys.jwk_of(key.public_key(), kid=""))
    else:
        key = Ed25519PrivateKey.generate()
        fragment = multikeys.ed25519_multibase(key.public_key())
    public = key.public_key()
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return IssuerKey.objects.create(
        issuer=issuer,
        kind=kind,
        fragment=fragment,
        created_at=now,
        public_pem=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        sealed=seal(private),
    )


def _thumbprint(jwk: dict) -> str:
    """The JWK thumbprint of an RSA key (RFC 7638)."""
    members = {name: jwk[name] for name in ("e", "kty", "n")}
    text = json.dumps(members, separators=(",", ":"))
    return multikeys.base64url(hashlib.sha256(text.encode()).digest())


def new_rsa_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=RSA_BITS)
