import logging

from celery import shared_task
from django.utils import timezone

from awarding.lists.operations import batches
from awarding.models import AwardList
from awarding.pathways import operations as pathways
from background.due_rows import enqueue_on_commit

log = logging.getLogger(__name__)

# So that one task is over long before the broker takes it for lost and hands it out again.
LIST_BATCHES = 40


@shared_task
def award_pathways() -> None:
    """Award pathways to whoever completes them, or did before they were changed."""
    pathways.count_due(now=timezone.now())
    pathways.sweep_due(now=timezone.now())


@shared_task
def carry_on_award_lists() -> None:
    """Carry each list in work on, a batch of one after a batch of the other.

    Also run by the schedule, so a list never waits for a worker that was killed.
    """
    for _ in range(LIST_BATCHES):
        in_work = [one for one in AwardList.objects.in_work() if _carries_on(one)]
        if not in_work:
            return
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


def _carries_on(award_list: AwardList) -> bool:
    try:
        return batches.carry_on(award_list)
    except Exception:
        # The batch came to nothing as a whole. The schedule tries it again; others go on.
        log.exception("Could not carry on award list %s", award_list.public_id)
        return False
