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
    QUALIFIED = "qualified", _("a qualification as a reviewer")
    API = "api", _("another system")


# A person has at most one award per badge in these statuses, not counting renewed ones.
ACTIVE = frozenset({AwardStatus.PENDING, AwardStatus.HELD, AwardStatus.ISSUED})
# Awards in these statuses are public and stay so.
PUBLISHED = frozenset({AwardStatus.ISSUED, AwardStatus.REVOKED})


class ReplacementStatus(models.TextChoices):
    """Of a request for a new credential, after a change of name or address."""

    ASKED = "asked", pgettext_lazy("new credential", "to be checked")
    DUE = "due", pgettext_lazy("new credential", "on its way")
    DONE = "done", pgettext_lazy("new credential", "issued")
    REFUSED = "refused", pgettext_lazy("new credential", "refused")
    DROPPED = "dropped", pgettext_lazy("new credential", "withdrawn or not needed")


REPLACEMENT_MOVES: dict[ReplacementStatus, set[ReplacementStatus]] = {
    ReplacementStatus.ASKED: {
        ReplacementStatus.DUE,
        ReplacementStatus.REFUSED,
        ReplacementStatus.DROPPED,
    },
    ReplacementStatus.DUE: {
        ReplacementStatus.DONE,
        ReplacementStatus.REFUSED,
        ReplacementStatus.DROPPED,
    },
    ReplacementStatus.DONE: set(),
    ReplacementStatus.REFUSED: set(),
    ReplacementStatus.DROPPED: set(),
}
# An award has at most one request in these statuses.
OPEN_REPLACEMENTS = frozenset({ReplacementStatus.ASKED, ReplacementStatus.DUE})


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
