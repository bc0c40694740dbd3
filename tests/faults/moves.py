"""Submissions, awards, endorsements, lists, drawings and wins, each with all of its moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from audit.moves import TransitionNotAllowed
from awarding.lists.operations import lists
from awarding.models import AwardList
from awarding.states import ListStatus
from awarding.tasks import carry_on_award_lists
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.endorsements import operations as endorsing
from issuing.states import AwardStatus, EndorsementStatus
from reviewing import operations as reviewing
from reviewing.decisions import operations as decisions
from reviewing.due_process.operations import appeals, holds, reopening
from reviewing.second_looks import operations as second_looks
from reviewing.states import AppealOutcome, DecisionStatus
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Win
from rewards.prizes import operations as prizes
from rewards.states import DrawingStatus, WinStatus
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.awarding.lists import addresses, checked_list
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import issued_award, offered_endorsement, waiting_award
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import CLOSE, DRAW, OTHER_VALUES

BECAUSE = "A mistake."
Moves = dict[str, Callable[[], object]]


def submission_in(status: Status) -> tuple[Callable, Moves]:
    """The submission's status, and who can move it at this moment."""
    assignment = AssignmentFactory()
    if status == Status.SUBMITTED:
        reviewing.release(assignment, by=assignment.reviewer)
    elif status == Status.RETURNED:
        review(assignment, "not_yet", "Add it.")()
    elif status == Status.TAKEN_BACK:
        reviewing.release(assignment, by=assignment.reviewer)
        submissions.take_back(assignment.submission, by=assignment.submission.earner)
    elif status == Status.APPROVED:
        review(assignment, "met", "")()
    elif status == Status.DECLINED:
        decline(assignment)()
    submission, earner = assignment.submission, assignment.submission.earner

    def now() -> Submission:
        return Submission.objects.get(pk=submission.pk)

    if status == Status.RETURNED:
        for criterion in submission.version.criteria.all():
            submissions.write_text(now(), criterion, "More.")
    if status not in {Status.DRAFT, Status.IN_REVIEW}:
        return lambda: now().status, {
            Status.WITHDRAWN: lambda: submissions.withdraw(now(), by=earner),
            Status.TAKEN_BACK: lambda: submissions.take_back(now(), by=earner),
            Status.IN_REVIEW: lambda: reviewing.claim(now(), by=assignment.reviewer),
            **due_process_moves(submission, status),
        }
    moves = {
        Status.WITHDRAWN: lambda: submissions.withdraw(now(), by=earner),
        Status.APPROVED: review(assignment, "met", ""),
        Status.RETURNED: review(assignment, "not_yet", "Add it."),
        Status.DECLINED: decline(assignment),
        Status.SUBMITTED: lambda: reviewing.release(fresh(assignment), by=assignment.reviewer),
    }
    return lambda: now().status, moves


def due_process_moves(submission: Submission, status: Status) -> Moves:
    """What the earner, coordinators and the reader of an appeal do while nobody reviews it."""
    one, other, reader = (
        coordinator_for(submission.badge_class),
        coordinator_for(submission.badge_class),
        reviewer_for(submission.badge_class),
    )

    def confirm_a_hold():
        held = holds.place(fresh(submission), reason=BECAUSE, by=one)
        holds.answer(held, words="They are mine.", by=submission.earner)
        holds.confirm(held, because=BECAUSE, by=other)

    def appeal(outcome):
        made = appeals.appeal(fresh(submission), words="Page four.", by=submission.earner)
        appeals.take(made, by=reader)
        appeals.decide(made, outcome, reasons=BECAUSE, by=reader)

    def send_or_reopen():
        if status in {Status.RETURNED, Status.TAKEN_BACK}:
            submissions.send(fresh(submission), by=submission.earner, statement_accepted=True)
        else:
            reopening.reopen(fresh(submission), reason=BECAUSE, by=one)

    return {
        Status.DECLINED: confirm_a_hold,
        Status.APPROVED: lambda: appeal(AppealOutcome.APPROVE),
        Status.RETURNED: lambda: appeal(AppealOutcome.RETURN),
        Status.SUBMITTED: send_or_reopen,
    }


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def review(assignment, verdict, words, **kwargs):
    judgments = judge_all(assignment, verdict, words)
    return lambda: reviewing.send_review(
        fresh(assignment), by=assignment.reviewer, judgments=judgments, summary=words, **kwargs
    )


def decline(assignment):
    """The reviewer declines, and a second person agrees."""
    second = reviewer_for(assignment.submission.badge_class)
    ask = review(assignment, "met", "Not own work.", decline=True)
    return lambda: second_looks.confirm(ask(), by=second)


