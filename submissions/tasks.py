from celery import shared_task
from django.utils import timezone

from submissions.media.operations import arriving, checking
from submissions.precheck import operations as precheck
from submissions.previews import operations as previews


@shared_task
def look_at_evidence() -> None:
    """Look at links and files of people who are about to send, one after the other."""
    while precheck.look_at_next(now=timezone.now()):
        pass


@shared_task
def check_recordings() -> None:
    """Check recordings that have arrived, one after the other, and make evidence of them."""
    while checking.check_next():
        pass


@shared_task
def forget_recordings() -> None:
    """Delete uploads with which nobody went on."""
    arriving.forget_abandoned(now=timezone.now())


@shared_task
def make_previews() -> None:
    """Make what readers see of files, one after the other."""
    while previews.make_next(now=timezone.now()):
        pass


@shared_task
def forget_previews() -> None:
    """Delete previews that nobody has needed for long. They are made again when they are needed."""
    while previews.forget_old(now=timezone.now()):
        pass
