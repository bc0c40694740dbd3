import logging

from celery import shared_task
from django.utils import timezone

from accounts.last_days import operations as last_days
from accounts.minors import operations as minors
from accounts.models import RosterImport
from accounts.providers.operations import saml as saml_operations
from accounts.rosters.operations import clearing, imports
from background.enqueue import enqueue_on_commit

log = logging.getLogger(__name__)
BATCHES = 20


@shared_task
def keep_last_days() -> None:
    """End roles whose last day is over, and tell people of last days that are near."""
    now = timezone.now()
    not_ended: set[int] = set()
    while last_days.end_roles(now=now, failed=not_ended):
        pass
    not_told: set[int] = set()
    while last_days.tell_of_last_days(now=now, failed=not_told):
        pass


@shared_task
def forget_saml_answers() -> None:
    """Delete answers of SAML providers that would be refused as too old by now."""
    saml_operations.forget_answers(now=timezone.now())


@shared_task
def carry_on_rosters() -> None:
    """Run the next batches of each roster in work, in turns. The schedule runs this, too."""
    for _ in range(BATCHES):
        due = RosterImport.objects.filter(due_at__lte=timezone.now())
        if not [roster for roster in due if _run_next_batch(roster)]:
            return
    enqueue_on_commit("accounts.tasks.carry_on_rosters")


@shared_task
def clear_rosters() -> None:
    """Clear names and addresses in the rows of imports that ended long ago."""
    now = timezone.now()
    while clearing.clear_next(now=now):
        pass


def _run_next_batch(roster: RosterImport) -> bool:
    try:
        return imports.run_next_batch(roster)
    except Exception:
        # The whole batch was rolled back. The schedule retries it; other rosters go on.
        log.exception("Could not carry on roster %s", roster.public_id)
        return False


@shared_task
def end_marks_of_minors() -> None:
    """Tell people who have come of age that they may show their badges now."""
    now, failed = timezone.now(), set[int]()
    while minors.end_of_age(now=now, failed=failed):
        pass
