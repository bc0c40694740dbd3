"""A small SAML provider in this process, which can also be made to lie."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY = "https://idp.alder.example/saml"
SIGN_IN_AT = "https://idp.alder.example/saml/sso"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


def key_pair(*, until: datetime | None = None) -> tuple[str, str]:
    """(private key, certificate), both PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.alder.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(until or now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


KEY = key_pair()
OTHER_KEY = key_pair()


def metadata(certificate: str = KEY[1], *, entity: str = ENTITY, at: str = SIGN_IN_AT) -> bytes:
    text = "".join(certificate.strip().splitlines()[1:-1])
    names = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
    return f"""<md:EntityDescriptor {names} entityID="{entity}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
<ds:X509Data>
<ds:X509Certificate>{text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService
Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{at}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>""".encode()


def asked_by(address: str) -> dict[str, str]:
    """The request in the address to which the browser was sent."""
    packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    request = ET.fromstring(zlib.decompress(base64.b64decode(packed), -15))  # noqa: S314  ours
    issuer = request.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer").text
    return {**request.attrib, "Issuer": issuer}


@dataclass
class SamlElsewhere:
    key: tuple[str, str] = KEY
    signs: str = "assertion"  # or "response", or ""
    changes: dict[str, str] = field(default_factory=dict)  # instead of what is right
    made: int = 0

    def answer(self, asked: dict[str, str], **attributes: str | list[str]) -> str:
        """The signed response for a request, or for none if it has no ID."""
        return encoded(self.response(asked, **attributes))

    def response(self, asked: dict[str, str], *, name_id: str = "ann-1", **attributes) -> str:
        self.made += 1
        now = datetime.now(UTC)
        parts = {
            "assertion_id": f"_assertion-{self.made}",
            "issuer": ENTITY,
            "audience": asked["Issuer"],
            "recipient": asked["AssertionConsumerServiceURL"],
            "destination": asked["AssertionConsumerServiceURL"],
            "asked": f'InResponseTo="{asked["ID"]}"' if asked.get("ID") else "",
            "name_id": name_id,
            "format": PERSISTENT,
            "issued": moment(now),
            "until": moment(now + timedelta(minutes=5)),
            "since": moment(now - timedelta(minutes=1)),
            "attributes": "".join(_attribute(name, value) for name, value in attributes.items()),
            **self.changes,
        }
        parts["audiences"] = parts.get(
            "audiences",
            "<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"
            "</saml:AudienceRestriction>",
        ).format(**parts)
        assertion = ASSERTION.format(**parts)
        if self.signs == "assertion":
            assertion = self.sign(assertion)
        response = RESPONSE.format(assertion=assertion, **parts)
        return self.sign(response) if self.signs == "response" else response

    def sign(self, text: str) -> str:
        signed = OneLogin_Saml2_Utils.add_sign(
            text, *self.key, sign_algorithm=Names.RSA_SHA256, digest_algorithm=Names.SHA256
        )
        return signed.decode() if isinstance(signed, bytes) else signed


def moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def bring(client, provider, answer: str, **more):
    """The browser posts the answer from the provider's page, and follows to the next one."""
    address = reverse("accounts:saml_answer", args=[provider.public_id])
    response = client.post(address, {"SAMLResponse": answer, **more})
    if response.status_code == 302 and "/saml/finish/" in response.url:
        return client.get(response.url)
    return response


def _attribute(name: str, values: str | list[str]) -> str:
    values = [values] if isinstance(values, str) else values
    inside = "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
    return f'<saml:Attribute Name="{name}">{inside}</saml:Attribute>'


ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0" \
ID="{assertion_id}" IssueInstant="{issued}"><saml:Issuer>{issuer}</saml:Issuer><saml:Subject>\
<saml:NameID Format="{format}">{name_id}</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{recipient}" {asked}/>\
</saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore="{since}" NotOnOrAfter="{until}">\
{audiences}</saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}"><saml:AuthnContext>\
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password\
</saml:AuthnContextClassRef>\
</saml:AuthnContext></saml:AuthnStatement>\
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"""

RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0" \
xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_of-{assertion_id}" IssueInstant="{issued}" \
Destination="{destination}" {asked}><saml:Issuer>{issuer}</saml:Issuer><samlp:Status>\
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}\
</samlp:Response>"""
