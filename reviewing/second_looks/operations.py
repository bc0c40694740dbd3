"""A second person agrees to a decision, or sends it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, User
from audit.moves import require_reason
from mail.operations import queue_email
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided, TooLate
from reviewing.models import Assignment, Decision
from reviewing.permissions import can_confirm
from reviewing.querysets import reviewable_by, second_people
from reviewing.second_looks.words import Words, write_wording
from reviewing.states import DecisionStatus

# What is recorded, without and with an approver.
_CONFIRMED = ("decline confirmed", "review approved")
_SENT_BACK = ("decline sent back", "review sent back")


class NotASecondPerson(Exception):
    """This user may not confirm the decision, or no longer."""


@transaction.atomic
def confirm(
    decision: Decision, *, by: User, words: Words | None = None, now: datetime | None = None
) -> None:
    """The second person agrees. It takes effect after the issuer's wait.

    An approver may give other `words` than the reader's. The judgments stay as they are.
    """
    now = now or timezone.now()
    assignments = _lock_for_second_look(decision, by=by)
    if decision.confirmed_by_id == by.pk:
        return  # the button was pressed twice
    if decision.status != DecisionStatus.UNCONFIRMED:
        raise AlreadyDecided
    wording = None
    if words and decision.needs_approver:
        wording = write_wording(decision, words, by=by, now=now)
    decisions.mark_confirmed(decision, by=by, now=now, wording=wording)
    decisions.record_act(_CONFIRMED[decision.needs_approver], decision, by=by, now=now)
    if decision.takes_effect_at == now and not decision.is_held:
        decisions.carry_out(decision, assignments, now=now)


@transaction.atomic
def take_back_confirmation(decision: Decision, *, by: User, now: datetime | None = None) -> None:
    """The decision waits for a second person again. Raises TooLate or NotASecondPerson."""
    now = now or timezone.now()
    _lock_for_second_look(decision, by=by)
    if decision.status == DecisionStatus.UNCONFIRMED:
        return
    if decision.confirmed_by_id != by.pk:
        raise NotASecondPerson
    if not decision.can_be_taken_back(now=now):
        raise TooLate
    decisions.move(
        decision,
        DecisionStatus.UNCONFIRMED,
        takes_effect_at=None,
        confirmed_by=None,
        confirmed_at=None,
        wording=None,
    )
    decisions.record_act("confirmation taken back", decision, by=by, now=now)


@transaction.atomic
def send_back(
    decision: Decision, *, by: User, note: str, now: datetime | None = None
) -> Assignment:
    """The second person disagrees. The reviewer goes on with the review, and reads the note.

    A reviewer who can no longer review makes room for another one: the submission returns to the
    queue. Raises ReasonMissing without a note.
    """
    now = now or timezone.now()
    note = require_reason(note)
    assignments = _lock_for_second_look(decision, by=by)
    if decision.status != DecisionStatus.UNCONFIRMED:
        raise AlreadyDecided
    [assignment] = [one for one in assignments if one.reviewer_id == decision.decided_by_id]
    decisions.end(decision, DecisionStatus.SENT_BACK, by=by, now=now, note=note)
    decisions.record_act(_SENT_BACK[decision.needs_approver], decision, by=by, now=now, note=note)
    decisions.reopen(decision.review)
    if _can_go_on(decision):
        queue_email(
            "decline_sent_back",
            str(decision.pk),
            to=decision.decided_by.email,
            language=decision.decided_by.language,
            context={"decision": decision.pk},
        )
    else:
        decisions.open_place(assignment, by=by, now=now)
    return assignment


def people_asked(decision: Decision) -> QuerySet[User]:
    """Other reviewers who may confirm the decision; if there are none, coordinators who may."""
    reviewers = second_people(decision, Membership.Role.REVIEWER)
    return reviewers if reviewers.exists() else second_people(decision, Membership.Role.COORDINATOR)


def _lock_for_second_look(decision: Decision, *, by: User) -> list[Assignment]:
    try:
        assignments, _decision = decisions.lock_decision(decision)
    except AlreadyDecided as error:
        if decision.status == DecisionStatus.IN_EFFECT:
            raise TooLate from error
        raise
    if not can_confirm(by, decision):
        raise NotASecondPerson
    return assignments


def _can_go_on(decision: Decision) -> bool:
    """The reviewer who decided may still review this submission."""
    reviewer = decision.decided_by
    submissions_of_theirs = reviewable_by(reviewer).filter(pk=decision.attempt.submission_id)
    return reviewer.is_active and submissions_of_theirs.exists()
