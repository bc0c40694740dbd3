"""What Open Badges 3.0 comes to ask for: signed credentials, status lists and the issuers' keys."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect

from catalog.models import Issuer
from issuing import addresses
from issuing.documents import operations as credentials
from issuing.documents.serving import (
    HTML,
    JSON,
    LD_JSON,
    answer,
    open_to_all,
    preferred,
    read_by_programs,
)
from issuing.keys import identity
from issuing.models import Assertion, IssuerKey, StatusList
from issuing.states import AwardStatus
from openbadges import v2

VC, VC_OLD = "application/vc", "application/vc+ld+json"
JWT, TEXT = "application/vc+jwt", "text/plain"
DID_JSON, JWK_JSON, JWKS_JSON = (
    "application/did+json", "application/jwk+json", "application/jwk-set+json",
)  # fmt: skip


@read_by_programs
def credential(request, public_id):
    """An award as it was signed: as JSON, or as a VC-JWT on request; the page for a browser."""
    asked = preferred(request, [LD_JSON, JSON, VC, VC_OLD, JWT, TEXT, HTML])
    if asked == HTML:
        return open_to_all(HttpResponseRedirect(f"/awards/{public_id}/", status=303))
    signed = credentials.signed(public_id)
    if signed is None:
        return _gone_or_never(request, public_id)
    response = answer(
        request, signed.jwt if asked in {JWT, TEXT} else signed.json, media_type=asked
    )
    return _as_file(request, response, f"{public_id}.json")


@read_by_programs
def credential_jwt(request, public_id):
    """The same as a VC-JWT, for those who cannot ask by header."""
    signed = credentials.signed(public_id)
    if signed is None:
        return _gone_or_never(request, public_id)
    asked = preferred(request, [TEXT, JWT])
    return _as_file(request, answer(request, signed.jwt, media_type=asked), f"{public_id}.jwt")


@read_by_programs
def status_list(request, public_id):
    signed = StatusList.objects.filter(public_id=public_id).values_list("signed", flat=True)
    asked = preferred(request, [LD_JSON, JSON, VC, VC_OLD])
    return answer(request, signed.first() or None, media_type=asked)


@read_by_programs
def did(request, public_id):
    """The issuer's DID document (did:web): its name, and the keys that speak for it."""
    issuer = Issuer.objects.filter(public_id=public_id).first()
    keys = list(issuer.keys.all()) if issuer else []
    if not keys:
        return answer(request, None)
    document = identity.did_document(issuer, keys)
    return answer(
        request, v2.dumps(document), media_type=preferred(request, [DID_JSON, JSON, LD_JSON])
    )


@read_by_programs
def key(request, public_id, fragment):
    """One public key as a JWK: what the `kid` of a VC-JWT leads to."""
    keys = IssuerKey.objects.select_related("issuer").filter(
        issuer__public_id=public_id, fragment=fragment, revoked_at=None
    )
    found = keys.first()
    text = v2.dumps(identity.jwk(found)) if found else None
    return answer(request, text, media_type=preferred(request, [JWK_JSON, JSON]))


@read_by_programs
def jwks(request, public_id=None):
    """The public keys of one issuer, or of all that issue here."""
    keys = IssuerKey.objects.select_related("issuer").filter(revoked_at=None)
    if public_id:
        keys = keys.filter(issuer__public_id=public_id)
    found = [identity.jwk(each) for each in keys]
    if not found and public_id:
        return answer(request, None)
    return answer(
        request, v2.dumps({"keys": found}), media_type=preferred(request, [JWKS_JSON, JSON])
    )


def _gone_or_never(request, public_id) -> HttpResponse:
    """What is left of a revoked award is that it was, and why it is not: nothing of the person."""
    award = Assertion.objects.published().filter(public_id=public_id).first()
    if award is None:
        return answer(request, None)
    if award.status == AwardStatus.REVOKED:
        gone = {
            "id": addresses.credential_id(public_id),
            "revoked": True,
            "revocationReason": award.revocation_reason,
        }
        return answer(request, v2.dumps(gone), status=410, media_type=JSON)
    # Issued, and its signature is due: a worker makes it within a minute.
    waiting = {"error": "This badge is being signed. Ask again in a minute."}
    response = answer(request, v2.dumps(waiting), status=503, media_type=JSON)
    response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def _as_file(request, response: HttpResponse, name: str) -> HttpResponse:
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
