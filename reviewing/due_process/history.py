"""Every step of a submission, in order: what happened, who did it by role, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from reviewing.models import Appeal, Assignment, Decision, IntegrityHold, Reopening
from reviewing.states import AppealStatus, DecisionStatus, HoldStatus, Outcome
from submissions.models import StatusChange, Submission
from submissions.states import Status


@dataclass(frozen=True)
class Step:
    """`name` is empty for earners: people appear to them as roles.

    `to_the_day` leaves out the time of day, which could tell an earner which reviewer it was.
    """

    at: datetime
    what: str
    role: str = ""
    name: str = ""
    words: str = ""
    to_the_day: bool = False


def steps_of(submission: Submission, *, to: User | None = None) -> list[Step]:
    """What the earner may know, or everything for a coordinator, `to`.

    A coordinator who is one of several readers learns only later who else began to read.
    """
    names_people = to is not None
    found = [
        *_moves(submission, to=to),
        *_decisions(submission, everything=names_people),
        *_reopenings(submission),
        *_holds(submission),
        *_appeals(submission, everything=names_people),
    ]
    # What follows from a step has the same moment: the order above is that of cause and effect.
    found.sort(key=lambda pair: pair[0].at)
    return [
        Step(
            step.at,
            step.what,
            step.role,
            str(person) if person and names_people else "",
            step.words,
            step.to_the_day,
        )
        for step, person in found
    ]


Pairs = Iterator[tuple[Step, User | None]]


def _moves(submission: Submission, *, to: User | None) -> Pairs:
    educator = _("Educator")
    yield Step(submission.started_at, _("Started"), educator), submission.earner
    before: dict[tuple[str, str], str] = {
        (Status.DRAFT, Status.SUBMITTED): _("Sent in"),
        (Status.RETURNED, Status.SUBMITTED): _("Sent again"),
        (Status.TAKEN_BACK, Status.SUBMITTED): _("Sent again"),
        (Status.SUBMITTED, Status.TAKEN_BACK): _("Taken back"),
    }
    changes = submission.status_changes.select_related("actor")
    if to and Assignment.objects.reading_blind(to).filter(submission=submission).exists():
        changes = changes.exclude(~Q(actor=to), to_status=Status.IN_REVIEW)
    for change in changes if to else _without_given_back(changes):
        move = (change.from_status, change.to_status)
        if move in before:
            yield Step(change.changed_at, before[move], educator), change.actor
        elif change.to_status == Status.WITHDRAWN:
            yield Step(change.changed_at, _("Withdrawn"), educator), change.actor
        elif change.to_status == Status.IN_REVIEW:
            began = _("Reading began")
            yield (
                Step(change.changed_at, began, _("Reviewer"), to_the_day=to is None),
                change.actor,
            )


def _without_given_back(changes: Iterable[StatusChange]) -> list[StatusChange]:
    """For the earner it never left the queue if a reviewer gave it back."""
    kept: list[StatusChange] = []
    for change in changes:
        if (change.from_status, change.to_status) == (Status.IN_REVIEW, Status.SUBMITTED):
            kept.pop()
        else:
            kept.append(change)
    return kept


def _decisions(submission: Submission, *, everything: bool) -> Pairs:
    words = {
        Outcome.APPROVE: _("Approved"),
        Outcome.RETURN: _("Returned with comments"),
        Outcome.DECLINE: _("Not approved"),
    }
    decisions = Decision.objects.filter(attempt__submission=submission).select_related(
        "decided_by", "confirmed_by", "ended_by"
    )
    for decision in decisions.order_by("pk"):
        what = words[Outcome(decision.outcome)]
        if decision.status == DecisionStatus.IN_EFFECT and decision.ended_at:
            if everything and decision.confirmed_at:
                yield (
                    Step(decision.confirmed_at, _("Confirmed by a second person"), _("Reviewer")),
                    decision.confirmed_by,
                )
            yield Step(decision.ended_at, what, _("Reviewer")), decision.decided_by
        elif everything:
            status = decision.get_status_display()
            yield (
                Step(decision.decided_at, f"{what} ({status})", _("Reviewer"), words=decision.note),
                decision.decided_by,
            )


def _reopenings(submission: Submission) -> Pairs:
    found = Reopening.objects.filter(submission=submission).select_related("reopened_by")
    for one in found:
        yield (
            Step(one.reopened_at, _("Opened to be read again"), _("Coordinator"), words=one.reason),
            one.reopened_by,
        )


def _holds(submission: Submission) -> Pairs:
    ends = {
        HoldStatus.LIFTED: _("Hold lifted"),
        HoldStatus.CONFIRMED: _("Doubt confirmed: not approved"),
        HoldStatus.DROPPED: _("Hold ended, as it was withdrawn"),
    }
    holds = IntegrityHold.objects.filter(submission=submission)
    for hold in holds.select_related("placed_by", "ended_by"):
        coordinator = _("Coordinator")
        yield Step(hold.placed_at, _("Put on hold"), coordinator, words=hold.reason), hold.placed_by
        if hold.answered_at:
            answered = _("Answer to the hold")
            yield (
                Step(hold.answered_at, answered, _("Educator"), words=hold.answer),
                submission.earner,
            )
        if hold.ended_at:
            what = ends[HoldStatus(hold.status)]
            yield Step(hold.ended_at, what, coordinator, words=hold.ended_because), hold.ended_by


def _appeals(submission: Submission, *, everything: bool) -> Pairs:
    ends = {
        AppealStatus.UPHELD: _("Appeal decided: the decision stays"),
        AppealStatus.CHANGED: _("Appeal decided: the decision was changed"),
        AppealStatus.DROPPED: _("Appeal ended without a decision"),
    }
    for one in Appeal.objects.filter(submission=submission).select_related("reader"):
        day = date_format(one.due_on, "DATE_FORMAT")
        what = _("Appealed; an answer is promised by %(day)s") % {"day": day}
        yield Step(one.made_at, what, _("Educator"), words=one.words), submission.earner
        if one.given_at and everything:
            yield Step(one.given_at, _("Appeal given to its reader"), _("Reader")), one.reader
        if one.ended_at:
            what = ends[AppealStatus(one.status)]
            role = "" if one.status == AppealStatus.DROPPED else _("Reader of the appeal")
            yield Step(one.ended_at, what, role, words=one.reasons), one.reader
