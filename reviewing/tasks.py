from celery import shared_task
from django.utils import timezone

from reviewing import operations


@shared_task
def remind_reviewers() -> None:
    """Run by the schedule. However often, a reviewer gets one letter a working day."""
    operations.remind_reviewers(now=timezone.now())
