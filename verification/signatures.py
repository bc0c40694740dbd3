"""Was it changed since it was signed, and did the issuer sign it? Both ways of signing."""

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
from verification.key_ownership import NotKnown, NotTheIssuers, OwnerNotKnown
from verification.remote_documents import Web
from verification.report import printable
from verification.well_formed import FROM, UNTIL, is_older

MOST_PROOFS = 4
WITHOUT_NUMBER = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"


class NotSigned(Exception):
    """No signature stands on it that could be checked."""


class Changed(Exception):
    """The signature is not of what it says now."""


class Unclear(Exception):
    """It answers one question twice, so that each reader could pick another answer."""


@dataclass(frozen=True)
class Checked:
    """A credential whose issuer is known to have signed every word that counts."""

    credential: dict
    form: str
    remarks: list[str] = field(default_factory=list)


def read(signed: dict | str) -> dict:
    """The credential as it stands; nothing is proven by reading."""
    if isinstance(signed, dict):
        return signed
    try:
        _header, payload = vc_jwt.read(signed)
    except InvalidToken as error:
        raise Changed(str(error)) from None
    return _credential_of(payload)


def check(web: Web, signed: dict | str) -> Checked:
    if isinstance(signed, str):
        return _check_token(web, signed)
    return _check_document(web, signed)


def _check_document(web: Web, document: dict) -> Checked:
    proofs = data_integrity.proofs(document)
    if not proofs:
        raise NotSigned(_("Nobody has signed it, so anybody may have written it."))
    known = [
        proof for proof in proofs if isinstance(proof, dict) and data_integrity.is_supported(proof)
    ]
    if not known or len(proofs) > MOST_PROOFS:
        names = {printable(p.get("cryptosuite") or p.get("type")) for p in proofs if _is_dict(p)}
        raise NotKnown(
            _("It is signed in a way that this page cannot check: %(names)s.")
            % {"names": ", ".join(sorted(names)[:5])}
        )
    others = []
    for proof in known:
        try:
            _check_proof(web, document, proof)
        except (NotTheIssuers, NotKnown) as error:
            others.append(error)
    if len(others) == len(known):
        raise others[0]
    remarks = []
    if others or len(known) < len(proofs):
        remarks.append(_("It carries a further signature, which says nothing more here."))
    return Checked(document, "Data Integrity", remarks)


def _check_proof(web: Web, document: dict, proof: dict) -> None:
    if "expires" in proof:
        ends = parsing.parse_datetime(proof["expires"])
        if ends is None or ends < timezone.now():
            raise NotKnown(_("Its signature has an end, which has passed."))
    method = parsing.reference(proof.get("verificationMethod"))
    spelled = key_ownership.suggested(method)
    if spelled is not None:
        # Before anybody is asked: with the very key that the proof names, does it hold at all?
        _hold(web, document, proof, spelled)
    try:
        key = key_ownership.of_method(web, method, parsing.reference(document.get("issuer")))
    except NotKnown as error:
        raise (OwnerNotKnown(str(error)) if spelled else error) from None
    if not isinstance(key, Ed25519PublicKey):
        raise NotKnown(_("The key is of a kind that this page does not know."))
    if spelled is None or key != spelled:
        _hold(web, document, proof, key)


def _hold(web: Web, document: dict, proof: dict, key: Ed25519PublicKey) -> None:
    if not web.has_time:
        raise NotKnown(_("It is too long or too tangled to be checked here."))
    try:
        data_integrity.verify(document, proof, key)
    except InvalidProof:
        raise Changed(
            _("What it says is not what was signed. It was changed afterwards.")
        ) from None
    except UnknownContext as error:
        raise NotKnown(_unknown_words(error)) from None
    except TooComplex:
        raise NotKnown(_("It is too long or too tangled to be checked here.")) from None
    except NotSignable as error:
        raise Changed(
            _("It says things that no signature covers: %(names)s.")
            % {"names": ", ".join(map(printable, error.names[:8]))}
        ) from None


def _unknown_words(error: UnknownContext) -> str:
    if error.url == WITHOUT_NUMBER:
        return _(
            "It uses the first edition of Open Badges 3.0 (context.json, without a number), which "
            "this page does not have. Its issuer can issue it again in today’s."
        )
    if not error.url:
        return _("It brings definitions of its own, so its words could mean anything.")
    return _("It uses words that this page does not know: %(url)s.") % {"url": printable(error.url)}


def _check_token(web: Web, token: str) -> Checked:
    try:
        header, payload = vc_jwt.read(token)
    except InvalidToken:
        raise Changed(_("The signed text is damaged.")) from None
    credential = _credential_of(payload)
    issuer = parsing.reference(credential.get("issuer"))
    if str(header.get("alg")) not in vc_jwt.ALGORITHMS:
        raise NotSigned(
            _("It is signed in a way that anybody could (%(name)s), so it proves nothing.")
            % {"name": printable(header.get("alg"))}
        )
    if "kid" in header:
        key = key_ownership.of_kid(web, header["kid"], issuer)
    elif "jwk" in header:
        # First the signature: what was changed is called changed, whoever's key it is.
        _hold_token(token, key_ownership.of_jwk(header["jwk"]))
        try:
            key = key_ownership.of_header(web, header["jwk"], issuer)
        except NotKnown as error:
            raise OwnerNotKnown(str(error)) from None
    else:
        raise NotTheIssuers(_("The signature does not say with which key it was made."))
    _hold_token(token, key)
    _agree(payload, credential)
    return Checked(credential, "VC-JWT")


def _hold_token(token: str, key) -> None:
    try:
        vc_jwt.verify(token, key)
    except InvalidToken:
        raise Changed(
            _("What it says is not what was signed. It was changed afterwards.")
        ) from None


def _credential_of(payload: dict) -> dict:
    """The payload is the credential; in the older data model it is wrapped in `vc`."""
    wrapped = payload.get("vc")
    if not isinstance(wrapped, dict):
        return {name: value for name, value in payload.items() if name not in _CLAIMS}
    told = {
        "id": payload.get("jti"),
        "issuer": payload.get("iss"),
        "issuanceDate": _date(payload.get("nbf")),
        "expirationDate": _date(payload.get("exp")),
    }
    credential = {name: value for name, value in told.items() if value} | wrapped
    subject = credential.get("credentialSubject")
    if isinstance(subject, dict) and payload.get("sub"):
        credential["credentialSubject"] = {"id": payload["sub"]} | subject
    return credential


_CLAIMS = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf"}


def _agree(payload: dict, credential: dict) -> None:
    older = is_older(credential)
    subject = credential.get("credentialSubject")
    pairs = [
        ("iss", parsing.reference(credential.get("issuer"))),
        ("jti", parsing.reference(credential)),
        ("sub", parsing.reference(subject)),
        ("nbf", _seconds(credential.get(FROM[older]))),
        ("exp", _seconds(credential.get(UNTIL[older]))),
    ]
    differing = [
        claim
        for claim, value in pairs
        if claim in payload and value not in ("", None) and not _same(payload[claim], value)
    ]
    if "exp" in payload and credential.get(UNTIL[older]) is None:
        differing.append("exp")
    if differing:
        raise Unclear(
            _("Its signed text contradicts itself: %(names)s.") % {"names": ", ".join(differing)}
        )


def _same(claim: object, value: object) -> bool:
    if isinstance(value, int):
        return isinstance(claim, int | float) and value <= claim < value + 1
    return claim == value


def _date(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _seconds(value: object) -> int | None:
    moment = parsing.parse_datetime(value)
    return None if moment is None else int(moment.timestamp())


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)
