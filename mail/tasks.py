from celery import shared_task
from django.utils import timezone

from background.enqueue import enqueue_on_commit
from mail import operations as mail

# Small enough for a task to end long before the broker considers it lost and redelivers it.
BATCH = 100


@shared_task
def send_due_emails() -> None:
    """Send due emails. Also runs on schedule, so no email waits for a lost task."""
    for _ in range(BATCH):
        email = mail.lease_email(now=timezone.now())
        if email is None or not mail.send_email(email):
            return
    enqueue_on_commit("mail.tasks.send_due_emails")
