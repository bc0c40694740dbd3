from celery import shared_task
from django.utils import timezone

from background.due_rows import wake
from mail import operations as mail

# So that one task is over long before the broker takes it for lost and hands it out again.
BATCH = 100


@shared_task
def send_due_emails() -> None:
    """Send what is due. Also run by the schedule, so a letter never waits for a lost task."""
    for _ in range(BATCH):
        email = mail.take_up_email(now=timezone.now())
        if email is None or not mail.send_email(email):
            return
    wake("mail.tasks.send_due_emails")
