import logging

from celery import shared_task
from django.utils import timezone

from awarding.lists.operations import batches, forgetting
from awarding.models import AwardList
from awarding.pathways import operations as pathways
from awarding.reviewers import operations as reviewers
from awarding.score_files import operations as score_files
from background.enqueue import enqueue_on_commit
from background.operations import go_on

log = logging.getLogger(__name__)

# Limits one task, so that it ends long before the broker takes it for lost and redelivers it.
LIST_BATCHES = 40


@shared_task
def award_pathways() -> None:
    """Award pathways that newly issued steps or changed pathways complete."""
    pathways.count_due_steps(now=timezone.now())
    pathways.run_due_sweeps(now=timezone.now())


@shared_task
def award_reviewers() -> None:
    """Award the badge for reviewers to those who have qualified and lack it."""
    reviewers.award_due(now=timezone.now())


@shared_task
def carry_on_award_lists() -> None:
    """Run the next batch of each list in work, in turns.

    The schedule runs this too, so no list is stuck after a worker was killed.
    """
    for _ in range(LIST_BATCHES):
        in_work = [
            award_list for award_list in AwardList.objects.in_work() if _run_next_batch(award_list)
        ]
        if not in_work:
            return
    enqueue_on_commit("awarding.tasks.carry_on_award_lists")


@shared_task
def forget_list_uploads() -> None:
    """Delete uploads whose questions nobody answered in time, and files of test results."""
    now = timezone.now()
    go_on(forgetting.forget_unanswered, now=now)
    go_on(score_files.forget, now=now)


def _run_next_batch(award_list: AwardList) -> bool:
    try:
        return batches.run_next_batch(award_list)
    except Exception:
        # The whole batch was rolled back. The schedule retries it; other lists go on.
        log.exception("Could not carry on award list %s", award_list.public_id)
        return False
