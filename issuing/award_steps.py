"""What has become of an award, as the last steps of its submission's timeline."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from issuing.models import Assertion
from issuing.states import AwardStatus
from submissions.timeline import TimelineStep


def award_steps(award: Assertion, *, now: datetime) -> list[TimelineStep]:
    """In words for the earner and for coordinators; nobody is named."""
    match award.status:
        case AwardStatus.PENDING:
            due = award.due_at if award.due_at > now else None
            return [TimelineStep("now", _("Waiting to be issued"), at=due)]
        case AwardStatus.HELD:
            return [TimelineStep("now", _("Award put on hold"))]
        case AwardStatus.CANCELLED:
            return [TimelineStep("stopped", _("Award canceled"))]
        case AwardStatus.REVOKED:
            return [
                _issued(award),
                TimelineStep("stopped", _("Badge revoked"), at=award.revoked_at),
            ]
    return [_issued(award)]


def _issued(award: Assertion) -> TimelineStep:
    return TimelineStep("done", _("Badge issued"), at=award.issued_on)


def dated(award: Assertion) -> list[tuple[datetime, str, str]]:
    """When it was issued and revoked, and why."""
    found = []
    if award.issued_on:
        found.append((award.issued_on, _("Badge issued"), ""))
    if award.revoked_at:
        found.append((award.revoked_at, _("Badge revoked"), award.revocation_reason))
    return found