def decision_in(status: DecisionStatus) -> tuple[Callable, Moves]:
    """A decline that waits for the second person, or one that is due in ten minutes."""
    assignment = AssignmentFactory(badge_class__issuer__decision_wait_minutes=10)
    submission, second = assignment.submission, reviewer_for(assignment.submission.badge_class)
    decision = review(assignment, "met", "Not own work.", decline=True)()
    now = timezone.now()
    if status == DecisionStatus.DUE:
        second_looks.confirm(fresh(decision), by=second, now=now)

    def put_into_effect():
        if not decisions.put_into_effect(fresh(decision), now=now + timedelta(minutes=10)):
            raise TransitionNotAllowed("It was not due.")

    def recall():
        if not decisions.recall(fresh(assignment), by=assignment.reviewer, now=now):
            raise TransitionNotAllowed("It had been taken back or sent back.")

    def drop():
        submissions.withdraw(fresh(submission), by=submission.earner)
        if fresh(decision).status != DecisionStatus.DROPPED:
            raise TransitionNotAllowed("It had been taken back.")

    return lambda: fresh(decision).status, {
        DecisionStatus.UNCONFIRMED: lambda: second_looks.take_back_confirmation(
            fresh(decision), by=second, now=now
        ),
        DecisionStatus.DUE: lambda: second_looks.confirm(fresh(decision), by=second, now=now),
        DecisionStatus.IN_EFFECT: put_into_effect,
        DecisionStatus.RECALLED: recall,
        DecisionStatus.SENT_BACK: lambda: second_looks.send_back(
            fresh(decision), by=second, note=BECAUSE, now=now
        ),
        DecisionStatus.DROPPED: drop,
    }


def award_in(status: AwardStatus) -> tuple[Callable, Moves]:
    award, by = waiting_award(hours=0), UserFactory()
    if status == AwardStatus.HELD:
        changes.hold(award, by=by, reason=BECAUSE)

    def issue():
        if not issue_batch(now=timezone.now())[0]:
            raise TransitionNotAllowed("Nothing was due.")

    return lambda: fresh(award).status, {
        AwardStatus.HELD: lambda: changes.hold(fresh(award), by=by, reason=BECAUSE),
        AwardStatus.PENDING: lambda: changes.release(fresh(award), by=by),
        AwardStatus.CANCELLED: lambda: changes.cancel(fresh(award), by=by, reason=BECAUSE),
        AwardStatus.ISSUED: issue,
    }


def endorsement_in(status: EndorsementStatus) -> tuple[Callable, Moves]:
    award = issued_award()
    changes.share(award, shows_name=True, items=[])
    offered = offered_endorsement(award)
    return lambda: fresh(offered).status, {
        EndorsementStatus.ACCEPTED: lambda: endorsing.accept(fresh(offered), by=award.recipient),
        EndorsementStatus.DECLINED: lambda: endorsing.decline(fresh(offered), by=award.recipient),
        EndorsementStatus.WITHDRAWN: lambda: endorsing.withdraw(
            fresh(offered), by=offered.endorser
        ),
    }


def list_in(status: ListStatus) -> tuple[Callable, Moves]:
    award_list = checked_list(BadgeFactory(waiting_hours=48), addresses(3))
    by = award_list.made_by
    lists.start(award_list, by=by)
    carry_on_award_lists()  # all rows are awarded
    if status in {ListStatus.UNDOING, ListStatus.HALTED}:
        lists.undo(fresh(award_list), by=by, reason=BECAUSE)
        if status == ListStatus.HALTED:
            lists.halt_undoing(fresh(award_list), by=by)
    elif status != ListStatus.DONE:
        AwardList.objects.update(status=status)

    def undo():
        if status == ListStatus.HALTED:
            return lists.continue_undoing(fresh(award_list), by=by)
        return lists.undo(fresh(award_list), by=by, reason=BECAUSE)

    return lambda: fresh(award_list).status, {
        ListStatus.STOPPED: lambda: lists.stop(fresh(award_list), by=by),
        ListStatus.RUNNING: lambda: lists.resume(fresh(award_list), by=by),
        ListStatus.UNDOING: undo,
        ListStatus.HALTED: lambda: lists.halt_undoing(fresh(award_list), by=by),
        ListStatus.DONE: carry_on_award_lists,
        ListStatus.UNDONE: carry_on_award_lists,
    }


def drawing_in(status: DrawingStatus) -> tuple[Callable, Moves]:
    make = {
        DrawingStatus.ANNOUNCED: drawing_factories.announced,
        DrawingStatus.CLOSED: drawing_factories.closed,
    }
    drawing, by = make[status](), UserFactory()
    if status == DrawingStatus.CLOSED:
        drawing_factories.type_values(drawing)
    return lambda: fresh(drawing).status, {
        DrawingStatus.CLOSED: lambda: drawings.close(fresh(drawing), now=CLOSE),
        DrawingStatus.CANCELLED: lambda: drawings.cancel(fresh(drawing), by=by, reason=BECAUSE),
        DrawingStatus.DRAWN: lambda: draws.draw(fresh(drawing), by=by, now=DRAW),
    }


def win_in(status: WinStatus) -> tuple[Callable, Moves]:
    drawing, by = drawing_factories.drawn(), UserFactory()
    win = Win.objects.earliest("pk")
    late = win.confirm_by
    drawing_factories.type_values(drawing, OTHER_VALUES)
    if status == WinStatus.CONFIRMED:
        prizes.confirm(win, shows_name=False, now=DRAW)
    return lambda: fresh(win).status, {
        WinStatus.CONFIRMED: lambda: prizes.confirm(fresh(win), shows_name=True, now=DRAW),
        WinStatus.DECLINED: lambda: prizes.decline(fresh(win), by=by, now=DRAW),
        WinStatus.LAPSED: lambda: prizes.lapse(fresh(win), now=late),
        WinStatus.COLLECTED: lambda: prizes.collect(fresh(win), by=by, note="By post.", now=DRAW),
        WinStatus.SUPERSEDED: lambda: draws.draw_again(
            fresh(drawing), by=by, reason=BECAUSE, now=DRAW
        ),
    }
