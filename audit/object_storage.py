"""Files in a bucket. Apart from `file_storage`, as its client takes long to load."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from audit.file_storage import NotStoredMixin


class ObjectFiles(NotStoredMixin, S3Storage):
    failures = (OSError, BotoCoreError, ClientError)
