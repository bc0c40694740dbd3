"""Writes awards as Open Badges 3.0 credentials, ready to be signed.

The awards of one badge share a template that is canonicalized once (see
`openbadges.credential_template`). Only what differs (ids, hashes, dates) is written per award, some
four hundred bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from catalog.models import BadgeVersion
from issuing import addresses
from issuing.documents import open_badges_3
from issuing.keys import identity
from issuing.keys.operations import signing_keys
from issuing.keys.sealing import ed25519_key, private_key
from issuing.models import Assertion, IssuerKey
from mail.no_mailbox import has_no_mailbox, urn_of
from openbadges import canonical, signing, v3
from openbadges.credential_template import (
    CredentialTemplate,
    fill_json,
    may_contain_placeholders,
    placeholder,
)
from openbadges.text import clean
from openbadges.v2 import dumps, format_datetime, hashed_identity

CACHED_TEMPLATES = 200


class UnsignedCredential(NamedTuple):
    """A credential to be signed, in the columns of SignedCredential."""

    award: int  # primary key
    text: str  # JSON, with placeholders unless `gaps` is empty
    gaps: list[str]  # the values of the placeholders
    digests: signing.Digests
    signatory: signing.Signatory
    keys: tuple[int, int]  # primary keys of the two IssuerKeys


class CredentialWriter:
    """Writes the awards of one version of a badge. What they share is loaded once."""

    def __init__(self, version: BadgeVersion, *, now: datetime) -> None:
        issuer = version.badge_class.issuer
        self._version = version
        self._achievement = open_badges_3.achievement(version).document()
        self._issuer = open_badges_3.profile(issuer).document()
        self._assessor = v3.Profile(
            id=uuid.uuid5(
                uuid.NAMESPACE_URL, addresses.absolute(f"/agencies/{issuer.agency.slug}")
            ).urn,
            name=issuer.agency.name,
        ).document()
        keys = signing_keys(issuer, now=now)
        integrity_key, jwt_key = keys[IssuerKey.Kind.ED25519], keys[identity.jwt_kind()]
        self._keys = integrity_key.pk, jwt_key.pk
        self._signatory = signing.Signatory(
            integrity_key=ed25519_key(integrity_key),
            method=identity.method_id(integrity_key),
            jwt_key=private_key(jwt_key),
            kid=identity.method_id(jwt_key),
            created=now,
            context=v3.CONTEXT,
        )
        # Text of the badge that looks like a placeholder would be replaced by values of an award.
        self._may_contain_placeholders = may_contain_placeholders(
            dumps([self._achievement, self._issuer, self._assessor])
        )
        self._templates: dict[tuple, CredentialTemplate] = {}

    def write(
        self,
        award: Assertion,
        *,
        results: tuple[v3.Result, ...],
        evidence: tuple[v3.Evidence, ...],
        endorsements: tuple[dict, ...],
        valid_from: datetime,
    ) -> UnsignedCredential:
        values = _values(award, valid_from)
        # Which optional parts this award has. Each variant needs its own template.
        variant = (
            *map(bool, values[_OPTIONAL]),
            has_no_mailbox(award.recipient_email),
            results,
        )
        contains_placeholders = self._may_contain_placeholders or any(
            may_contain_placeholders(value) for value in values
        )
        if evidence or endorsements or contains_placeholders:
            document = self._document(values, variant, evidence, endorsements)
            text, gaps = dumps(document), []
            quads = canonical.canonicalize(document)
        else:
            template, gaps = self._template(variant), values
            text, quads = template.text, template.canonical(values)
        registered = signing.registered_claims(
            iss=self._issuer["id"],
            jti=values[0],
            sub=values[1],
            valid_from=valid_from,
            valid_until=award.expires,
        )
        digests = self._signatory.digests(fill_json(text, gaps), quads, registered)
        return UnsignedCredential(
            award.pk, text, gaps, digests, signatory=self._signatory, keys=self._keys
        )

    def _template(self, variant: tuple) -> CredentialTemplate:
        if variant not in self._templates:
            document = self._document(
                [placeholder(n) for n in range(_PLACEHOLDERS)], variant, (), ()
            )
            self._templates[variant] = _cached_template(dumps(document))
        return self._templates[variant]

    def _document(
        self,
        values: Sequence[str],
        variant: tuple,
        evidence: tuple[v3.Evidence, ...],
        endorsements: tuple[dict, ...],
    ) -> dict:
        (id, subject, hashed, salt, valid_from, awarded, image, list_url, index, status,
         valid_until, narrative, name) = values  # fmt: skip
        has_end, has_narrative, shows_name, by_urn, results = variant
        identity_type = v3.Recipient.BY_URN if by_urn else v3.Recipient.BY_EMAIL
        return v3.Credential(
            id=id,
            issuer=self._issuer,
            achievement=self._achievement,
            recipient=v3.Recipient(
                subject, hashed, salt, name if shows_name else "", identity_type
            ),
            valid_from=valid_from,
            awarded=awarded,
            valid_until=valid_until if has_end else "",
            image_url=image,
            narrative=narrative if has_narrative else "",
            credits_earned=self._version.units or self._version.hours,
            results=self._with_hours(results),
            source=self._assessor if results else None,
            evidence=evidence,
            endorsements=endorsements,
            status=v3.StatusEntry(list_url=list_url, index=index, id=status),
        ).document()

    def _with_hours(self, results: tuple[v3.Result, ...]) -> tuple[v3.Result, ...]:
        if not (self._version.units and self._version.hours):
            return results
        hours = v3.Result(
            f"{self._achievement['id']}#hours", value=str(v3.number(self._version.hours))
        )
        return (*results, hours)


_PLACEHOLDERS = 13
_OPTIONAL = slice(-3, None)  # the expiry date, the narrative, the name


def _values(award: Assertion, valid_from: datetime) -> list[str]:
    """The values of the placeholders, in the order of `CredentialWriter._document`."""
    list_url = addresses.status_list_id(award.status_list.public_id)
    urn = urn_of(award.recipient_email)
    return [
        addresses.credential_id(award.public_id),
        uuid.uuid5(award.public_id, "recipient").urn,
        hashed_identity(urn or award.recipient_email, award.salt),
        award.salt,
        format_datetime(valid_from),
        format_datetime(award.awarded_on),
        addresses.baked_image(award.public_id),
        list_url,
        str(award.status_index),
        f"{list_url}#{award.status_index}",
        format_datetime(award.expires) if award.expires else "",
        clean(award.narrative),
        clean(award.recipient_name) if award.shows_name else "",
    ]


@lru_cache(maxsize=CACHED_TEMPLATES)
def _cached_template(text: str) -> CredentialTemplate:
    return CredentialTemplate(text, canonicalize=canonical.canonicalize)
