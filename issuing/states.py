from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AwardStatus(models.TextChoices):
    PENDING = "pending", _("waiting")
    HELD = "held", _("on hold")
    CANCELLED = "cancelled", pgettext_lazy("award", "canceled")
    ISSUED = "issued", _("issued")
    REVOKED = "revoked", _("revoked")


# Expiry is a date, not a status: an issued badge is shown as expired from then on.
TRANSITIONS: dict[AwardStatus, set[AwardStatus]] = {
    AwardStatus.PENDING: {AwardStatus.ISSUED, AwardStatus.HELD, AwardStatus.CANCELLED},
    AwardStatus.HELD: {AwardStatus.PENDING, AwardStatus.CANCELLED},
    AwardStatus.CANCELLED: set(),
    AwardStatus.ISSUED: {AwardStatus.REVOKED},
    AwardStatus.REVOKED: set(),
}


class GrantSource(models.TextChoices):
    """Where an award comes from. All sources use `granting`."""

    SUBMISSION = "submission", _("evidence approved by a reviewer")
    PATHWAY = "pathway", _("a completed pathway")
    LIST = "list", _("an award list")
    CLAIM_CODE = "claim_code", _("a claim code")
    SCORES = "scores", _("a score import")
    API = "api", _("another system")


# A person has at most one award per badge in these statuses, not counting renewed ones.
ACTIVE = frozenset({AwardStatus.PENDING, AwardStatus.HELD, AwardStatus.ISSUED})
# Awards in these statuses are public and stay so.
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
