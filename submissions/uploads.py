"""Bounds for what arrives, kept while it arrives: the rest of the form is never lost for a file."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


class BoundedUploads(FileUploadHandler):
    """Skips files that are too large and remembers them, so that the page can name them.

    `request.too_large` maps the name of a field to the names of its files that were skipped.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        request.too_large = {}
        self.seen = 0
        self.seen_in_all = 0

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        self.seen_in_all += len(raw_data)
        if (
            self.seen > settings.EVIDENCE_LARGEST_FILE
            or self.seen_in_all > settings.EVIDENCE_LARGEST_UPLOAD
        ):
            self.request.too_large.setdefault(self.field_name, []).append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the handlers after this one keep the file
