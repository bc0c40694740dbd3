"""Writes awards as Open Badges 3.0 credentials, ready to be signed.

What the awards of one badge have in common is canonicalised once: see `openbadges.shapes`. What
differs (ids, hashes, dates) stands beside it, some four hundred bytes.
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
from issuing.keys.sealing import private_key
from issuing.models import Assertion, IssuerKey
from openbadges import canonical, signing, v3
from openbadges.credential_template import (
    CredentialTemplate,
    fill_json,
    may_contain_placeholders,
    placeholder,
)
from openbadges.text import clean
from openbadges.v2 import dumps, format_datetime, hashed_identity

SHAPES_KEPT = 200


class Written(NamedTuple):
    """A credential that is to be signed."""

    award: int
    text: str
    gaps: list[str]
    digests: signing.Digests
    by: signing.Signatory
    keys: tuple[int, int]


class Workshop:
    """Writes the awards of one version of a badge: what they share is fetched and made once."""

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
        integrity_key, jwt_key = keys[IssuerKey.Kind.ED25519], keys[IssuerKey.Kind.RSA]
        self._keys = integrity_key.pk, jwt_key.pk
        self._signatory = signing.Signatory(
            integrity_key=private_key(integrity_key),
            method=identity.method_id(integrity_key),
            jwt_key=private_key(jwt_key),
            kid=identity.key_address(jwt_key),
            created=now,
            context=v3.CONTEXT,
        )
        # Words of the badge that look like a gap would be filled with those of an award.
        self._has_gaps = may_contain_placeholders(
            dumps([self._achievement, self._issuer, self._assessor])
        )
        self._shapes: dict[tuple, CredentialTemplate] = {}

    def write(
        self,
        award: Assertion,
        *,
        results: tuple[v3.Result, ...],
        evidence: tuple[v3.Evidence, ...],
        endorsements: tuple[dict, ...],
        valid_from: datetime,
    ) -> Written:
        values = _values(award, valid_from)
        # What this award shows that others of the badge may not.
        form = (*map(bool, values[_OPTIONAL]), results)
        has_gaps = self._has_gaps or any(may_contain_placeholders(value) for value in values)
        if evidence or endorsements or has_gaps:
            document = self._document(values, form, evidence, endorsements)
            text, gaps = dumps(document), []
            quads = canonical.canonicalize(document)
        else:
            shape, gaps = self._shape(form), values
            text, quads = shape.text, shape.canonical(values)
        registered = signing.registered_claims(
            iss=self._issuer["id"],
            jti=values[0],
            sub=values[1],
            valid_from=valid_from,
            valid_until=award.expires,
        )
        digests = self._signatory.digests(fill_json(text, gaps), quads, registered)
        return Written(award.pk, text, gaps, digests, by=self._signatory, keys=self._keys)

    def _shape(self, form: tuple) -> CredentialTemplate:
        if form not in self._shapes:
            document = self._document([placeholder(n) for n in range(_GAPS)], form, (), ())
            self._shapes[form] = _shape(dumps(document))
        return self._shapes[form]

    def _document(
        self,
        values: Sequence[str],
        form: tuple,
        evidence: tuple[v3.Evidence, ...],
        endorsements: tuple[dict, ...],
    ) -> dict:
        (id, subject, hashed, salt, valid_from, awarded, image, list_url, index, status,
         valid_until, narrative, name) = values  # fmt: skip
        has_end, has_narrative, shows_name, results = form
        return v3.Credential(
            id=id,
            issuer=self._issuer,
            achievement=self._achievement,
            recipient=v3.Recipient(subject, hashed, salt, name if shows_name else ""),
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


_GAPS = 13
_OPTIONAL = slice(-3, None)  # the end, the narrative, the name


def _values(award: Assertion, valid_from: datetime) -> list[str]:
    """What stands in the gaps, in the order in which `Workshop._document` takes them."""
    list_url = addresses.status_list_id(award.status_list.public_id)
    return [
        addresses.credential_id(award.public_id),
        uuid.uuid5(award.public_id, "recipient").urn,
        hashed_identity(award.recipient_email, award.salt),
        award.salt,
        format_datetime(valid_from),
        format_datetime(award.earned_on or award.issued_on),
        addresses.baked_image(award.public_id),
        list_url,
        str(award.status_index),
        f"{list_url}#{award.status_index}",
        format_datetime(award.expires) if award.expires else "",
        clean(award.narrative),
        clean(award.recipient_name) if award.shows_name else "",
    ]


@lru_cache(maxsize=SHAPES_KEPT)
def _shape(text: str) -> CredentialTemplate:
    return CredentialTemplate(text, canonicalize=canonical.canonicalize)
