from celery import shared_task
from django.utils import timezone

from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.status_lists import operations as status_lists


@shared_task
def issue_due() -> None:
    """Issue what is due. Also run by the schedule, so an award never waits for a lost task."""
    now, troubled = timezone.now(), []
    while True:
        issued, newly_troubled = issue_batch(now=now, skip=troubled)
        troubled += newly_troubled
        if not issued and not newly_troubled:
            return


@shared_task
def sign_due() -> None:
    """Sign what is issued and unsigned, and status lists before they run out."""
    troubled = []
    while True:
        signed, newly_troubled = credentials.sign_due(now=timezone.now(), skip=troubled)
        troubled += newly_troubled
        if not signed and not newly_troubled:
            break
    while status_lists.sign_due(now=timezone.now()):
        pass
