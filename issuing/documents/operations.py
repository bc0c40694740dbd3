"""Signs awards as Open Badges 3.0 credentials and stores them.

The text that the awards of one badge share is stored once (CredentialText).
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
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from background.enqueue import enqueue_on_commit
from issuing.documents import endorsement_credentials, open_badges_3
from issuing.documents.credential_writer import CredentialWriter
from issuing.keys import identity
from issuing.keys.operations import pin_origin
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

CACHED_TEXTS = 64
_ALGORITHMS = {IssuerKey.Kind.RSA: "RS256", IssuerKey.Kind.ED25519: "EdDSA"}


@dataclass(frozen=True)
class ServedCredential:
    """A signed credential in the forms in which it is served."""

    text: str
    gaps: list[str]
    proof: str
    jwt_key_kind: str
    jwt_key_fragment: str
    jwt_signature: str

    @property
    def json(self) -> str:
        return signing.with_proof(self._unsigned, self.proof)

    @property
    def jwt(self) -> str:
        # Reading all of a long text again would take longer than everything else here.
        repeated = json.loads(fill_json(signing.repeated_by_claims(self.text), self.gaps))
        return signing.jwt(
            self._unsigned,
            repeated,
            algorithm=_ALGORITHMS[IssuerKey.Kind(self.jwt_key_kind)],
            # The header was signed, too, so the DID is the one in the signed text.
            kid=identity.kid(repeated["issuer"], self.jwt_key_fragment),
            signature=self.jwt_signature,
        )

    @property
    def _unsigned(self) -> str:
        return fill_json(self.text, self.gaps)


def sign_all(awards: Sequence[Assertion], *, now: datetime, replace: bool = False) -> None:
    """Sign issued awards, in the caller's transaction.

    With `replace`, their earlier signed forms are deleted, and `validFrom` is `now`, so that
    verifiers can tell which of two is newer.
    """
    pin_origin(now=now)
    now = now.replace(microsecond=0)
    if replace:
        delete_signed_forms(awards)
    writers = {
        version.pk: CredentialWriter(version, now=now)
        for version in open_badges_3.versions({award.version_id for award in awards})
    }
    results, evidence = open_badges_3.results_of(awards), open_badges_3.evidence_of(awards)
    endorsements = endorsement_credentials.of_awards(awards)
    issued_on = {award.pk: award.issued_on for award in awards if award.issued_on}
    written = [
        writers[award.version_id].write(
            award,
            results=results[award.submission_id],
            evidence=evidence[award.pk],
            endorsements=endorsements[award.pk],
            valid_from=now if replace else issued_on[award.pk],
        )
        for award in awards
    ]
    # Each step for the whole batch: see `signing`.
    proofs = [credential.signatory.proof(credential.digests) for credential in written]
    jwt_signatures = [
        credential.signatory.jwt_signature(credential.digests) for credential in written
    ]
    texts = _save_texts({credential.text for credential in written})
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
            (
                credential.award,
                texts[credential.text],
                credential.gaps,
                proof,
                jwt_signature,
                now,
                *credential.keys,
            )
            for credential, proof, jwt_signature in zip(
                written, proofs, jwt_signatures, strict=True
            )
        ],
    )


def re_sign(awards: Sequence[Assertion], *, now: datetime) -> None:
    """Sign awards again after a change of what they show.

    If signing is impossible now (another origin, or no access to the key), the old forms are
    deleted at once, and the schedule signs later.
    """
    try:
        with transaction.atomic():
            sign_all(awards, now=now, replace=True)
    except ImproperlyConfigured:
        log.exception("Could not sign %s awards again", len(awards))
        delete_signed_forms(awards)


def delete_signed_forms(awards: Sequence[Assertion]) -> None:
    """Delete signed forms, and texts of a single award, which may contain its evidence."""
    signed = SignedCredential.objects.filter(assertion__in=awards)
    own = list(signed.filter(gaps=[]).values_list("text", flat=True))
    signed.delete()
    in_use = SignedCredential.objects.filter(text=OuterRef("pk"))
    CredentialText.objects.filter(pk__in=own).exclude(
        pk__in=Subquery(in_use.values("text")[:1])
    ).delete()


def texts_that_embed(endorsements: Collection[uuid.UUID]) -> list[int]:
    """Texts of signed credentials in which these endorsements are."""
    named = Q(pk__in=[])
    for public_id in endorsements:
        named |= Q(text__contains=str(public_id))
    return list(CredentialText.objects.filter(named).values_list("pk", flat=True))


def delete_texts(texts: Collection[int]) -> None:
    """Delete these texts with the signed forms that share them, which the schedule signs again.

    In the caller's transaction, which has locked the awards.
    """
    SignedCredential.objects.filter(text__in=texts).delete()
    CredentialText.objects.filter(pk__in=texts).delete()
    enqueue_on_commit("issuing.tasks.sign_due")


def sign_due(
    *, now: datetime, most: int = 200, skip: Collection[int] = ()
) -> tuple[int, list[int]]:
    """Sign issued awards that have no valid signed credential, in one transaction.

    Returns the number of signed awards, and the ids of those that failed. Failed awards stay due,
    and do not block the others.
    """
    issued = Assertion.objects.issued().exclude(pk__in=skip)
    with transaction.atomic():
        due = _due(issued.filter(signed=None), most)
        # Also credentials that a batch signed while its key was being revoked.
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
        failed = []
        for award in due:
            try:
                with transaction.atomic():
                    _sign_late([Assertion.objects.with_badge().get(pk=award.pk)], now=now)
            except Exception:
                log.exception("Could not sign award %s", award.public_id)
                failed.append(award.pk)
    return len(due) - len(failed), failed


def _sign_late(awards: Sequence[Assertion], *, now: datetime) -> None:
    status_lists.sign_new({award.status_list for award in awards}, now=now)
    sign_all(awards, now=now, replace=True)


def _due(awards: AssertionQuerySet, most: int) -> list[Assertion]:
    locked = (
        awards.with_badge()
        .select_related("status_list")
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True, of=["self"])
    )
    return list(locked[:most])


def _signed_by_revoked_keys() -> QuerySet:
    """Ids of awards whose credential a revoked key signed. A union of two index scans."""
    revoked = IssuerKey.objects.order_by().exclude(revoked_at=None).values("pk")
    signed = SignedCredential.objects.order_by().values("assertion")
    return signed.filter(integrity_key__in=revoked).union(signed.filter(jwt_key__in=revoked))


def signed(public_id: uuid.UUID) -> ServedCredential | None:
    """The valid credential of an award in one query, or None."""
    row = _VALID_CREDENTIAL.row(public_id)
    if row is None:
        return None
    text, gaps, *signed = row
    return ServedCredential(text, json.loads(gaps), *signed)


class SignatureRow(NamedTuple):
    """The columns of `signature_columns`: what is an award's own in its credential."""

    text_digest: str | None  # None if it is not signed
    gaps: str
    proof: str
    by_revoked_key: bool


