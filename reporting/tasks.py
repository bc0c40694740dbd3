from celery import shared_task
from django.utils import timezone

from reporting.promises.operations import publish_next

MOST = 20


@shared_task
def publish_numbers() -> None:
    """Publish the numbers of the quarters that are due, one in each transaction."""
    for _ in range(MOST):
        if not publish_next(now=timezone.now()):
            return
