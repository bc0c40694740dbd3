"""An award as an Open Badge 3.0: written from what is on record, signed both ways, kept.

The text that the awards of one badge have in common is kept once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from issuing import addresses
from issuing.documents import endorsement_credentials, open_badges_3
from issuing.documents.credential_writer import Workshop
from issuing.keys.operations import keep_origin
from issuing.models import (
    Assertion,
    CredentialText,
    IssuerKey,
    SignedCredential,
)
from issuing.querysets import AssertionQuerySet
from issuing.states import AwardStatus
from issuing.status_lists import operations as status_lists
from openbadges import signing
from openbadges.credential_template import fill_json
from postgres.bulk_insert import insert_rows
from postgres.prebuilt_query import PrebuiltQuery

log = logging.getLogger(__name__)

KEYS_KEPT = 200


@dataclass(frozen=True)
class Signed:
    """A credential as it is handed out, in the forms that the standard knows."""

    unsigned: str
    proof: str
    jwt_key: int
    jwt_signature: str

    @property
    def json(self) -> str:
        return signing.with_proof(self.unsigned, self.proof)

    @property
    def jwt(self) -> str:
        kid = addresses.key_id(*_name_of_key(self.jwt_key))
        return signing.jwt(self.unsigned, kid=kid, signature=self.jwt_signature)


def sign_all(awards: Sequence[Assertion], *, now: datetime, anew: bool = False) -> None:
    """Sign awards that are issued, in the caller's transaction.

    `anew` is for what was signed before and shows something else now: it gets a later `validFrom`,
    by which readers know the newer of two, and the old one goes.
    """
    keep_origin(now=now)
    now = now.replace(microsecond=0)
    if anew:
        take_away(awards)
    workshops = {
        version.pk: Workshop(version, now=now)
        for version in open_badges_3.versions({award.version_id for award in awards})
    }
    results, evidence = open_badges_3.results_of(awards), open_badges_3.evidence_of(awards)
    endorsements = endorsement_credentials.of_awards(awards)
    issued_on = {award.pk: award.issued_on for award in awards if award.issued_on}
    written = [
        workshops[award.version_id].write(
            award,
            results=results[award.submission_id],
            evidence=evidence[award.pk],
            endorsements=endorsements[award.pk],
            valid_from=now if anew else issued_on[award.pk],
        )
        for award in awards
    ]
    # One step for all, then the next: see `signing`.
    proofs = [each.by.proof(each.digests) for each in written]
    jwt_signatures = [each.by.jwt_signature(each.digests) for each in written]
    texts = _keep_texts({each.text for each in written})
    insert_rows(
        SignedCredential,
        [
            "assertion_id",
            "text_id",
            "gaps",
            "proof",
            "jwt_signature",
            "signed_at",
            "integrity_key_id",
            "jwt_key_id",
        ],
        [
            (each.award, texts[each.text], each.gaps, proof, jwt_signature, now, *each.keys)
            for each, proof, jwt_signature in zip(written, proofs, jwt_signatures, strict=True)
        ],
    )


def sign_anew(awards: Sequence[Assertion], *, now: datetime) -> None:
    """Sign again what shows something else now.

    At another origin, or without the issuer's key, that waits for the sweep: what is shown no more
    is gone at once all the same.
    """
    try:
        with transaction.atomic():
            sign_all(awards, now=now, anew=True)
    except ImproperlyConfigured:
        log.exception("Could not sign %s awards anew", len(awards))
        take_away(awards)


def take_away(awards: Sequence[Assertion]) -> None:
    """Take away the signed forms, and texts that were one award's own: they hold its evidence."""
    signed = SignedCredential.objects.filter(assertion__in=awards)
    own = list(signed.filter(gaps=[]).values_list("text", flat=True))
    signed.delete()
    in_use = SignedCredential.objects.filter(text=OuterRef("pk"))
    CredentialText.objects.filter(pk__in=own).exclude(
        pk__in=Subquery(in_use.values("text")[:1])
    ).delete()


def sign_due(
    *, now: datetime, most: int = 200, skip: Collection[int] = ()
) -> tuple[int, list[int]]:
    """Sign issued awards that have no signed credential in force, in one transaction.

    Returns how many were signed and the keys of those that could not be: they stay due, and one
    that cannot be signed never keeps the others waiting.
    """
    issued = Assertion.objects.issued().exclude(pk__in=skip)
    with transaction.atomic():
        due = _due(issued.filter(signed=None), most)
        # Also what a batch has signed while its key was being revoked.
        due = due or _due(issued.filter(pk__in=_signed_by_revoked_keys()), most)
        if not due:
            return 0, []
        try:
            with transaction.atomic():
                _sign_late(due, now=now)
        except Exception:
            log.exception("Could not sign %s awards together; trying one by one", len(due))
        else:
            return len(due), []
        troubled = []
        for award in due:
            try:
                with transaction.atomic():
                    _sign_late([Assertion.objects.with_badge().get(pk=award.pk)], now=now)
            except Exception:
                log.exception("Could not sign award %s", award.public_id)
                troubled.append(award.pk)
    return len(due) - len(troubled), troubled


def _sign_late(awards: Sequence[Assertion], *, now: datetime) -> None:
    status_lists.sign_new({award.status_list for award in awards}, now=now)
    sign_all(awards, now=now, anew=True)


def _due(awards: AssertionQuerySet, most: int) -> list[Assertion]:
    locked = (
        awards.with_badge()
        .select_related("status_list")
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True, of=["self"])
    )
    return list(locked[:most])


def _signed_by_revoked_keys() -> QuerySet:
    """The awards, in two searches by index: keys are hardly ever revoked, and awards are many."""
    revoked = IssuerKey.objects.order_by().exclude(revoked_at=None).values("pk")
    signed = SignedCredential.objects.order_by().values("assertion")
    return signed.filter(integrity_key__in=revoked).union(signed.filter(jwt_key__in=revoked))


def signed(public_id: uuid.UUID) -> Signed | None:
    """The credential at this address, in one query; None if none is in force there."""
    row = _IN_FORCE.row(public_id)
    if row is None:
        return None
    text, gaps, proof, signature, key = row
    return Signed(fill_json(text, json.loads(gaps)), proof, key, signature)


def _in_force(public_id: uuid.UUID) -> QuerySet:
    # Two joins and a look at the keys: with every table joined, planning takes three times as long.
    revoked = IssuerKey.objects.order_by().exclude(revoked_at=None)
    its_keys = [OuterRef("integrity_key"), OuterRef("jwt_key")]
    return (
        SignedCredential.objects.filter(
            assertion__public_id=public_id, assertion__status=AwardStatus.ISSUED
        )
        .exclude(Exists(revoked.filter(pk__in=its_keys)))
        .values_list("text__text", "gaps", "proof", "jwt_signature", "jwt_key")
    )


_IN_FORCE = PrebuiltQuery(_in_force)


@lru_cache(maxsize=KEYS_KEPT)
def _name_of_key(key: int) -> tuple[uuid.UUID, str]:
    """Its issuer and its fragment. A key is never deleted, and never becomes another."""
    return IssuerKey.objects.values_list("issuer__public_id", "fragment").get(pk=key)


def _keep_texts(texts: set[str]) -> dict[str, int]:
    """The key of each text; one that is new is kept."""
    by_digest = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
    CredentialText.objects.bulk_create(
        [CredentialText(digest=digest, text=text) for digest, text in sorted(by_digest.items())],
        ignore_conflicts=True,
    )
    kept = CredentialText.objects.filter(digest__in=by_digest).values_list("digest", "pk")
    return {by_digest[digest]: pk for digest, pk in kept}
