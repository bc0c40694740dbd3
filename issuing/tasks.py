from celery import shared_task
from django.utils import timezone

from issuing import operations


@shared_task
def issue_due() -> None:
    """Issue what is due. Also run by the schedule, so an award never waits for a lost task."""
    now, troubled = timezone.now(), []
    while True:
        issued, newly_troubled = operations.issue_batch(now=now, skip=troubled)
        troubled += newly_troubled
        if not issued and not newly_troubled:
            return
