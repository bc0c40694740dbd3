"""Serves Open Badges 3.0 documents: signed credentials, status lists and the issuers' keys."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect

from issuing import addresses
from issuing.documents import operations as credentials
from issuing.documents import replacements
from issuing.keys import published
from issuing.models import Assertion, StatusList
from issuing.states import AwardStatus
from openbadges import v2
from postgres.prebuilt_query import PrebuiltQuery
from serving.documents import (
    HTML,
    JSON,
    LD_JSON,
    allow_any_origin,
    document_response,
    preferred_media_type,
    public_document,
)

VC, VC_OLD = "application/vc", "application/vc+ld+json"
JWT, TEXT = "application/vc+jwt", "text/plain"
DID_JSON, JWK_JSON, JWKS_JSON = (
    "application/did+json", "application/jwk+json", "application/jwk-set+json",
)  # fmt: skip

_STATUS_LIST = PrebuiltQuery(
    lambda id: StatusList.objects.order_by().filter(public_id=id).values_list("signed")
)


@public_document
def credential(request, public_id):
    """A signed award as JSON, or as a VC-JWT on request. Browsers are redirected to its page."""
    media_type = preferred_media_type(request, [LD_JSON, JSON, VC, VC_OLD, JWT, TEXT, HTML])
    if media_type == HTML:
        return allow_any_origin(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    signed = credentials.signed(public_id)
    if signed is None:
        return _missing_credential(request, public_id)
    response = document_response(
        request, signed.jwt if media_type in {JWT, TEXT} else signed.json, media_type=media_type
    )
    return _with_download_name(request, response, public_id, "json")


@public_document
def credential_jwt(request, public_id):
    """The VC-JWT, for clients that cannot send an Accept header."""
    signed = credentials.signed(public_id)
    if signed is None:
        return _missing_credential(request, public_id)
    media_type = preferred_media_type(request, [TEXT, JWT])
    response = document_response(request, signed.jwt, media_type=media_type)
    return _with_download_name(request, response, public_id, "jwt")


@public_document
def status_list(request, public_id):
    (signed,) = _STATUS_LIST.row(public_id) or (None,)
    media_type = preferred_media_type(request, [LD_JSON, JSON, VC, VC_OLD])
    return document_response(request, signed or None, media_type=media_type)


@public_document
def did(request, public_id):
    """The issuer's DID document (did:web)."""
    return _keys_response(request, published.did_document(public_id), [DID_JSON, JSON, LD_JSON])


@public_document
def key(request, public_id, fragment):
    """One public key as a JWK."""
    return _keys_response(request, published.jwk(public_id, fragment), [JWK_JSON, JSON])


@public_document
def jwks(request, public_id=None):
    """The public keys of one issuer or of all local issuers, as a JWK Set."""
    return _keys_response(request, published.jwk_set(public_id), [JWKS_JSON, JSON])


def _keys_response(request, text: str | None, offers: list[str]) -> HttpResponse:
    return document_response(request, text, media_type=preferred_media_type(request, offers))


def _missing_credential(request, public_id) -> HttpResponse:
    """404, 410 without personal data for a revoked award, or 503 until it is signed."""
    award = Assertion.objects.published().filter(public_id=public_id).first()
    if award is None and (now := replacements.current_id(public_id)):
        replaced = {
            "id": addresses.credential_id(public_id),
            "revoked": True,
            "revocationReason": replacements.REASON,
            "replacedBy": addresses.credential_id(now),
        }
        return document_response(request, v2.dumps(replaced), status=410, media_type=JSON)
    if award is None:
        return document_response(request, None)
    if award.status == AwardStatus.REVOKED:
        gone = {
            "id": addresses.credential_id(public_id),
            "revoked": True,
            "revocationReason": award.revocation_reason,
        }
        return document_response(request, v2.dumps(gone), status=410, media_type=JSON)
    # Issued, but not signed yet: a worker signs it within a minute.
    waiting = {"error": "This badge is being signed. Ask again in a minute."}
    response = document_response(request, v2.dumps(waiting), status=503, media_type=JSON)
    response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def _with_download_name(request, response: HttpResponse, public_id, kind: str) -> HttpResponse:
    """Named after the badge, so that it is found again, and not after its earner."""
    if "download" in request.GET:
        badge = Assertion.objects.values_list("badge_class__slug", flat=True).get(
            public_id=public_id
        )
        response["Content-Disposition"] = f'attachment; filename="{badge}-badge.{kind}"'
    return response
