from celery import shared_task
from django.utils import timezone

from reviewing import operations
from reviewing.calibration.operations.reminders import remind_of_rechecks
from reviewing.decisions.operations import put_due_into_effect
from reviewing.due_process.operations import reminders


@shared_task
def put_decisions_into_effect() -> None:
    """Put due decisions into effect. Only the schedule runs it: they wait for minutes anyway."""
    now, left = timezone.now(), []
    while True:
        due, newly_left = put_due_into_effect(now=now, skip=left)
        left += newly_left
        if not due:
            return


@shared_task
def remind_reviewers() -> None:
    """Runs on schedule. However often it runs, a reviewer gets one email per working day."""
    operations.remind_reviewers(now=timezone.now())


@shared_task
def remind_of_qualifications() -> None:
    """Tell reviewers that a qualification ends soon, once for each."""
    remind_of_rechecks(now=timezone.now())


@shared_task
def remind_of_appeals_and_holds() -> None:
    """Runs on schedule. However often it runs, a person gets one email a day about each."""
    now = timezone.now()
    while reminders.remind_of_appeals(now=now):
        pass
    while reminders.remind_of_holds(now=now):
        pass
