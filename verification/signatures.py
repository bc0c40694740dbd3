"""Verifies that the issuer signed a credential: Data Integrity proofs and VC-JWT."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from openbadges import data_integrity, parsing, vc_jwt
from openbadges.canonical import NotSignable, TooComplex
from openbadges.contexts import UnknownContext
from openbadges.data_integrity import InvalidProof
from openbadges.multikeys import PublicKey
from openbadges.vc_jwt import InvalidToken
from verification import jwt_claims, key_ownership
from verification.key_ownership import CannotCheck, KeyOwnerNotKnown, NotIssuersKey
from verification.remote_documents import WebSession
from verification.report import printable

MOST_PROOFS = 4


class NotSigned(Exception):
    """The credential has no signature that proves anything."""


class Changed(Exception):
    """The signature does not match the content."""


class Contradictory(Exception):
    """It is signed, but software could read it differently."""


@dataclass(frozen=True)
class CheckedCredential:
    """A credential that its issuer signed. With `flaws`, it can be read in more than one way."""

    credential: dict
    form: str
    remarks: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)


def read(signed: dict | str) -> dict:
    """The credential, NOT verified. Raises CannotCheck if a VC-JWT is malformed."""
    if isinstance(signed, dict):
        return signed
    try:
        _header, payload = vc_jwt.read(signed)
    except InvalidToken:
        raise CannotCheck(_("The signed text is damaged.")) from None
    return jwt_claims.credential_of(payload)


def check(web: WebSession, signed: dict | str) -> CheckedCredential:
    """Verify JSON with a proof, or a VC-JWT, including the ownership of the key.

    Raises NotSigned, Changed, Contradictory, NotIssuersKey or CannotCheck.
    """
    checked = examine(web, signed)
    if checked.flaws:
        raise Contradictory(" ".join(checked.flaws))
    return checked


def examine(web: WebSession, signed: dict | str) -> CheckedCredential:
    """Like `check`, but also returns what its issuer signed with flaws."""
    if isinstance(signed, str):
        return _check_token(web, signed)
    return _check_document(web, signed)


# --- Data Integrity -------------------------------------------------------------------------------


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
    errors, flaws = [], []
    for proof in known:
        try:
            flaws += _check_proof(web, document, proof)
        except (NotIssuersKey, CannotCheck) as error:
            errors.append(error)
    if len(errors) == len(known):
        raise errors[0]
    remarks = []
    if errors or len(known) < len(proofs):
        remarks.append(_("It has another signature, which adds nothing here."))
    return CheckedCredential(document, "Data Integrity", remarks, list(dict.fromkeys(flaws)))


def _check_proof(web: WebSession, document: dict, proof: dict) -> list[str]:
    """The flaws of a document that its issuer signed with this proof."""
    if "expires" in proof:
        ends = parsing.parse_datetime(proof["expires"])
        if ends is None or ends < timezone.now():
            raise CannotCheck(_("Its signature has expired."))
    method = parsing.reference(proof.get("verificationMethod"))
    key_in_id, flaws = key_ownership.key_in_fragment(method), []
    if key_in_id is not None:
        # Before any request: does the signature match the key that the proof itself contains?
        flaws = _verify_proof(web, document, proof, key_in_id)
    try:
        key = key_ownership.key_of_method(web, method, parsing.reference(document.get("issuer")))
    except CannotCheck as error:
        raise (KeyOwnerNotKnown(str(error)) if key_in_id else error) from None
    if key_in_id is None or key != key_in_id:
        flaws = _verify_proof(web, document, proof, key)
    return flaws


def _verify_proof(web: WebSession, document: dict, proof: dict, key: PublicKey) -> list[str]:
    if not web.has_time:
        raise CannotCheck(_("It is too long or too complex to be checked here."))
    try:
        try:
            data_integrity.verify(document, proof, key)
        except NotSignable as error:
            if isinstance(error, TooComplex):
                raise
            return _flaws_as_signed(document, proof, key, error)
    except data_integrity.NotSupported:
        raise _not_supported() from None
    except InvalidProof:
        raise Changed(_("It does not match what was signed. It was changed afterward.")) from None
    except UnknownContext as error:
        raise CannotCheck(_unknown_context_message(error)) from None
    except TooComplex:
        raise CannotCheck(_("It is too long or too complex to be checked here.")) from None
    return []


def _flaws_as_signed(document: dict, proof: dict, key: PublicKey, cause: NotSignable) -> list[str]:
    """The flaw of a document with statements that no signature covers.

    Careless software leaves such statements out and signs the rest. If the signature matches the
    rest, nothing proves that somebody added them later.
    """
    names = ", ".join(map(printable, cause.names[:8]))
    try:
        data_integrity.verify(document, proof, key, lenient=True)
    except (InvalidProof, NotSignable) as error:
        if isinstance(error, InvalidProof) and cause.only_undefined:
            raise
        raise CannotCheck(
            _("It contains statements that programs read in different ways: %(names)s.")
            % {"names": names}
        ) from None
    words = _("It contains statements that no signature covers: %(names)s.") % {"names": names}
    return [f"{words} {_('Everything else is as it was signed.')}"]


def _unknown_context_message(error: UnknownContext) -> str:
    if not error.url:
        return _("It uses its own definitions, so its terms could mean anything.")
    return _("It uses terms this page does not know: %(url)s.") % {"url": printable(error.url)}


# --- VC-JWT ---------------------------------------------------------------------------------------


def _check_token(web: WebSession, token: str) -> CheckedCredential:
    try:
        header, payload = vc_jwt.read(token)
    except InvalidToken:
        raise CannotCheck(_("The signed text is damaged.")) from None
    check_algorithm(header)
    credential = jwt_claims.credential_of(payload)
    verify_with_issuers_key(web, token, header, parsing.reference(credential.get("issuer")))
    flaws = []
    if differing := jwt_claims.contradictions(payload, credential):
        words = _("Its signed text contradicts itself: %(names)s.")
        flaws.append(words % {"names": ", ".join(differing)})
    return CheckedCredential(credential, "VC-JWT", flaws=flaws)


def check_algorithm(header: dict) -> None:
    """Raise NotSigned or CannotCheck unless the `alg` of a JWS is supported."""
    algorithm = header.get("alg")
    if algorithm is None or str(algorithm) in vc_jwt.WITHOUT_PROOF:
        raise NotSigned(
            _("It is signed in a way that anyone could use (%(name)s), so it proves nothing.")
            % {"name": printable(algorithm)}
        )
    if str(algorithm) not in vc_jwt.ALGORITHMS:
        raise CannotCheck(
            _("It is signed in a way this page can’t check: %(names)s.")
            % {"names": printable(algorithm)}
        )


def verify_with_issuers_key(web: WebSession, token: str, header: dict, issuer: str) -> None:
    """Raises Changed, NotIssuersKey or CannotCheck."""
    issuer_key = key_ownership.embedded_key(issuer)
    if issuer_key and not key_ownership.is_listed_here(header.get("kid")):
        _verify_with_embedded_key(web, token, header, issuer, issuer_key)
    elif "kid" in header:
        if header["kid"] == issuer:
            _verify_with_any(token, header, key_ownership.signing_keys(web, issuer))
        else:
            _verify_with_kid(web, token, header, issuer)
    elif "jwk" in header:
        # The signature first: a changed badge is reported as changed, no matter whose key it is.
        verify_token(token, key_ownership.key_of_jwk(header["jwk"]))
        try:
            key_ownership.key_of_header(web, header["jwk"], issuer)
        except CannotCheck as error:
            raise KeyOwnerNotKnown(str(error)) from None
    else:
        _verify_with_any(token, header, key_ownership.signing_keys(web, issuer))


def verify_token(token: str, key: PublicKey) -> None:
    try:
        vc_jwt.verify(token, key)
    except vc_jwt.NotSupported:
        raise _not_supported() from None
    except InvalidToken:
        raise Changed(_("It does not match what was signed. It was changed afterward.")) from None


def _verify_with_embedded_key(
    web: WebSession, token: str, header: dict, issuer: str, issuer_key: PublicKey
) -> None:
    """The issuer's name is its key, so nothing that the header says about keys is needed."""
    if not vc_jwt.fits(str(header.get("alg")), issuer_key):
        raise NotIssuersKey(_("It was signed with another kind of key than the issuer’s."))
    try:
        verify_token(token, issuer_key)
    except (Changed, CannotCheck):
        # Whose key is it, then?
        if "jwk" in header:
            verify_token(token, key_ownership.key_of_jwk(header["jwk"]))
            key_ownership.key_of_header(web, header["jwk"], issuer)
        elif "kid" in header:
            verify_token(token, key_ownership.key_of_kid(web, header["kid"], issuer))
        raise


def _verify_with_kid(web: WebSession, token: str, header: dict, issuer: str) -> None:
    try:
        key = key_ownership.key_of_kid(web, header["kid"], issuer)
    except CannotCheck as error:
        # Integrity at least, if the name of the key is the key itself.
        key = key_ownership.key_in_fragment(header["kid"])
        if key is None:
            raise
        verify_token(token, key)
        raise KeyOwnerNotKnown(str(error)) from None
    verify_token(token, key)


def _verify_with_any(token: str, header: dict, keys: list[PublicKey]) -> None:
    """For a token that does not say which of the issuer's keys was used."""
    for key in keys:
        if vc_jwt.fits(str(header.get("alg")), key):
            try:
                verify_token(token, key)
            except Changed:
                continue
            return
    raise CannotCheck(_("The signature does not say which key was used."))


def _not_supported() -> CannotCheck:
    return CannotCheck(_("It is signed with a key or for a purpose this page can’t check."))


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)
