"""Finds the public key of a signature, and checks that it belongs to the issuer.

That a key is somebody else's has to be proved: the issuer's own list is there and does not name it,
or the issuer's name is itself another key. In all other cases the owner is not known.
"""

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


def embedded_key(issuer: str) -> PublicKey | None:
    """The key that is the issuer's name (did:key, did:jwk); None if the name is not a key.

    Raises CannotCheck.
    """
    if not dids.embeds_key(issuer):
        return None
    try:
        return dids.embedded_key(issuer)
    except (NotADid, NotAKey):
        raise CannotCheck(_("This page does not support this kind of key.")) from None


def is_listed_here(kid: object) -> bool:
    """Is the key at an address of this site, which names the issuer of each key?"""
    return isinstance(kid, str) and addresses.is_ours(kid)


def key_of_method(web: WebSession, method_id: object, issuer: str) -> PublicKey:
    """The key of a verification method, if the issuer lists it as an assertion method.

    Raises NotIssuersKey or CannotCheck, like all `key_of_` functions here.
    """
    if not isinstance(method_id, str) or not method_id:
        raise CannotCheck(_("The signature does not say which key was used."))
    if key := embedded_key(issuer):
        if _controller(method_id) != issuer:
            raise NotIssuersKey(_others_key_message(method_id))
        return key
    return _signing_key(issuer_document(web, issuer), method_id, issuer)


def key_of_kid(web: WebSession, kid: object, issuer: str) -> PublicKey:
    """The key that the `kid` header of a JWT names: a URL, a DID URL or a fragment."""
    if not isinstance(kid, str) or not kid:
        raise CannotCheck(_("The signature does not say which key was used."))
    if kid.startswith("did:"):
        return key_of_method(web, kid, issuer)
    if not kid.startswith(("https://", "http://")):
        # A fragment within the issuer's document.
        return key_of_method(web, f"{issuer}#{kid.removeprefix('#')}", issuer)
    if not (addresses.is_ours(kid) or _is_at_issuers_site(kid, issuer)):
        return _key_of_another_site(web, kid, issuer)
    # On a site with several issuers, each key names its issuer. Keys issued here always do.
    key = jwk_at(web, kid)
    if key.get("iss", issuer) != issuer:
        raise NotIssuersKey(_others_key_message(key["iss"]))
    return key_of_jwk(key)


def key_of_header(web: WebSession, jwk: object, issuer: str) -> PublicKey:
    """The `jwk` header of a JWT, if the issuer lists the same key. By itself it proves nothing."""
    key = key_of_jwk(jwk)
    issuer_key = embedded_key(issuer)
    known = [issuer_key] if issuer_key else signing_keys(web, issuer)
    if key not in known:
        raise NotIssuersKey(
            _("The key came with the badge. The issuer does not list it as its own.")
        )
    return key


def signing_keys(web: WebSession, issuer: str) -> list[PublicKey]:
    """All keys that the issuer lists for signing and that are supported, at least one.

    Raises CannotCheck.
    """
    document = issuer_document(web, issuer)
    ids = (parsing.reference(entry) for entry in dids.methods(document))
    keys = [_signing_key_or_none(document, issuer + id if id[:1] == "#" else id) for id in ids]
    known = [key for key in keys if key]
    if not known:
        raise CannotCheck(_("The issuer’s address lists no key that this page can use."))
    return known


def key_in_fragment(method_id: object) -> PublicKey | None:
    """The key in the fragment of a method id. It shows integrity, not who signed."""
    if not isinstance(method_id, str):
        return None
    try:
        return multikeys.public_key_from_multibase(method_id.partition("#")[2])
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
        raise CannotCheck(_("There is something else at the issuer’s address."))
    return document


def jwk_at(web: WebSession, kid: str) -> dict:
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


def key_of_jwk(jwk: object) -> PublicKey:
    try:
        return multikeys.public_key_of_jwk(jwk)
    except NotAKey:
        raise CannotCheck(_("This page does not support this kind of key.")) from None


def _key_of_another_site(web: WebSession, kid: str, issuer: str) -> PublicKey:
    """The key at an address of another site, if the issuer lists the same key."""
    not_theirs = NotIssuersKey(
        _("The key is at %(host)s, which is not the issuer’s.") % {"host": site_name(kid)}
    )
    if issuer_key := embedded_key(issuer):
        known = [issuer_key]
    else:
        document = issuer_document(web, issuer)
        if dids.find_method(document, kid):
            return _signing_key(document, kid, issuer)
        known = signing_keys(web, issuer)
    try:
        key = key_of_jwk(jwk_at(web, kid))
    except NotIssuersKey:
        raise not_theirs from None
    if key not in known:
        raise not_theirs
    return key


def _signing_key(document: dict, method_id: str, issuer: str) -> PublicKey:
    method = dids.find_method(document, method_id)
    if method is None or method.get("controller", issuer) not in (issuer, _controller(method_id)):
        if not dids.lists_keys(document):
            raise CannotCheck(_("The issuer’s address lists no key that this page can use."))
        raise NotIssuersKey(_not_listed_message(method_id, issuer))
    try:
        return dids.public_key_of(method)
    except NotAKey:
        raise CannotCheck(_("This page does not support this kind of key.")) from None


def _not_listed_message(method_id: str, issuer: str) -> str:
    key = local_documents.issuer_key(method_id.partition("#")[2]) if _is_ours(issuer) else None
    if key and key.revoked_at:
        return _revoked_message(key)
    if _controller(method_id) != issuer:
        return _others_key_message(method_id)
    return _("The issuer does not list this key as one of its own.")


def _others_key_message(method_id: object) -> str:
    return _("It was signed with a key of %(other)s, not of the issuer.") % {
        "other": _printable(_controller(method_id) if isinstance(method_id, str) else "")
    }


def _signing_key_or_none(document: dict, method_id: str) -> PublicKey | None:
    method = dids.find_method(document, method_id)
    try:
        return dids.public_key_of(method) if method else None
    except NotAKey:
        return None


def _refuse_revoked_key(kid: str) -> None:
    key = local_documents.issuer_key(kid.rstrip("/").rpartition("/")[2])
    if key and key.revoked_at:
        raise NotIssuersKey(_revoked_message(key))


def _revoked_message(key) -> str:
    words = _("The issuer has revoked this key. Reason: %(reason)s")
    again = _("If the award is still valid, its page has a newly signed copy.")
    return f"{words % {'reason': key.revocation_reason}} {again}"


def _controller(method_id: str) -> str:
    return method_id.partition("#")[0]


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


def _printable(name: object) -> str:
    text = name if isinstance(name, str) else ""
    return "".join(c for c in text if c.isprintable())[:120]
