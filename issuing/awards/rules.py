"""What happens to an award when its submission is read again, held, or not approved after all.

Two tables. Coordinators see their row before they act, and the operations follow the same row.
"""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issuing.states import AwardStatus
from submissions.states import Status


class Standing(models.TextChoices):
    """What the submission says about its award."""

    EARNED = "earned", _("approved")
    IN_DOUBT = "in_doubt", _("read again, or on hold")
    NOT_EARNED = "not_earned", _("not approved")


class Effect(models.TextChoices):
    STAYS = "stays", _("Nothing changes.")
    STAYS_VALID = "stays_valid", _("The badge stays valid until there is a decision.")
    WAITS = "waits", _("The badge is not issued until there is a decision.")
    GOES_ON = "goes_on", _("The badge is issued as it was due.")
    CANCELED = "canceled", _("The badge is not issued.")
    REVOKED = "revoked", _("The badge is revoked.")


STANDING: dict[Status, Standing] = {
    Status.DRAFT: Standing.NOT_EARNED,
    Status.SUBMITTED: Standing.IN_DOUBT,
    Status.IN_REVIEW: Standing.IN_DOUBT,
    Status.RETURNED: Standing.NOT_EARNED,
    Status.TAKEN_BACK: Standing.NOT_EARNED,
    Status.APPROVED: Standing.EARNED,
    Status.DECLINED: Standing.NOT_EARNED,
    Status.WITHDRAWN: Standing.NOT_EARNED,
}

EFFECTS: dict[Standing, dict[AwardStatus, Effect]] = {
    Standing.EARNED: {
        AwardStatus.PENDING: Effect.STAYS,
        # Only if it waited for this decision; what a coordinator put on hold, they release.
        AwardStatus.HELD: Effect.GOES_ON,
        AwardStatus.ISSUED: Effect.STAYS,
    },
    Standing.IN_DOUBT: {
        AwardStatus.PENDING: Effect.WAITS,
        AwardStatus.HELD: Effect.WAITS,
        AwardStatus.ISSUED: Effect.STAYS_VALID,
    },
    Standing.NOT_EARNED: {
        AwardStatus.PENDING: Effect.CANCELED,
        AwardStatus.HELD: Effect.CANCELED,
        AwardStatus.ISSUED: Effect.REVOKED,
    },
}


def standing(status: str, *, is_held: bool) -> Standing:
    found = STANDING[Status(status)]
    return Standing.IN_DOUBT if is_held and found == Standing.EARNED else found


def effect(standing: Standing, award: str) -> Effect:
    """A revoked or canceled award stays so."""
    return EFFECTS[standing].get(AwardStatus(award), Effect.STAYS)


def in_words(standing: Standing, award: str) -> Promise:
    return effect(standing, award).label
