"""Whose key is it? A signature says something only if the key is known to be the issuer's."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from issuing import addresses
from openbadges import dids, multikeys, parsing
from openbadges.dids import NotADid
from openbadges.multikeys import NotAKey, PublicKey
from verification import local_documents
from verification.remote_documents import NotAnswered, Web, site


class NotTheIssuers(Exception):
    """The key belongs to somebody else, or the issuer does not say that it is its own."""


class NotKnown(Exception):
    """It could not be checked. The words say why."""


class OwnerNotKnown(NotKnown):
    """The signature fits the key, but whose key it is could not be found out."""


def of_method(web: Web, method_id: object, issuer: str) -> PublicKey:
    """The key of a verification method, of which the issuer says that it signs for it."""
    if not isinstance(method_id, str) or not method_id:
        raise NotTheIssuers(_("The signature does not say with which key it was made."))
    controller = method_id.partition("#")[0]
    if controller != issuer:
        raise NotTheIssuers(
            _("It was signed with a key of %(other)s, not of the issuer.")
            % {"other": _shown(controller)}
        )
    if dids.embeds_key(issuer):
        try:
            return dids.embedded_key(method_id)
        except NotADid:
            raise NotTheIssuers(_("The issuer’s name and its key do not fit together.")) from None
        except NotAKey:
            raise NotKnown(_("The key is of a kind that this page does not know.")) from None
    return _listed(issuer_document(web, issuer), method_id, issuer)


def of_kid(web: Web, kid: object, issuer: str) -> PublicKey:
    """The key that the header of a signed text names by its address."""
    if not isinstance(kid, str) or not kid:
        raise NotTheIssuers(_("The signature does not say with which key it was made."))
    if kid.startswith("did:"):
        return of_method(web, kid, issuer)
    if not kid.startswith(("https://", "http://")):
        # A name within the issuer's own document.
        return of_method(web, f"{issuer}#{kid.removeprefix('#')}", issuer)
    if not (addresses.is_ours(kid) or _is_at_home(kid, issuer)):
        raise NotTheIssuers(
            _("The key is at %(host)s, which is not the issuer’s.") % {"host": site(kid)}
        )
    # At a site of many issuers each key says whose it is. Our own always do.
    key = _jwk_at(web, kid)
    if key.get("iss", issuer) != issuer:
        raise NotTheIssuers(
            _("It was signed with a key of %(other)s, not of the issuer.")
            % {"other": _shown(key["iss"])}
        )
    return of_jwk(key)


def of_header(web: Web, jwk: object, issuer: str) -> PublicKey:
    """A key that travels with the badge is anybody's, until the issuer names it, too."""
    key = of_jwk(jwk)
    if dids.embeds_key(issuer):
        try:
            known = [dids.embedded_key(issuer)]
        except (NotADid, NotAKey):
            known = []
    else:
        document = issuer_document(web, issuer)
        ids = (parsing.reference(entry) for entry in dids.methods(document))
        known = [_try(document, issuer + id if id.startswith("#") else id) for id in ids]
    if key not in known:
        raise NotTheIssuers(
            _("The key came with the badge. The issuer does not name it as its own.")
        )
    return key


def suggested(method_id: object) -> PublicKey | None:
    """The key that an id spells out. It proves who signed nothing, only what was not changed."""
    if not isinstance(method_id, str):
        return None
    try:
        return multikeys.ed25519_from_multibase(method_id.partition("#")[2])
    except NotAKey:
        return None


def issuer_document(web: Web, issuer: str) -> dict:
    """The document in which an issuer names its keys: of its DID, or at its address."""
    try:
        address = dids.document_url(issuer) if issuer.startswith("did:") else issuer
    except NotADid:
        raise NotKnown(
            _("The issuer’s name is of a kind that this page cannot follow: %(name)s.")
            % {"name": _shown(issuer)}
        ) from None
    if not _can_be_trusted(address):
        raise NotKnown(
            _("The issuer’s name is of a kind that this page cannot follow: %(name)s.")
            % {"name": _shown(issuer)}
        )
    try:
        document = web.document(address)
    except NotAnswered as error:
        raise NotKnown(str(error)) from None
    if parsing.reference(document) != issuer:
        raise NotTheIssuers(_("What stands at the issuer’s address is something else."))
    return document


def _listed(document: dict, method_id: str, issuer: str) -> PublicKey:
    method = dids.find_method(document, method_id)
    if method is None or method.get("controller", issuer) != issuer:
        words = _("The issuer does not name this key among those that sign for it.")
        key = local_documents.issuer_key(method_id.partition("#")[2]) if _is_ours(issuer) else None
        if key and key.revoked_at:
            words = _revoked(key)
        raise NotTheIssuers(words)
    try:
        return dids.public_key_of(method)
    except NotAKey:
        raise NotKnown(_("The key is of a kind that this page does not know.")) from None


def _try(document: dict, method_id: str) -> PublicKey | None:
    method = dids.find_method(document, method_id)
    try:
        return dids.public_key_of(method) if method else None
    except NotAKey:
        return None


def _jwk_at(web: Web, kid: str) -> dict:
    """A JWK by itself, or the one of a set that has this name or fragment."""
    if addresses.is_ours(kid):
        _refuse_revoked(kid)
    elif not _can_be_trusted(kid):
        raise NotKnown(_("The key is at an address that anybody between could change (http)."))
    try:
        document = web.document(kid)
    except NotAnswered as error:
        raise NotKnown(str(error)) from None
    if "keys" not in document:
        return document
    names = {kid, kid.partition("#")[2]} - {""}
    entries = document["keys"] if isinstance(document["keys"], list) else []
    found = [entry for entry in entries if isinstance(entry, dict) and entry.get("kid") in names]
    if not found:
        raise NotTheIssuers(_("The issuer does not name this key among those that sign for it."))
    return found[0]


def _refuse_revoked(kid: str) -> None:
    key = local_documents.issuer_key(kid.rstrip("/").rpartition("/")[2])
    if key and key.revoked_at:
        raise NotTheIssuers(_revoked(key))


def _revoked(key) -> str:
    words = _("The issuer has revoked this key. Reason: %(reason)s")
    again = _("If the award stands, its page has a copy that was signed anew.")
    return f"{words % {'reason': key.revocation_reason}} {again}"


def _is_at_home(kid: str, issuer: str) -> bool:
    """Keys may be the issuer's only if they are at the issuer's own site."""
    try:
        home = dids.document_url(issuer) if issuer.startswith(dids.WEB) else issuer
        here, there = urlsplit(kid), urlsplit(home)
    except (NotADid, ValueError):
        return False
    return there.scheme in {"http", "https"} and here.netloc.lower() == there.netloc.lower()


def _can_be_trusted(address: str) -> bool:
    return address.startswith("https://") or addresses.is_ours(address)


def _is_ours(issuer: str) -> bool:
    try:
        return addresses.is_ours(dids.document_url(issuer))
    except NotADid:
        return False


def of_jwk(jwk: object) -> PublicKey:
    try:
        return multikeys.public_key_of_jwk(jwk)
    except NotAKey:
        raise NotKnown(_("The key is of a kind that this page does not know.")) from None


def _shown(name: object) -> str:
    text = name if isinstance(name, str) else ""
    return "".join(c for c in text if c.isprintable())[:120]
