from celery import shared_task
from django.utils import timezone

from rewards import drawings, winners
from rewards.models import Drawing, Win


@shared_task
def keep_the_calendar() -> None:
    """Close what is to be closed, remind, and move on prizes that nobody confirmed."""
    now = timezone.now()
    for drawing in Drawing.objects.due_to_close(now=now):
        drawings.close(drawing, now=now)
    winners.remind(now=now)
    for win in Win.objects.overdue(now=now).select_related("draw__drawing"):
        winners.lapse(win, now=now)
