"""Storages that say when a file could not be stored, and leave no part of it."""

from __future__ import annotations

import contextlib

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

NO_ROOM = 507  # the HTTP status of an answer about a file that is NotStored


class NotStored(Exception):
    """The file is not stored: the disk is full, or the storage does not answer."""


class NotStoredMixin:
    """Raises NotStored for each failure to save, whatever the storage itself raises."""

    failures: tuple[type[Exception], ...] = (OSError,)

    def _save(self, name, content):
        try:
            return super()._save(name, content)
        except self.failures as error:
            # What was written before the disk was full. Names are new for each file.
            with contextlib.suppress(*self.failures):
                self.delete(name)
            raise NotStored(name) from error


class LocalFiles(NotStoredMixin, FileSystemStorage):
    """Files in a folder."""


def nothing_stored() -> str:
    """For a form that is shown again because its file was NotStored."""
    return _(
        "There is no room to store the image at the moment, so nothing on this page is saved yet. "
        "What you typed is still here. Try again later; if it happens again, tell the people who "
        "run this site."
    )
