"""What an earner can appeal, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reviewing.due_process.known import Known
from reviewing.models import Appeal, Decision, IntegrityHold
from reviewing.states import AFTER_AN_APPEAL, AppealOutcome, HoldStatus, Outcome
from submissions.models import Submission
from submissions.states import Status

# After a decision that did not approve it, as long as the earner has not gone on.
APPEALABLE = frozenset({Status.RETURNED, Status.DECLINED})


@dataclass(frozen=True)
class Appealable:
    """The decision, or the confirmed hold, that ended the last reading."""

    about: Decision | IntegrityHold
    until: datetime

    @property
    def of(self) -> dict[str, Decision | IntegrityHold]:
        return {"decision" if isinstance(self.about, Decision) else "hold": self.about}

    @property
    def mark(self) -> str:
        """What the page with the form says that it is about."""
        return f"{self.about._meta.model_name}:{self.about.pk}"

    @property
    def is_appealed(self) -> bool:
        return hasattr(self.about, "appeal")


def latest(submission: Submission) -> Appealable | None:
    """What could be appealed if there is time and it was not appealed yet. Reads it anew."""
    return latest_of(Known(submission))


def latest_of(happened: Known) -> Appealable | None:
    submission = happened.submission
    if submission.status not in APPEALABLE:
        return None
    confirmed = [hold for hold in happened.holds if hold.status == HoldStatus.CONFIRMED]
    found: list[Decision | IntegrityHold] = [*happened.decisions, *confirmed]
    ended = [(one.ended_at, one) for one in found if one.ended_at]
    if not ended:
        return None
    ended_at, about = max(ended, key=lambda one: one[0])
    if isinstance(about, Decision) and about.outcome == Outcome.APPROVE:
        return None
    days = submission.badge_class.issuer.appeal_days
    return Appealable(about, ended_at + timedelta(days=days))


def outcomes_of(appeal: Appeal) -> tuple[AppealOutcome, ...]:
    return AFTER_AN_APPEAL[Outcome(appeal.decision.outcome) if appeal.decision else None]
