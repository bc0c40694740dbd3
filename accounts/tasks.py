from celery import shared_task
from django.utils import timezone

from accounts import operations


@shared_task
def send_due_emails() -> None:
    """Send what is due. Also run by the schedule, so a letter never waits for a lost task."""
    while email := operations.take_up_email(now=timezone.now()):
        operations.send_email(email)
