"""The absolute URLs of documents, which are their ids, and the awards that URLs refer to.

All of them are at the origin under which the first document was signed: see `issuing.origin`.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from issuing.origin import document_origin

_ASSERTION_PATH = re.compile(
    r"/(?:assertions|credentials|awards)/"
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"(?:/|\.jwt|/badge\.png|/badge\.svg)?"
)


def absolute(path: str) -> str:
    """The URL of a document, or of something that documents and papers link to."""
    return document_origin() + path


def page(path: str) -> str:
    """The URL of a page for people, on the site as it is set up now."""
    return settings.PUBLIC_ORIGIN + path


def assertion_id(public_id: UUID) -> str:
    return _address("issuing:assertion", public_id)


def baked_image(public_id: UUID) -> str:
    return _address("issuing:baked", public_id)


def badge_class_id(public_id: UUID) -> str:
    return _address("issuing:badge_class", public_id)


def issuer_id(public_id: UUID) -> str:
    return _address("issuing:issuer", public_id)


def credential_id(public_id: UUID) -> str:
    """The id of an award as an Open Badges 3.0 credential."""
    return _address("issuing:credential", public_id)


def status_list_id(public_id: UUID) -> str:
    return _address("issuing:status_list", public_id)


def endorsement_id(public_id: UUID) -> str:
    return absolute(reverse("issuing:endorsement", args=[public_id]))


def is_ours(address: str) -> bool:
    """Does the URL belong to this site, so that no request is needed?"""
    try:
        asked = urlsplit(address.strip())
        sites = [urlsplit(origin) for origin in (document_origin(), settings.PUBLIC_ORIGIN)]
        return (asked.hostname, _port(asked)) in [(own.hostname, _port(own)) for own in sites]
    except ValueError:
        return False


def award_id_in(address: str) -> UUID | None:
    """The public id of the award that a local URL refers to: its document, image or page."""
    match = _ASSERTION_PATH.fullmatch(urlsplit(address.strip()).path)
    return UUID(match["id"]) if match else None


def _address(name: str, public_id: UUID) -> str:
    before, after = _split_around_id(name)
    return f"{document_origin()}{before}{public_id}{after}"


@cache
def _split_around_id(name: str) -> tuple[str, str]:
    """The URL path before and after the id. Cached, because `reverse` is slow in a batch."""
    before, after = reverse(name, args=[_ANY_ID]).split(str(_ANY_ID))
    return before, after


_ANY_ID = UUID(int=0)


def _port(parts) -> int | None:
    """None for the default ports, so that http and https of one host are one site."""
    return None if parts.port in {80, 443} else parts.port
