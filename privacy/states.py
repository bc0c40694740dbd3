from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    ERASURE = "erasure", _("erasure")


class RequestStatus(models.TextChoices):
    OPEN = "open", _("open")
    HELD = "held", _("on hold")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[RequestStatus, set[RequestStatus]] = {
    RequestStatus.OPEN: {
        RequestStatus.HELD,
        RequestStatus.DONE,
        RequestStatus.REFUSED,
        RequestStatus.WITHDRAWN,
    },
    RequestStatus.HELD: {
        RequestStatus.OPEN,
        RequestStatus.DONE,
        RequestStatus.REFUSED,
        RequestStatus.WITHDRAWN,
    },
    RequestStatus.DONE: set(),
    RequestStatus.REFUSED: set(),
    RequestStatus.WITHDRAWN: set(),
}
WAITING = frozenset({RequestStatus.OPEN, RequestStatus.HELD})
WITH_A_REASON = frozenset({RequestStatus.HELD, RequestStatus.REFUSED})
ENDED = frozenset(RequestStatus) - WAITING
