from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    ERASURE = "erasure", _("erasure")


class RequestStatus(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[RequestStatus, set[RequestStatus]] = {
    RequestStatus.OPEN: {RequestStatus.DONE, RequestStatus.WITHDRAWN},
    RequestStatus.DONE: set(),
    RequestStatus.WITHDRAWN: set(),
}
WAITING = frozenset({RequestStatus.OPEN})
ENDED = frozenset(RequestStatus) - WAITING
