from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    TAKEN_BACK = "taken_back", _("taken back")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[Status, set[Status]] = {
    Status.DRAFT: {Status.SUBMITTED},
    Status.SUBMITTED: {
        Status.IN_REVIEW,
        Status.TAKEN_BACK,  # by the earner, while nobody has begun to read
        Status.DECLINED,  # a hold was confirmed
        Status.WITHDRAWN,
    },
    Status.IN_REVIEW: {
        Status.SUBMITTED,  # the reviewer returned it to the queue
        Status.RETURNED,
        Status.APPROVED,
        Status.DECLINED,
        Status.WITHDRAWN,
    },
    Status.RETURNED: {
        Status.SUBMITTED,
        Status.APPROVED,  # on appeal
        Status.DECLINED,  # a hold was confirmed
        Status.WITHDRAWN,
    },
    Status.TAKEN_BACK: {Status.SUBMITTED, Status.DECLINED, Status.WITHDRAWN},
    Status.APPROVED: {
        Status.SUBMITTED,  # reopened by a coordinator
        Status.DECLINED,  # a hold was confirmed
    },
    Status.DECLINED: {
        Status.SUBMITTED,  # reopened by a coordinator
        Status.RETURNED,  # on appeal
        Status.APPROVED,  # on appeal
    },
    Status.WITHDRAWN: set(),
}

OPEN = frozenset(
    {Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW, Status.RETURNED, Status.TAKEN_BACK}
)
CLOSED = frozenset(Status) - OPEN
# A coordinator can have these read again.
REOPENABLE = frozenset(status for status in CLOSED if Status.SUBMITTED in TRANSITIONS[status])
# The earner can change the evidence in these statuses.
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.TAKEN_BACK})
