import logging

from celery import shared_task
from django.utils import timezone

from audit.moves import TransitionNotAllowed
from rewards.drand import operations as rounds
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Win
from rewards.prizes import operations as prizes

log = logging.getLogger(__name__)


@shared_task
def keep_the_calendar() -> None:
    """Close what is to be closed, remind, and move on prizes that nobody confirmed."""
    now = timezone.now()
    for drawing in Drawing.objects.due_to_close(now=now):
        _unless_done_meanwhile(drawings.close, drawing, now=now)
    prizes.remind(now=now)
    for win in Win.objects.overdue(now=now).select_related("draw__drawing"):
        _unless_done_meanwhile(prizes.lapse, win, now=now)


@shared_task
def look_up_rounds() -> None:
    """Fetch the rounds of drand that are due. A row waits for each, so none is forgotten."""
    rounds.look_up_due(now=timezone.now())


def _unless_done_meanwhile(act, subject, *, now) -> None:
    """Another worker closed it, or the winner answered at this very moment: that holds.

    Whatever else goes wrong with one drawing is logged, and keeps no other waiting.
    """
    try:
        act(subject, now=now)
    except TransitionNotAllowed:
        pass
    except Exception:
        log.exception("The calendar of %s could not be kept", subject)
