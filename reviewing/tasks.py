from celery import shared_task
from django.utils import timezone

from background.operations import go_on
from reviewing.automatic.operations import assigning, returning
from reviewing.automatic.operations import reminders as reviews
from reviewing.calibration.operations.reminders import remind_of_rechecks
from reviewing.decisions.operations import put_due_into_effect
from reviewing.due_process.operations import reminders


@shared_task
def put_decisions_into_effect() -> None:
    """Put due decisions into effect. Only the schedule runs it: they wait for minutes anyway."""
    go_on(put_due_into_effect, now=timezone.now())


@shared_task
def assign_reviewers() -> None:
    """Return what nobody begins, then give open places to reviewers. Only the schedule runs it."""
    now = timezone.now()
    go_on(returning.return_due, now=now)
    go_on(assigning.assign_due, now=now)


@shared_task
def remind_reviewers() -> None:
    """Runs on schedule. However often it runs, a reviewer gets one email per working day.

    And one before a submission that they have not begun returns to the queue.
    """
    now = timezone.now()
    reviews.remind_reviewers(now=now)
    reviews.remind_to_begin(now=now)
    reviews.tell_of_late_reviews(now=now)


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
