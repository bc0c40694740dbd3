from django.db import models
from django.utils.translation import gettext_lazy as _


class DrawingStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    ANNOUNCED = "announced", _("announced")
    CLOSED = "closed", _("closed")
    DRAWN = "drawn", _("drawn")
    SETTLED = "settled", _("completed")
    CANCELLED = "cancelled", _("canceled")


TRANSITIONS: dict[DrawingStatus, set[DrawingStatus]] = {
    DrawingStatus.DRAFT: {DrawingStatus.ANNOUNCED},
    DrawingStatus.ANNOUNCED: {DrawingStatus.CLOSED, DrawingStatus.CANCELLED},
    DrawingStatus.CLOSED: {DrawingStatus.DRAWN, DrawingStatus.CANCELLED},
    # A drawn drawing cannot be cancelled, because prizes have winners; a wrong draw is repeated.
    DrawingStatus.DRAWN: {DrawingStatus.SETTLED},
    DrawingStatus.SETTLED: set(),
    DrawingStatus.CANCELLED: set(),
}


class WinStatus(models.TextChoices):
    TOLD = "told", _("notified")
    CONFIRMED = "confirmed", _("confirmed")
    COLLECTED = "collected", _("collected")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("not confirmed in time")
    SUPERSEDED = "superseded", _("the draw was repeated")


WIN_TRANSITIONS: dict[WinStatus, set[WinStatus]] = {
    WinStatus.TOLD: {
        WinStatus.CONFIRMED,
        WinStatus.DECLINED,
        WinStatus.LAPSED,
        WinStatus.SUPERSEDED,
    },
    WinStatus.CONFIRMED: {WinStatus.COLLECTED, WinStatus.DECLINED, WinStatus.SUPERSEDED},
    WinStatus.COLLECTED: set(),
    WinStatus.DECLINED: set(),
    WinStatus.LAPSED: set(),
    WinStatus.SUPERSEDED: set(),
}
# The win holds: the prize is offered to the winner, confirmed or collected.
ACTIVE = frozenset({WinStatus.TOLD, WinStatus.CONFIRMED, WinStatus.COLLECTED})
# The prize goes to the next person in the sequence of the same draw.
GIVEN_UP = frozenset({WinStatus.DECLINED, WinStatus.LAPSED})
