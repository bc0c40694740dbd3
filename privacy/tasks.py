from celery import shared_task
from django.utils import timezone

from privacy.closing import operations as closing
from privacy.exports import operations as exports
from privacy.retention import operations as retention

MOST = 20
MOST_EVIDENCE = 500


@shared_task
def make_copies() -> None:
    """Make copies that people asked for, and delete those whose days are over."""
    exports.delete_old(now=timezone.now())
    for _ in range(MOST):
        if not exports.make_next(now=timezone.now()):
            return


@shared_task
def delete_evidence() -> None:
    """Follow the setting of the program, tell earners in advance, delete what is due."""
    for step in (retention.follow_the_setting, retention.tell_next, retention.delete_next):
        for _ in range(MOST_EVIDENCE):
            if not step(now=timezone.now()):
                break


@shared_task
def close_accounts() -> None:
    """Close accounts whose days are over, and forget the addresses of those that are closed."""
    for _ in range(MOST):
        if not closing.end_next(now=timezone.now()):
            break
    closing.forget_farewells(now=timezone.now())
