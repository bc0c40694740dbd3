from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AwardStatus(models.TextChoices):
    PENDING = "pending", _("waiting")
    HELD = "held", _("on hold")
    CANCELLED = "cancelled", pgettext_lazy("award", "cancelled")
    ISSUED = "issued", _("issued")
    REVOKED = "revoked", _("revoked")


# Expiry is a date, not a move: an issued badge simply reads as expired from then on.
TRANSITIONS: dict[AwardStatus, set[AwardStatus]] = {
    AwardStatus.PENDING: {AwardStatus.ISSUED, AwardStatus.HELD, AwardStatus.CANCELLED},
    AwardStatus.HELD: {AwardStatus.PENDING, AwardStatus.CANCELLED},
    AwardStatus.CANCELLED: set(),
    AwardStatus.ISSUED: {AwardStatus.REVOKED},
    AwardStatus.REVOKED: set(),
}

# One person holds, or is about to hold, a badge once.
STANDING = frozenset({AwardStatus.PENDING, AwardStatus.HELD, AwardStatus.ISSUED})
# These were sent into the world and stay readable there.
PUBLISHED = frozenset({AwardStatus.ISSUED, AwardStatus.REVOKED})
