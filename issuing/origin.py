"""The origin of document ids: PUBLIC_ORIGIN until something is signed, and the recorded one after.

What was issued names the recorded origin, and verifiers come back to it. So documents, and what
they link to, are addressed there, also while PUBLIC_ORIGIN is set to something else.
"""

from __future__ import annotations

import time

from django.conf import settings

from issuing.models import PublicOrigin

ASK_AGAIN_AFTER = 5  # seconds, while nothing is recorded


class _Known:
    """What this process knows. A recorded origin is read once: the database never changes it."""

    recorded = ""
    unrecorded_until = 0.0


def document_origin() -> str:
    if not _Known.recorded and time.monotonic() >= _Known.unrecorded_until:
        _Known.recorded = PublicOrigin.objects.values_list("origin", flat=True).first() or ""
        _Known.unrecorded_until = time.monotonic() + ASK_AGAIN_AFTER
    return _Known.recorded or settings.PUBLIC_ORIGIN


def is_secure() -> bool:
    """did:web requires https."""
    return document_origin().startswith("https://")


def forget() -> None:
    """Ask the database again: an origin was recorded, or a test begins with another database."""
    _Known.recorded, _Known.unrecorded_until = "", 0.0
