"""A bound for what any form may send, kept while it arrives: disks and memory are not endless."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LargestUpload(FileUploadHandler):
    """Stops reading at what the largest form needs. Evidence has a bound of its own."""

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > settings.LARGEST_UPLOAD:
            raise RequestDataTooBig("The files of a form are larger than LARGEST_UPLOAD.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the handlers after this one keep the file
