"""Limits on evidence uploads, enforced while they arrive, that never lose the rest of the form."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class EvidenceUploadHandler(FileUploadHandler):
    """Skips files that are too large, and records them so that the page can list them.

    `request.too_large` maps field names to lists of the file names that were skipped.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        request.too_large = {}
        self.file_bytes = 0
        self.total_bytes = 0

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.file_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.file_bytes += len(raw_data)
        self.total_bytes += len(raw_data)
        if (
            self.file_bytes > settings.EVIDENCE_LARGEST_FILE
            or self.total_bytes > settings.EVIDENCE_LARGEST_UPLOAD
        ):
            self.request.too_large.setdefault(self.field_name, []).append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handlers store the file
