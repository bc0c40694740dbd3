"""The award of a submission follows what is decided about it, by the tables of `rules`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from issuing.awards import rules
from issuing.awards.operations import changes
from issuing.awards.rules import Effect
from issuing.models import Assertion
from issuing.states import AwardStatus
from reviewing.models import IntegrityHold
from submissions.models import Submission


@transaction.atomic
def follow(submission: Submission, *, by: User, now: datetime) -> None:
    """In the transaction of the decision, whose submission is locked. Twice is harmless."""
    award = Assertion.objects.active().filter(submission=submission).with_badge().first()
    if award is None:
        return
    is_held = IntegrityHold.objects.open().filter(submission=submission).exists()
    standing = rules.standing(submission.status, is_held=is_held)
    match rules.effect(standing, award.status):
        case Effect.WAITS if award.status == AwardStatus.PENDING:
            changes.hold(award, by=by, reason="", now=now)
            award.waits_for_decision = True
            award.save(update_fields=["waits_for_decision"])
        case Effect.GOES_ON if award.waits_for_decision:
            changes.release(award, by=by, now=now)
        case Effect.CANCELED:
            changes.cancel(award, by=by, reason=_because(award), now=now)
        case Effect.REVOKED:
            changes.revoke(award, by=by, reason=_because(award), now=now)


def _because(award: Assertion) -> str:
    """Without a word of the decision: a public page may show it."""
    with translation.override(award.recipient.language):
        return _("The evidence was read again, and the badge was not approved.")
