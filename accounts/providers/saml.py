"""SAML 2.0, as the side that asks: what the browser is sent away with, and what comes back.

An optional extra: requirements/saml.txt. Documents of others are read in a process of its own.
"""

from __future__ import annotations

import base64
import binascii
import importlib.util
import secrets
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import quoteattr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import IdentityProvider
from accounts.one_line import one_line
from accounts.providers.oidc import LONGEST_SIGN_IN, Trouble
from accounts.providers.operations.providers import Identity
from accounts.providers.saml_reading import (
    LARGEST_ANSWER,
    UNREADABLE,
    NotAccepted,
    NotMetadata,
)
from fetching.safe_fetch import Fetcher, NotFetched
from sandbox import places, run
from sandbox.limits import Limits
from sandbox.refusals import Busy, Stopped
from sandbox.refusals import gettext_noop as _

QUESTION = "saml_question"  # in the session
LIMITS = Limits(processor_seconds=5, seconds=15, output=1024 * 1024)
NOT_ASKED = _("The sign-in did not begin here. Begin it on this page.")
OTHER_BROWSER = _("The sign-in began in another browser, or too long ago.")
NO_ADDRESS = _(
    "The answer has no usable email address or name in the attributes that are set up for them."
)
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
# Sign-ins have places of their own, so that uploads never keep people out.
_waiting = threading.BoundedSemaphore(8)


@dataclass(frozen=True)
class Question:
    """What this browser was sent away with. Kept in its session, and used once."""

    request_id: str
    asked_at: float

    @classmethod
    def new(cls) -> Question:
        return cls(f"_{secrets.token_hex(20)}", time.time())


def is_installed() -> bool:
    """Whether the packages are there. Whether they fit together is found out by using them."""
    return all(importlib.util.find_spec(name) is not None for name in ("onelogin", "xmlsec"))


def address_of(provider: IdentityProvider, question: Question) -> str:
    """Where the browser goes to sign in, with an unsigned request by the redirect binding."""
    target = provider.saml.sign_in_address
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    request = (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" '
        f'ID="{question.request_id}" IssueInstant="{now}" Destination={quoteattr(target)} '
        f'AssertionConsumerServiceURL="{provider.return_to}" ProtocolBinding="{_POST}">'
        f"<saml:Issuer>{provider.our_entity_id}</saml:Issuer></samlp:AuthnRequest>"
    )
    packing = zlib.compressobj(wbits=-15)
    packed = packing.compress(request.encode()) + packing.flush()
    query = urlencode({"SAMLRequest": base64.b64encode(packed).decode()})
    return f"{target}{'&' if '?' in target else '?'}{query}"


def our_metadata(provider: IdentityProvider) -> str:
    """What a provider has to know of this program."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        f'entityID="{provider.our_entity_id}">\n'
        '  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">\n'
        f'    <md:AssertionConsumerService index="0" isDefault="true" Binding="{_POST}" '
        f'Location="{provider.return_to}"/>\n'
        "  </md:SPSSODescriptor>\n"
        "</md:EntityDescriptor>\n"
    )


def read_answer(provider: IdentityProvider, encoded: str) -> dict[str, Any]:
    """What a valid answer of this provider says. Raises NotAccepted or Trouble."""
    if len(encoded) > LARGEST_ANSWER * 4 // 3 + 4:
        raise NotAccepted(UNREADABLE)
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (ValueError, binascii.Error):
        raise NotAccepted(UNREADABLE) from None
    if not is_installed():
        raise Trouble("requirements/saml.txt is not installed")
    saml = provider.saml
    expected = {
        "audience": provider.our_entity_id,
        "return_to": provider.return_to,
        "entity_id": provider.issuer,
        "sign_in_address": saml.sign_in_address,
        "certificates": [one["text"] for one in saml.certificates],
        "identifier": saml.identifier_attribute,
    }
    try:
        return _read("read_answer", content, expected=expected)
    except Busy:
        raise Trouble("too many answers at once") from None
    except Stopped:
        raise NotAccepted(UNREADABLE) from None


def read_metadata(content: bytes) -> dict[str, Any]:
    """Raises NotMetadata, NotAccepted (the packages can't be loaded), Busy or Stopped."""
    return _read("read_metadata", content)


def fetch_metadata(fetcher: Fetcher, address: str) -> bytes:
    """Raises NotMetadata, with what to do."""
    if urlsplit(address).scheme != "https":
        raise NotMetadata(_("Type an address that begins with https://."))
    try:
        found = fetcher.fetch(address)
    except NotFetched:
        raise NotMetadata(
            _("This address does not answer. Download the metadata and choose the file.")
        ) from None
    if found.status != 200:
        raise NotMetadata(
            _("This address answers with an error. Download the metadata and choose the file.")
        )
    return found.body


def _read(function: str, content: bytes, **arguments: object) -> dict[str, Any]:
    with places.taken(of=places.folder("sign-in"), waiting=_waiting):
        return run.call_in_place(
            f"accounts.providers.saml_reading:{function}",
            content,
            limits=LIMITS,
            raises=[NotAccepted, NotMetadata],
            **arguments,
        ).value


def check_question(question: Question | None, answered: str, *, allows_unsolicited: bool) -> None:
    """Raises NotAccepted unless the answer is to this browser's question, or may be to none."""
    if not answered:
        if not allows_unsolicited:
            raise NotAccepted(NOT_ASKED)
        return
    if question is None or time.time() - question.asked_at > LONGEST_SIGN_IN:
        raise NotAccepted(OTHER_BROWSER)
    if not secrets.compare_digest(question.request_id.encode(), answered.encode()):
        raise NotAccepted(OTHER_BROWSER)


def claims_of(provider: IdentityProvider, attributes: dict[str, list[str]]) -> dict[str, Any]:
    """The attributes by their own names, and those that the agency named also as ours."""
    saml = provider.saml
    named = {"roles": saml.roles_attribute, "schools": saml.schools_attribute}
    claims: dict[str, Any] = dict(attributes)
    for ours, theirs in named.items():
        claims[ours] = attributes.get(theirs, [])
    return claims


def identity_of(
    provider: IdentityProvider, subject: str, attributes: dict[str, list[str]]
) -> Identity:
    """The provider is the agency's own, so its address counts as verified; whether it is believed
    follows from the declared domains. Raises NotAccepted if there is no usable address."""
    saml = provider.saml
    emails = attributes.get(saml.email_attribute, []) if saml.email_attribute else [subject]
    names = attributes.get(saml.name_attribute, [])
    email = emails[0].strip().lower() if len(emails) == 1 else ""
    try:
        validate_email(email)
        name = one_line(names[0] if names else "")[:150]
    except ValidationError:
        raise NotAccepted(NO_ADDRESS) from None
    return Identity(subject, email, True, name, claims_of(provider, attributes))
