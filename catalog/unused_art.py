"""Stored artwork that no version of a badge uses any more is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from audit.operations import delete_files_later
from catalog.models import BadgeVersion

# Longer than any request takes: somebody may be copying the version at this moment.
STAYS_FOR = timedelta(hours=1)


def art_files(version: BadgeVersion) -> list[str]:
    return [name for name in (version.image.name, version.vector.name) if name]


def forget_art(names: Sequence[str]) -> None:
    """Delete these files later, unless another version uses them, such as the published one.

    It runs in the transaction of the caller, which removes them from their version.
    """
    field = BadgeVersion._meta.get_field("image")
    delete_files_later(field, names, due_at=timezone.now() + STAYS_FOR)
