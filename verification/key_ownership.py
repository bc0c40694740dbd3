"""Finds the public key of a signature, and checks that it belongs to the issuer."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from issuing import addresses
from openbadges import dids, multikeys, parsing
from openbadges.dids import NotADid
from openbadges.multikeys import NotAKey, PublicKey
from verification import local_documents
from verification.remote_documents import NotAnswered, WebSession, site_name


class NotIssuersKey(Exception):
    """The key belongs to somebody else, or the issuer does not list it."""


class CannotCheck(Exception):
    """The signature could not be checked. The message tells the user why."""


class KeyOwnerNotKnown(CannotCheck):
    """The signature matches the key, but the owner of the key could not be determined."""


def key_of_method(web: WebSession, method_id: object, issuer: str) -> PublicKey:
    """The key of a verification method, if the issuer lists it as an assertion method.

    Raises NotIssuersKey or CannotCheck, like all `key_of_` functions here.
    """
    if not isinstance(method_id, str) or not method_id:
        raise NotIssuersKey(_("The signature does not say which key was used."))
    controller = method_id.partition("#")[0]
    if controller != issuer:
        raise NotIssuersKey(
            _("It was signed with a key of %(other)s, not of the issuer.")
            % {"other": _printable(controller)}
        )
    if dids.embeds_key(issuer):
        try:
            return dids.embedded_key(method_id)
        except NotADid:
            raise NotIssuersKey(_("The issuer’s name and its key do not match.")) from None
        except NotAKey:
            raise CannotCheck(_("This page does not support this kind of key.")) from None
    return _signing_key(issuer_document(web, issuer), method_id, issuer)


def key_of_kid(web: WebSession, kid: object, issuer: str) -> PublicKey:
    """The key that the `kid` header of a JWT names: a URL, a DID URL or a fragment."""
    if not isinstance(kid, str) or not kid:
        raise NotIssuersKey(_("The signature does not say which key was used."))
    if kid.startswith("did:"):
        return key_of_method(web, kid, issuer)
    if not kid.startswith(("https://", "http://")):
        # A fragment within the issuer's document.
        return key_of_method(web, f"{issuer}#{kid.removeprefix('#')}", issuer)
    if not (addresses.is_ours(kid) or _is_at_issuers_site(kid, issuer)):
        raise NotIssuersKey(
            _("The key is at %(host)s, which is not the issuer’s.") % {"host": site_name(kid)}
        )
    # On a site with several issuers, each key names its issuer. Keys issued here always do.
    key = _jwk_at(web, kid)
    if key.get("iss", issuer) != issuer:
        raise NotIssuersKey(
            _("It was signed with a key of %(other)s, not of the issuer.")
            % {"other": _printable(key["iss"])}
        )
    return key_of_jwk(key)


def key_of_header(web: WebSession, jwk: object, issuer: str) -> PublicKey:
    """The `jwk` header of a JWT, if the issuer lists the same key. By itself it proves nothing."""
    key = key_of_jwk(jwk)
    if dids.embeds_key(issuer):
        try:
            known = [dids.embedded_key(issuer)]
        except (NotADid, NotAKey):
            known = []
    else:
        document = issuer_document(web, issuer)
        ids = (parsing.reference(entry) for entry in dids.methods(document))
        known = [
            _signing_key_or_none(document, issuer + id if id.startswith("#") else id) for id in ids
        ]
    if key not in known:
        raise NotIssuersKey(
            _("The key came with the badge. The issuer does not list it as its own.")
        )
    return key


def key_in_fragment(method_id: object) -> PublicKey | None:
    """The key in the fragment of a method id. It shows integrity, not who signed."""
    if not isinstance(method_id, str):
        return None
    try:
        return multikeys.ed25519_from_multibase(method_id.partition("#")[2])
    except NotAKey:
        return None


def issuer_document(web: WebSession, issuer: str) -> dict:
    """The document that lists an issuer's keys: its DID document, or the document at its URL."""
    try:
        address = dids.document_url(issuer) if issuer.startswith("did:") else issuer
    except NotADid:
        raise CannotCheck(
            _("This page can’t follow an issuer name of this kind: %(name)s.")
            % {"name": _printable(issuer)}
        ) from None
    if not _is_secure(address):
        raise CannotCheck(
            _("This page can’t follow an issuer name of this kind: %(name)s.")
            % {"name": _printable(issuer)}
        )
    try:
        document = web.document(address)
    except NotAnswered as error:
        raise CannotCheck(str(error)) from None
    if parsing.reference(document) != issuer:
        raise NotIssuersKey(_("There is something else at the issuer’s address."))
    return document


