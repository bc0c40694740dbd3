"""Answers requests for local URLs from the database instead of over HTTP."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve

from fetching.safe_fetch import Fetched
from issuing.documents import endorsement_credentials
from issuing.documents import operations as credentials
from issuing.keys import published
from issuing.models import Endorsement, IssuerKey, StatusList
from openbadges.v2 import dumps


def fetch_local(url: str) -> Fetched:
    text = _text_at(urlsplit(url).path)
    return Fetched(url, 200 if text else 404, (text or "").encode())


def issuer_key(fragment: str) -> IssuerKey | None:
    """A key of a local issuer, including retired and revoked ones."""
    return IssuerKey.objects.select_related("issuer").filter(fragment=fragment).first()


def _text_at(path: str) -> str | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    found = _DOCUMENTS.get(match.view_name)
    return found(**match.kwargs) if found else None


def _credential(public_id: UUID) -> str | None:
    signed = credentials.signed(public_id)
    return signed and signed.json


def _credential_jwt(public_id: UUID) -> str | None:
    signed = credentials.signed(public_id)
    return signed and signed.jwt


def _status_list(public_id: UUID) -> str | None:
    return StatusList.objects.filter(public_id=public_id).values_list("signed", flat=True).first()


def _endorsement(public_id: UUID) -> str | None:
    accepted = Endorsement.objects.accepted().filter(public_id=public_id)
    return accepted.values_list("credential", flat=True).first()


def _endorser_did(public_id: UUID) -> str | None:
    found = Endorsement.objects.exclude(key="").filter(public_id=public_id).first()
    return found and dumps(endorsement_credentials.did_document(found))


_DOCUMENTS = {
    "issuing:credential": _credential,
    "issuing:credential_jwt": _credential_jwt,
    "issuing:status_list": _status_list,
    "issuing:did": published.did_document,
    "issuing:key": published.jwk,
    "issuing:endorsement": _endorsement,
    "issuing:endorser_did": _endorser_did,
}
