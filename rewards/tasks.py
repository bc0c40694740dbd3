import logging

from celery import shared_task
from django.utils import timezone

from audit.moves import TransitionNotAllowed
from background.operations import go_on
from rewards.drand import operations as rounds
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Win
from rewards.prizes import operations as prizes
from rewards.stage import operations as stage

log = logging.getLogger(__name__)


@shared_task
def keep_the_calendar() -> None:
    """Close drawings that are due, remind winners, and pass on prizes not confirmed in time."""
    now = timezone.now()
    for drawing in Drawing.objects.due_to_close(now=now):
        _run_unless_done(drawings.close, drawing, now=now)
    prizes.remind_winners(now=now)
    for win in Win.objects.overdue(now=now).select_related("draw__drawing"):
        _run_unless_done(prizes.lapse, win, now=now)


@shared_task
def look_up_rounds() -> None:
    """Fetch the drand rounds that are due."""
    rounds.fetch_due_rounds(now=timezone.now())


@shared_task
def reveal_results() -> None:
    """Publish the sealed results that nobody revealed on stage by the set time."""
    go_on(stage.reveal_next, now=timezone.now())


def _run_unless_done(act, subject, *, now) -> None:
    """Do nothing if another worker closed the drawing, or the winner answered, meanwhile.

    Other errors are logged, so that they do not delay other drawings.
    """
    try:
        act(subject, now=now)
    except TransitionNotAllowed:
        pass
    except Exception:
        log.exception("Could not close or pass on %s", subject)
