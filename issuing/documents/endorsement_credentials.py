"""Endorsements as signed credentials, created on acceptance and embedded in what they endorse.

Each is signed with its own key, whose private half is discarded at once, because endorsers manage
no keys here. The public half is in the endorsement's DID document.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catalog.models import BadgeVersion, Issuer
from issuing import addresses, origin
from issuing.keys import identity
from issuing.keys.operations import pin_origin, signing_keys
from issuing.models import Assertion, Endorsement
from openbadges import data_integrity, dids, multikeys, v3
from openbadges.v2 import dumps, format_datetime


def sign(endorsement: Endorsement, *, now: datetime) -> tuple[str, str]:
    """The EndorsementCredential as JSON, and the public key that verifies it, as Multikey.

    Raises OriginMoved, like everything that signs.
    """
    pin_origin(now=now)
    private = Ed25519PrivateKey.generate()
    key = multikeys.ed25519_multibase(private.public_key())
    did = did_of(endorsement, key)
    document = v3.Endorsement(
        id=addresses.endorsement_id(endorsement.public_id),
        name=_name(endorsement),
        endorser=v3.Profile(
            id=did,
            name=endorsement.endorser_name,
            url=endorsement.endorser_url,
            description=endorsement.endorser_about,
        ).document(),
        subject_id=_subject(endorsement, now),
        comment=endorsement.comment,
        valid_from=format_datetime(now),
    ).document()
    signed = data_integrity.sign(document, key=private, method=f"{did}#{key}", created=now)
    return dumps(signed), key


def did_of(endorsement: Endorsement, key: str) -> str:
    """The endorser's DID for this endorsement: did:web, or did:key on a site without https."""
    if origin.is_secure():
        return dids.did_web(origin.document_origin(), "endorsements", str(endorsement.public_id))
    return f"{dids.KEY}{key}"


def did_document(endorsement: Endorsement) -> dict:
    """The DID document. The key is an assertion method only while the endorsement is accepted."""
    did = did_of(endorsement, endorsement.key)
    method = dids.multikey_method(did, multikeys.ed25519_from_multibase(endorsement.key))
    is_accepted = endorsement.status == Endorsement.Status.ACCEPTED
    return dids.document(did, [method], active=[method["id"]] if is_accepted else [])


def of_issuer(issuer: Issuer) -> tuple[dict, ...]:
    return _credentials(Endorsement.objects.accepted().filter(issuer=issuer))


def of_version(version: BadgeVersion) -> tuple[dict, ...]:
    return _credentials(Endorsement.objects.accepted().filter(version=version))


def of_awards(awards: Sequence[Assertion]) -> dict[int, tuple[dict, ...]]:
    """Endorsement credentials by award, in one query."""
    public = [award.pk for award in awards if not award.is_private]
    accepted = Endorsement.objects.filter(status=Endorsement.Status.ACCEPTED, assertion__in=public)
    found: dict[int, tuple[dict, ...]] = defaultdict(tuple)
    for key, credential in accepted.order_by("pk").values_list("assertion", "credential"):
        found[key] += (json.loads(credential),)
    return found


def _credentials(accepted) -> tuple[dict, ...]:
    signed = accepted.order_by("pk").values_list("credential", flat=True)
    return tuple(json.loads(credential) for credential in signed)


def _subject(endorsement: Endorsement, now: datetime) -> str:
    if endorsement.issuer:
        signing_keys(endorsement.issuer, now=now)  # without https, its DID is its first key
        return identity.did_of(endorsement.issuer)
    if endorsement.version:
        return addresses.badge_class_id(endorsement.version.public_id)
    # The 2.0 id of the award: some verifiers refuse a credential that embeds its own id.
    return addresses.assertion_id(endorsement.assertion.public_id)


def _name(endorsement: Endorsement) -> str:
    if endorsement.issuer:
        return f"Endorsement of {endorsement.issuer.name}"
    return f"Endorsement of {(endorsement.version or endorsement.assertion.version).name}"
