"""The absolute addresses that are the ids of our documents, there and back."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse

_ASSERTION_PATH = re.compile(
    r"/(?:assertions|credentials|awards)/"
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"(?:/|\.jwt|/badge\.png|/badge\.svg)?"
)


def absolute(path: str) -> str:
    return settings.PUBLIC_ORIGIN + path


def assertion_id(public_id: UUID) -> str:
    return absolute(reverse("issuing:assertion", args=[public_id]))


def baked_image(public_id: UUID) -> str:
    return absolute(reverse("issuing:baked", args=[public_id]))


def badge_class_id(public_id: UUID) -> str:
    return absolute(reverse("issuing:badge_class", args=[public_id]))


def issuer_id(public_id: UUID) -> str:
    return absolute(reverse("issuing:issuer", args=[public_id]))


def credential_id(public_id: UUID) -> str:
    """The id of an award as an Open Badge 3.0."""
    return absolute(reverse("issuing:credential", args=[public_id]))


def status_list_id(public_id: UUID) -> str:
    return absolute(reverse("issuing:status_list", args=[public_id]))


def key_id(issuer: UUID, fragment: str) -> str:
    """Where a public key stands as a JWK: the `kid` of what it signs."""
    return absolute(reverse("issuing:key", args=[issuer, fragment]))


def is_ours(address: str) -> bool:
    """Does the address belong to this program? Then the database answers, not the network."""
    try:
        asked, own = urlsplit(address.strip()), urlsplit(settings.PUBLIC_ORIGIN)
        return (asked.hostname, _port(asked)) == (own.hostname, _port(own))
    except ValueError:
        return False


def award_at(address: str) -> UUID | None:
    """Which award an address of ours means: its document, its picture or its page."""
    match = _ASSERTION_PATH.fullmatch(urlsplit(address.strip()).path)
    return UUID(match["id"]) if match else None


def _port(parts) -> int | None:
    """None for the usual ones: http and https of one host are one site."""
    return None if parts.port in {80, 443} else parts.port
