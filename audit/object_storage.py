"""Files in a bucket. Apart from `file_storage`, as its client takes long to load."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from audit.file_storage import NotStoredMixin


class ObjectFiles(NotStoredMixin, S3Storage):
    failures = (OSError, BotoCoreError, ClientError)

    def short_link(self, name: str, *, seconds: int, content_type: str, disposition: str) -> str:
        """An address at which anyone can read this file for so long, wherever browsers find it."""
        client = self._create_session().client(
            "s3",
            region_name=self.region_name,
            endpoint_url=settings.S3_PUBLIC_URL or None,
            config=self.client_config,
        )
        return client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.bucket_name,
                "Key": self._normalize_name(clean_name(name)),
                "ResponseContentType": content_type,
                "ResponseContentDisposition": disposition,
            },
            ExpiresIn=seconds,
        )