def signature_columns() -> tuple[str | Exists, ...]:
    """For a query of awards that has more to ask."""
    return (
        "signed__text__digest",
        "signed__gaps",
        "signed__proof",
        _by_revoked_key("signed__"),
    )


def signed_json(public_id: uuid.UUID, status: str, signature: SignatureRow) -> str | None:
    """The valid credential of an award, from its status and what is its own, or None."""
    digest, gaps, proof, by_revoked_key = signature
    if status != AwardStatus.ISSUED or digest is None or by_revoked_key:
        return None
    try:
        text = _text(digest)
    except CredentialText.DoesNotExist:
        # It was signed again, or revoked, since the caller read the rest.
        credential = signed(public_id)
        return credential.json if credential else None
    return signing.with_proof(fill_json(text, json.loads(gaps)), proof)


@lru_cache(maxsize=CACHED_TEXTS)
def _text(digest: str) -> str:
    """Cached, because texts never change."""
    return CredentialText.objects.values_list("text", flat=True).get(digest=digest)


def _valid_credential(public_id: uuid.UUID) -> QuerySet:
    return (
        SignedCredential.objects.filter(
            assertion__public_id=public_id, assertion__status=AwardStatus.ISSUED
        )
        .exclude(_by_revoked_key())
        .values_list(
            "text__text",
            "gaps",
            "proof",
            "jwt_key__kind",
            "jwt_key__fragment",
            "jwt_signature",
        )
    )


def _by_revoked_key(start: str = "") -> Exists:
    # A subquery: few keys are revoked, and both columns name one.
    revoked = IssuerKey.objects.order_by().exclude(revoked_at=None)
    return Exists(
        revoked.filter(pk__in=[OuterRef(f"{start}integrity_key"), OuterRef(f"{start}jwt_key")])
    )


_VALID_CREDENTIAL = PrebuiltQuery(_valid_credential)


def _save_texts(texts: set[str]) -> dict[str, int]:
    """The primary key of each text. New texts are saved."""
    by_digest = {hashlib.sha256(text.encode()).hexdigest(): text for text in texts}
    CredentialText.objects.bulk_create(
        [CredentialText(digest=digest, text=text) for digest, text in sorted(by_digest.items())],
        ignore_conflicts=True,
    )
    saved = CredentialText.objects.filter(digest__in=by_digest).values_list("digest", "pk")
    return {by_digest[digest]: pk for digest, pk in saved}
