from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AwardStatus(models.TextChoices):
    PENDING = "pending", _("waiting")
    HELD = "held", _("on hold")
    CANCELLED = "cancelled", pgettext_lazy("award", "canceled")
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


class GrantSource(models.TextChoices):
    """Where an award comes from. Whatever it is, it comes in through `granting`."""

    SUBMISSION = "submission", _("evidence approved by a reviewer")
    PATHWAY = "pathway", _("a completed pathway")
    LIST = "list", _("an award list")
    CLAIM_CODE = "claim_code", _("a claim code")
    SCORES = "scores", _("a score import")
    API = "api", _("another system")


# One person holds, or is about to hold, a badge once; what was renewed makes room for its renewal.
STANDING = frozenset({AwardStatus.PENDING, AwardStatus.HELD, AwardStatus.ISSUED})
# These were sent into the world and stay readable there.
PUBLISHED = frozenset({AwardStatus.ISSUED, AwardStatus.REVOKED})


class EndorsementStatus(models.TextChoices):
    OFFERED = "offered", pgettext_lazy("endorsement", "offered")
    ACCEPTED = "accepted", pgettext_lazy("endorsement", "accepted")
    DECLINED = "declined", pgettext_lazy("endorsement", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("endorsement", "withdrawn")


ENDORSEMENT_MOVES: dict[EndorsementStatus, set[EndorsementStatus]] = {
    EndorsementStatus.OFFERED: {
        EndorsementStatus.ACCEPTED,
        EndorsementStatus.DECLINED,
        EndorsementStatus.WITHDRAWN,
    },
    EndorsementStatus.ACCEPTED: {EndorsementStatus.WITHDRAWN},
    EndorsementStatus.DECLINED: set(),
    EndorsementStatus.WITHDRAWN: set(),
}
