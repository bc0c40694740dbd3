"""Limits on what any form uploads, enforced while it arrives, and a full disk for large files."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)


class UploadSizeLimit(FileUploadHandler):
    """Stops reading at LARGEST_UPLOAD bytes. The evidence views replace it with a higher limit."""

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.LARGEST_UPLOAD:
            raise RequestDataTooBig("The files of a form are larger than LARGEST_UPLOAD.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handlers store the file


class TemporaryFiles(TemporaryFileUploadHandler):
    """Skips a file for which the disk has no room, so that the rest of the form is not lost.

    `request.no_room` maps field names to lists of the file names that were skipped.
    """

    def new_file(self, *args, **kwargs) -> None:
        # The one before is complete, and must not be closed if none can be opened.
        vars(self).pop("file", None)
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._skip()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            self.file.write(raw_data)
            self.file.flush()
        except OSError:
            self._skip()

    def _skip(self) -> None:
        if not hasattr(self.request, "no_room"):
            self.request.no_room = {}
        self.request.no_room.setdefault(self.field_name, []).append(self.file_name)
        raise SkipFile