def _signing_key(document: dict, method_id: str, issuer: str) -> PublicKey:
    method = dids.find_method(document, method_id)
    if method is None or method.get("controller", issuer) != issuer:
        words = _("The issuer does not list this key as one of its own.")
        key = local_documents.issuer_key(method_id.partition("#")[2]) if _is_ours(issuer) else None
        if key and key.revoked_at:
            words = _revoked_message(key)
        raise NotIssuersKey(words)
    try:
        return dids.public_key_of(method)
    except NotAKey:
        raise CannotCheck(_("This page does not support this kind of key.")) from None


def _signing_key_or_none(document: dict, method_id: str) -> PublicKey | None:
    method = dids.find_method(document, method_id)
    try:
        return dids.public_key_of(method) if method else None
    except NotAKey:
        return None


def _jwk_at(web: WebSession, kid: str) -> dict:
    """The JWK at this URL, or the one in a JWK Set with this `kid` or fragment."""
    if addresses.is_ours(kid):
        _refuse_revoked_key(kid)
    elif not _is_secure(kid):
        raise CannotCheck(_("The key is at an address that others could tamper with (http)."))
    try:
        document = web.document(kid)
    except NotAnswered as error:
        raise CannotCheck(str(error)) from None
    if "keys" not in document:
        return document
    names = {kid, kid.partition("#")[2]} - {""}
    entries = document["keys"] if isinstance(document["keys"], list) else []
    found = [entry for entry in entries if isinstance(entry, dict) and entry.get("kid") in names]
    if not found:
        raise NotIssuersKey(_("The issuer does not list this key as one of its own."))
    return found[0]


def _refuse_revoked_key(kid: str) -> None:
    key = local_documents.issuer_key(kid.rstrip("/").rpartition("/")[2])
    if key and key.revoked_at:
        raise NotIssuersKey(_revoked_message(key))


def _revoked_message(key) -> str:
    words = _("The issuer has revoked this key. Reason: %(reason)s")
    again = _("If the award is still valid, its page has a newly signed copy.")
    return f"{words % {'reason': key.revocation_reason}} {again}"


def _is_at_issuers_site(kid: str, issuer: str) -> bool:
    """Is the key on the same host as the issuer's document?"""
    try:
        issuer_url = dids.document_url(issuer) if issuer.startswith(dids.WEB) else issuer
        key_site, issuer_site = urlsplit(kid), urlsplit(issuer_url)
    except (NotADid, ValueError):
        return False
    return (
        issuer_site.scheme in {"http", "https"}
        and key_site.netloc.lower() == issuer_site.netloc.lower()
    )


def _is_secure(address: str) -> bool:
    return address.startswith("https://") or addresses.is_ours(address)


def _is_ours(issuer: str) -> bool:
    try:
        return addresses.is_ours(dids.document_url(issuer))
    except NotADid:
        return False


def key_of_jwk(jwk: object) -> PublicKey:
    try:
        return multikeys.public_key_of_jwk(jwk)
    except NotAKey:
        raise CannotCheck(_("This page does not support this kind of key.")) from None


def _printable(name: object) -> str:
    text = name if isinstance(name, str) else ""
    return "".join(c for c in text if c.isprintable())[:120]
