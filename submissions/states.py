from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[Status, set[Status]] = {
    Status.DRAFT: {Status.SUBMITTED},
    Status.SUBMITTED: {Status.IN_REVIEW, Status.WITHDRAWN},
    Status.IN_REVIEW: {
        Status.SUBMITTED,  # the reviewer gave it back to the queue
        Status.RETURNED,
        Status.APPROVED,
        Status.DECLINED,
        Status.WITHDRAWN,
    },
    Status.RETURNED: {Status.SUBMITTED, Status.WITHDRAWN},
    Status.APPROVED: set(),
    Status.DECLINED: set(),
    Status.WITHDRAWN: set(),
}

OPEN = frozenset({Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW, Status.RETURNED})
# While it is one of these, its evidence can be changed by the earner.
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
