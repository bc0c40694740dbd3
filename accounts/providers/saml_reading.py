"""Reads SAML 2.0: the answer of a provider, and the metadata that describes it.

No Django: it runs in a process of its own, because strangers send these documents and libxml2
reads them. python3-saml checks the signature; what it leaves open is checked here, more strictly.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from sandbox.refusals import Refused
from sandbox.refusals import gettext_noop as _

LARGEST_ANSWER = 256 * 1024
LARGEST_METADATA = 1024 * 1024
LONGEST_SIGN_IN = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=3)  # as python3-saml allows
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
CONFIRMATION_DATA = "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}

UNREADABLE = _("The answer is not a SAML response that this program can read.")
ELSEWHERE = _("The answer was made for another site.")
OTHER_PROVIDER = _("The answer comes from another provider.")
ELSEWHERE_OR_OLD = _("The answer was made for another site, or it is too old.")
TOO_OLD = _("The answer is too old, or the clock of the provider is wrong.")
NOT_SIGNED = _("The answer is not signed with a certificate of this provider.")
NOT_SIGNED_IN = _("The provider did not sign in anybody.")
ENCRYPTED = _("The answer is encrypted. Encryption has to be switched off at the provider.")
NOBODY = _("The answer does not say who signed in with an identifier that stays the same.")
NOT_LOADED = _(
    "The packages for SAML can’t be loaded. Install requirements/saml.txt as it is, with the "
    "versions that it names."
)


class NotAccepted(Refused):
    """An answer that is not a valid one of this provider for this program."""


class NotMetadata(Refused):
    """A file that does not describe exactly one provider."""


def read_answer(content: bytes, *, expected: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What a valid answer says. `expected`: audience, return_to, entity_id, sign_in_address,
    certificates, and the attribute that identifies people, or "" for the NameID."""
    document = _parsed(content, LARGEST_ANSWER, NotAccepted(UNREADABLE))
    _check_shape(document)
    response = _checked_by_library(content, expected)
    assertion = response.document.find("saml:Assertion", NAMES)
    _check_assertion(assertion, expected)
    attributes = _attributes(assertion)
    confirmed = assertion.find(CONFIRMATION_DATA, NAMES)
    return {
        "assertion_id": assertion.get("ID"),
        "in_response_to": confirmed.get("InResponseTo", ""),
        "subject": _subject(assertion, attributes, expected["identifier"]),
        "attributes": attributes,
    }, b""


