"""A limit on the total upload size of any form, enforced while the upload arrives."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


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
