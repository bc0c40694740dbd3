"""Verifies that the issuer signed a credential: Data Integrity proofs and VC-JWT."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone
from django.utils.translation import gettext as _

from openbadges import data_integrity, parsing, vc_jwt
from openbadges.canonical import NotSignable, TooComplex
from openbadges.contexts import UnknownContext
from openbadges.data_integrity import InvalidProof
from openbadges.vc_jwt import InvalidToken
from verification import key_ownership
from verification.key_ownership import CannotCheck, KeyOwnerNotKnown, NotIssuersKey
from verification.remote_documents import WebSession
from verification.report import printable
from verification.well_formed import VALID_FROM, VALID_UNTIL, uses_data_model_1

MOST_PROOFS = 4
UNVERSIONED_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"


class NotSigned(Exception):
    """The credential has no signature that proves anything."""


class Changed(Exception):
    """The signature does not match the content."""


class Contradictory(Exception):
    """The JWT claims contradict the credential, so software could read it differently."""


@dataclass(frozen=True)
class CheckedCredential:
    """A credential that its issuer signed."""

    credential: dict
    form: str
    remarks: list[str] = field(default_factory=list)


def read(signed: dict | str) -> dict:
    """The credential, NOT verified. Raises Changed if a VC-JWT is malformed."""
    if isinstance(signed, dict):
        return signed
    try:
        _header, payload = vc_jwt.read(signed)
    except InvalidToken as error:
        raise Changed(str(error)) from None
    return _credential_of(payload)


def check(web: WebSession, signed: dict | str) -> CheckedCredential:
    """Verify JSON with a proof, or a VC-JWT, including the ownership of the key.

    Raises NotSigned, Changed, Contradictory, NotIssuersKey or CannotCheck.
    """
    if isinstance(signed, str):
        return _check_token(web, signed)
    return _check_document(web, signed)


def _check_document(web: WebSession, document: dict) -> CheckedCredential:
    proofs = data_integrity.proofs(document)
    if not proofs:
        raise NotSigned(_("No one has signed it, so anyone may have written it."))
    known = [
        proof for proof in proofs if isinstance(proof, dict) and data_integrity.is_supported(proof)
    ]
    if not known or len(proofs) > MOST_PROOFS:
        names = {printable(p.get("cryptosuite") or p.get("type")) for p in proofs if _is_dict(p)}
        raise CannotCheck(
            _("It is signed in a way this page can’t check: %(names)s.")
            % {"names": ", ".join(sorted(names)[:5])}
        )
    errors = []
    for proof in known:
        try:
            _check_proof(web, document, proof)
        except (NotIssuersKey, CannotCheck) as error:
            errors.append(error)
    if len(errors) == len(known):
        raise errors[0]
    remarks = []
    if errors or len(known) < len(proofs):
        remarks.append(_("It has another signature, which adds nothing here."))
    return CheckedCredential(document, "Data Integrity", remarks)


def _check_proof(web: WebSession, document: dict, proof: dict) -> None:
    if "expires" in proof:
        ends = parsing.parse_datetime(proof["expires"])
        if ends is None or ends < timezone.now():
            raise CannotCheck(_("Its signature has expired."))
    method = parsing.reference(proof.get("verificationMethod"))
    key_in_id = key_ownership.key_in_fragment(method)
    if key_in_id is not None:
        # Before any request: does the signature match the key that the proof itself contains?
        _verify_proof(web, document, proof, key_in_id)
    try:
        key = key_ownership.key_of_method(web, method, parsing.reference(document.get("issuer")))
    except CannotCheck as error:
        raise (KeyOwnerNotKnown(str(error)) if key_in_id else error) from None
    if not isinstance(key, Ed25519PublicKey):
        raise CannotCheck(_("This page does not support this kind of key."))
    if key_in_id is None or key != key_in_id:
        _verify_proof(web, document, proof, key)


def _verify_proof(web: WebSession, document: dict, proof: dict, key: Ed25519PublicKey) -> None:
    if not web.has_time:
        raise CannotCheck(_("It is too long or too complex to be checked here."))
    try:
        data_integrity.verify(document, proof, key)
    except InvalidProof:
        raise Changed(_("It does not match what was signed. It was changed afterward.")) from None
    except UnknownContext as error:
        raise CannotCheck(_unknown_context_message(error)) from None
    except TooComplex:
        raise CannotCheck(_("It is too long or too complex to be checked here.")) from None
    except NotSignable as error:
        raise Changed(
            _("It contains statements that no signature covers: %(names)s.")
            % {"names": ", ".join(map(printable, error.names[:8]))}
        ) from None


def _unknown_context_message(error: UnknownContext) -> str:
    if error.url == UNVERSIONED_CONTEXT:
        return _(
            "It uses the first edition of Open Badges 3.0 (context.json, without a number), "
            "which this page does not support. Its issuer can issue it again in the current "
            "edition."
        )
    if not error.url:
        return _("It uses its own definitions, so its terms could mean anything.")
    return _("It uses terms this page does not know: %(url)s.") % {"url": printable(error.url)}


def _check_token(web: WebSession, token: str) -> CheckedCredential:
    try:
        header, payload = vc_jwt.read(token)
    except InvalidToken:
        raise Changed(_("The signed text is damaged.")) from None
    credential = _credential_of(payload)
    issuer = parsing.reference(credential.get("issuer"))
    if str(header.get("alg")) not in vc_jwt.ALGORITHMS:
        raise NotSigned(
            _("It is signed in a way that anyone could use (%(name)s), so it proves nothing.")
            % {"name": printable(header.get("alg"))}
        )
    if "kid" in header:
        key = key_ownership.key_of_kid(web, header["kid"], issuer)
    elif "jwk" in header:
        # The signature first: a changed badge is reported as changed, no matter whose key it is.
        _verify_token(token, key_ownership.key_of_jwk(header["jwk"]))
        try:
            key = key_ownership.key_of_header(web, header["jwk"], issuer)
        except CannotCheck as error:
            raise KeyOwnerNotKnown(str(error)) from None
    else:
        raise NotIssuersKey(_("The signature does not say which key was used."))
    _verify_token(token, key)
    _check_claims(payload, credential)
    return CheckedCredential(credential, "VC-JWT")


def _verify_token(token: str, key) -> None:
    try:
        vc_jwt.verify(token, key)
    except InvalidToken:
        raise Changed(_("It does not match what was signed. It was changed afterward.")) from None


def _credential_of(payload: dict) -> dict:
    """The credential in a payload; data model 1.1 wraps it in `vc` (section 6.3.1)."""
    wrapped = payload.get("vc")
    if not isinstance(wrapped, dict):
        return {name: value for name, value in payload.items() if name not in _CLAIMS}
    claims = {
        "id": payload.get("jti"),
        "issuer": payload.get("iss"),
        "issuanceDate": _to_datetime(payload.get("nbf")),
        "expirationDate": _to_datetime(payload.get("exp")),
    }
    credential = {name: value for name, value in claims.items() if value} | wrapped
    subject = credential.get("credentialSubject")
    if isinstance(subject, dict) and payload.get("sub"):
        credential["credentialSubject"] = {"id": payload["sub"]} | subject
    return credential


_CLAIMS = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"}


def _check_claims(payload: dict, credential: dict) -> None:
    older = uses_data_model_1(credential)
    subject = credential.get("credentialSubject")
    pairs = [
        ("iss", parsing.reference(credential.get("issuer"))),
        ("jti", parsing.reference(credential)),
        ("sub", parsing.reference(subject)),
        ("nbf", _to_numeric_date(credential.get(VALID_FROM[older]))),
        ("exp", _to_numeric_date(credential.get(VALID_UNTIL[older]))),
    ]
    differing = [
        claim
        for claim, value in pairs
        if claim in payload and value not in ("", None) and not _equals_claim(payload[claim], value)
    ]
    if "exp" in payload and credential.get(VALID_UNTIL[older]) is None:
        differing.append("exp")
    if differing:
        raise Contradictory(
            _("Its signed text contradicts itself: %(names)s.") % {"names": ", ".join(differing)}
        )


def _equals_claim(claim: object, value: object) -> bool:
    if isinstance(value, int):
        return isinstance(claim, int | float) and value <= claim < value + 1
    return claim == value


def _to_datetime(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _to_numeric_date(value: object) -> int | None:
    moment = parsing.parse_datetime(value)
    return None if moment is None else int(moment.timestamp())


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)
