"""The forms of hosted badges: Open Badges 0.5, 1.0 and 1.1 beside 2.0.

The older forms have no `type` and no `id`; a badge of 1.0 names its own address in `verify.url`,
and the documents it links to name none. Dates may be a number of seconds or a day.
Source: Open Badges 1.1 and 1.0 (1EdTech), "Assertion"; 0.5 as Mozilla's baking service wrote it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from openbadges import parsing

_CONTEXT_V1 = "https://w3id.org/openbadges/v1"


def version_of(document: dict) -> str:
    """ "2.0", "1.1", "1.0" or "0.5" of an assertion, by what it contains."""
    if "issued_on" in document or isinstance(document.get("recipient"), str):
        return "0.5"
    if document.get("@context") == _CONTEXT_V1:
        return "1.1"
    return "2.0" if has_types(document) or "@context" in document else "1.0"


def is_old(document: dict) -> bool:
    return version_of(document) != "2.0"


def address_of(document: dict) -> str:
    """The address that a document gives as its own, or ""."""
    id = parsing.reference(document)
    if id.startswith(("http://", "https://")) or not is_old(document):
        return id
    how = verification_of(document)
    url = how.get("url")
    is_hosted = isinstance(url, str) and parsing.has_type(how, "hosted", "HostedBadge")
    return url.strip() if is_hosted else ""


def verification_of(document: dict) -> dict:
    ways = (document.get("verification"), document.get("verify"))
    return next((how for how in ways if isinstance(how, dict)), {})


def is_assertion(document: dict) -> bool:
    if has_types(document):
        return parsing.has_type(document, "Assertion")
    return "recipient" in document and "badge" in document


def is_badge_class(document: dict) -> bool:
    if has_types(document):
        return parsing.has_type(document, "BadgeClass")
    return "criteria" in document and "issuer" in document and "name" in document


def is_issuer(document: dict) -> bool:
    if has_types(document):
        return parsing.has_type(document, "Issuer", "IssuerOrg", "Profile")
    return "name" in document and ("url" in document or "origin" in document)


def is_old_embedded(link: dict) -> bool:
    """A badge class or issuer inside its badge, as Open Badges 0.5 had them, has no address."""
    return not has_types(link) and (is_badge_class(link) or is_issuer(link))


def origin_of(issuer: dict) -> str:
    """The site of an embedded issuer, which has no address of its own."""
    origin = issuer.get("origin", issuer.get("url"))
    return origin.strip() if isinstance(origin, str) else ""


def dates_of(document: dict) -> tuple[datetime | None, object]:
    """When it was issued, and the end as it is written there."""
    issued_on = document.get("issuedOn", document.get("issued_on"))
    return read_date(document, issued_on), document.get("expires")


def read_date(document: dict, value: object) -> datetime | None:
    read = parsing.parse_datetime(value)
    if read is not None or not is_old(document):
        return read
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value.strip()[:15])
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    try:
        read = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    return read and min(max(read.replace(tzinfo=UTC), parsing.EARLIEST), parsing.LATEST)


def has_types(document: dict) -> bool:
    return "type" in document or "@type" in document
