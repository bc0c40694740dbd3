from celery import shared_task
from django.utils import timezone

from issuing.awards.operations.issue_batches import issue_batch
from issuing.documents import operations as credentials
from issuing.replacements.operations.batches import replace_batch
from issuing.status_lists import operations as status_lists


@shared_task
def issue_due() -> None:
    """Issue due awards. The schedule runs it, too, so that no award depends on a lost task."""
    now, failed = timezone.now(), []
    while True:
        issued, newly_failed = issue_batch(now=now, skip=failed)
        failed += newly_failed
        if not issued and not newly_failed:
            return


@shared_task
def sign_due() -> None:
    """Sign issued awards that are unsigned, and status lists before they expire."""
    failed = []
    while True:
        signed, newly_failed = credentials.sign_due(now=timezone.now(), skip=failed)
        failed += newly_failed
        if not signed and not newly_failed:
            break
    while status_lists.sign_due(now=timezone.now()):
        pass


@shared_task
def replace_due() -> None:
    """Replace credentials whose earners asked for new ones. The schedule runs it, too."""
    now, failed = timezone.now(), []
    while True:
        done, newly_failed = replace_batch(now=now, skip=failed)
        failed += newly_failed
        if not done and not newly_failed:
            return