def read_metadata(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The entity, its address for signing in, and its certificates with their last days."""
    _load_library()
    unreadable = NotMetadata(_("This is no SAML metadata: the file has to be XML without a DTD."))
    document = _parsed(content, LARGEST_METADATA, unreadable)
    found = document.xpath(
        "descendant-or-self::md:EntityDescriptor[md:IDPSSODescriptor]", namespaces=NAMES
    )
    if len(found) != 1:
        raise NotMetadata(
            _("The metadata has to describe one identity provider. This describes %(count)s."),
            count=len(found),
        )
    [entity] = found
    described = entity.find("md:IDPSSODescriptor", NAMES)
    addresses = [
        service.get("Location", "")
        for service in described.findall("md:SingleSignOnService", NAMES)
        if service.get("Binding") == REDIRECT
    ]
    if not addresses or not _is_secure(addresses[0]):
        raise NotMetadata(
            _("The metadata has no secure address to sign in at with the HTTP-Redirect binding.")
        )
    entity_id = entity.get("entityID", "").strip()
    if not entity_id or len(entity_id) > 300:
        raise NotMetadata(_("The metadata has no entity ID of at most 300 characters."))
    return {
        "entity_id": entity_id,
        "sign_in_address": addresses[0],
        "certificates": _certificates(described),
    }, b""


def _parsed(content: bytes, most: int, refusal: Refused) -> etree._Element:
    """XML without a DTD, entities, comments or processing instructions."""
    if len(content) > most:
        raise refusal
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=False, remove_pis=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise refusal from None
    tree = root.getroottree()
    # Comments split a text in two, and readers differ in which part they take.
    extra = tree.xpath("//comment() | //processing-instruction()")
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype or extra:
        raise refusal
    return root


def _check_shape(root: etree._Element) -> None:
    """One response with one assertion in it, nowhere else and nothing twice: no wrapping."""
    if root.tag != f"{{{NAMES['samlp']}}}Response":
        raise NotAccepted(UNREADABLE)
    if root.xpath("//saml:EncryptedAssertion | //saml:EncryptedID", namespaces=NAMES):
        raise NotAccepted(ENCRYPTED)
    code = root.find("samlp:Status/samlp:StatusCode", NAMES)
    if code is not None and not code.get("Value", "").endswith(":Success"):
        raise NotAccepted(NOT_SIGNED_IN)
    everywhere = root.xpath("//*[local-name()='Assertion']")
    names = root.xpath("//@ID | //@Id | //@id | //@AssertionID")
    if (
        len(everywhere) != 1
        or everywhere[0].getparent() is not root
        or everywhere[0].tag != f"{{{NAMES['saml']}}}Assertion"
        or len(names) != len(set(names))
        or root.xpath("//ds:Object", namespaces=NAMES)
    ):
        raise NotAccepted(UNREADABLE)
    signatures = root.xpath("//*[local-name()='Signature']")
    if not signatures:
        raise NotAccepted(NOT_SIGNED)
    if any(one.getparent() not in (root, everywhere[0]) for one in signatures):
        raise NotAccepted(UNREADABLE)


def _load_library() -> Any:
    try:
        from onelogin.saml2 import response, settings
    except Exception:  # xmlsec raises its own if it was built with another libxml2 than lxml
        raise NotAccepted(NOT_LOADED) from None
    return response.OneLogin_Saml2_Response, settings.OneLogin_Saml2_Settings


def _checked_by_library(content: bytes, expected: dict[str, Any]) -> Any:
    make_response, make_settings = _load_library()
    from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as Problem

    settings = make_settings(
        {
            "strict": True,
            "sp": {
                "entityId": expected["audience"],
                "assertionConsumerService": {"url": expected["return_to"]},
            },
            "idp": {
                "entityId": expected["entity_id"],
                "singleSignOnService": {"url": expected["sign_in_address"]},
                "x509certMulti": {"signing": expected["certificates"]},
            },
            "security": {
                "rejectDeprecatedAlgorithm": True,
                "wantAttributeStatement": False,
                "requestedAuthnContext": False,
            },
        }
    )
    address = urlsplit(expected["return_to"])
    here = {
        "https": "on" if address.scheme == "https" else "off",
        "http_host": address.netloc,
        "script_name": address.path,
    }
    sentences = {
        Problem.WRONG_AUDIENCE: ELSEWHERE,
        Problem.WRONG_DESTINATION: ELSEWHERE,
        Problem.EMPTY_DESTINATION: ELSEWHERE,
        Problem.WRONG_SUBJECTCONFIRMATION: ELSEWHERE_OR_OLD,
        Problem.WRONG_ISSUER: OTHER_PROVIDER,
        Problem.ASSERTION_EXPIRED: TOO_OLD,
        Problem.ASSERTION_TOO_EARLY: TOO_OLD,
        Problem.SESSION_EXPIRED: TOO_OLD,
        Problem.INVALID_SIGNATURE: NOT_SIGNED,
        Problem.NO_SIGNATURE_FOUND: NOT_SIGNED,
        Problem.DEPRECATED_SIGNATURE_METHOD: NOT_SIGNED,
        Problem.DEPRECATED_DIGEST_METHOD: NOT_SIGNED,
    }
    try:
        response = make_response(settings, base64.b64encode(content).decode())
        response.is_valid(here, raise_exceptions=True)
    except Problem as problem:
        raise NotAccepted(sentences.get(problem.code, UNREADABLE)) from None
    except Exception:
        raise NotAccepted(UNREADABLE) from None
    return response


def _check_assertion(assertion: etree._Element, expected: dict[str, Any]) -> None:
    """What python3-saml lets pass when it is left out: for whom, where to, since when."""
    audiences = assertion.findall("saml:Conditions/saml:AudienceRestriction/saml:Audience", NAMES)
    if expected["audience"] not in {_text(audience) for audience in audiences}:
        raise NotAccepted(ELSEWHERE)
    confirmations = assertion.findall("saml:Subject/saml:SubjectConfirmation", NAMES)
    data = assertion.find(CONFIRMATION_DATA, NAMES)
    if len(confirmations) != 1 or confirmations[0].get("Method") != _BEARER or data is None:
        raise NotAccepted(UNREADABLE)
    if data.get("Recipient") != expected["return_to"]:
        raise NotAccepted(ELSEWHERE)
    if not data.get("NotOnOrAfter"):
        raise NotAccepted(TOO_OLD)
    issued, now = _moment(assertion.get("IssueInstant", "")), datetime.now(UTC)
    if not now - LONGEST_SIGN_IN - CLOCKS_DIFFER < issued < now + CLOCKS_DIFFER:
        raise NotAccepted(TOO_OLD)
    issuer = assertion.find("saml:Issuer", NAMES)
    if issuer is None or _text(issuer) != expected["entity_id"]:
        raise NotAccepted(OTHER_PROVIDER)
    if not 0 < len(assertion.get("ID", "")) <= 255:
        raise NotAccepted(UNREADABLE)


def _attributes(assertion: etree._Element) -> dict[str, list[str]]:
    """By name, and by the friendly name where no other attribute has it."""
    found: dict[str, list[str]] = {}
    friendly: dict[str, list[str]] = {}
    for attribute in assertion.findall("saml:AttributeStatement/saml:Attribute", NAMES)[:200]:
        values = [
            _text(value)[:1000] for value in attribute.findall("saml:AttributeValue", NAMES)[:500]
        ]
        found.setdefault(attribute.get("Name", ""), []).extend(values)
        if name := attribute.get("FriendlyName"):
            friendly.setdefault(name, []).extend(values)
    return {**friendly, **found}


def _subject(assertion: etree._Element, attributes: dict[str, list[str]], identifier: str) -> str:
    name = assertion.find("saml:Subject/saml:NameID", NAMES)
    if identifier:
        values = attributes.get(identifier, [])
        subject = values[0] if len(values) == 1 else ""
    elif name is None or name.get("Format") == _TRANSIENT:
        raise NotAccepted(NOBODY)
    else:
        subject = _text(name)
    if not 0 < len(subject) <= 255:
        raise NotAccepted(NOBODY)
    return subject


def _certificates(described: etree._Element) -> list[dict[str, str]]:
    found = described.xpath(
        "md:KeyDescriptor[not(@use) or @use='signing']//ds:X509Certificate", namespaces=NAMES
    )
    certificates = {}
    for one in found[:20]:
        try:
            content = base64.b64decode("".join(_text(one).split()), validate=True)
            certificate = x509.load_der_x509_certificate(content)
        except (ValueError, binascii.Error):
            raise NotMetadata(_("A certificate in the metadata can’t be read.")) from None
        text = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
        certificates[text] = {"text": text, "until": certificate.not_valid_after_utc.isoformat()}
    if not certificates:
        raise NotMetadata(_("The metadata has no certificate for signatures."))
    return list(certificates.values())


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise NotAccepted(UNREADABLE) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _is_secure(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and len(address) <= 500
    except ValueError:
        return False
