from celery import shared_task
from django.utils import timezone

from background.operations import go_on
from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.replacements.operations.batches import replace_batch
from issuing.status_lists import operations as status_lists


@shared_task
def issue_due() -> None:
    """Issue due awards. The schedule runs it, too, so that no award depends on a lost task."""
    go_on(issue_batch, now=timezone.now())


@shared_task
def sign_due() -> None:
    """Sign issued awards that are unsigned, and status lists before they expire."""
    go_on(credentials.sign_due, now=timezone.now())
    while status_lists.sign_due(now=timezone.now()):
        pass


@shared_task
def replace_due() -> None:
    """Replace credentials whose earners asked for new ones. The schedule runs it, too."""
    go_on(replace_batch, now=timezone.now())
