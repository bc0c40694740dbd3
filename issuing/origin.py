"""The origin of document ids: PUBLIC_ORIGIN until something is signed, and the recorded one after.

What was issued names the recorded origin, and verifiers come back to it. So documents, and what
they link to, are addressed there, also while PUBLIC_ORIGIN is set to something else.
"""

from __future__ import annotations

from django.conf import settings

from issuing.models import PublicOrigin

_recorded: list[str] = []  # read once: the database refuses to change it


def document_origin() -> str:
    if not _recorded:
        _recorded.extend(PublicOrigin.objects.values_list("origin", flat=True)[:1])
    return _recorded[0] if _recorded else settings.PUBLIC_ORIGIN


def is_secure() -> bool:
    """did:web requires https."""
    return document_origin().startswith("https://")


def forget() -> None:
    """For tests, which begin with another database."""
    _recorded.clear()
