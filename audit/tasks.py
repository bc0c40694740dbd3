from celery import shared_task
from django.utils import timezone

from audit import operations


@shared_task
def forget_files() -> None:
    """Delete unwanted files. Also runs on schedule, so no file waits for a lost task."""
    operations.delete_unwanted_files(now=timezone.now())
