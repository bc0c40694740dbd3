"""Each scheme with each answer of each reader, and each move of a decision under each scheme.

What has to come out is written down here a second time, so that the rules are compared with a
table and not with themselves.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from audit.moves import TransitionNotAllowed
from catalog.states import ReviewScheme
from reviewing.decisions import operations as decisions
from reviewing.models import Decision, Place
from reviewing.second_looks import operations as second_looks
from reviewing.states import DECISION_TRANSITIONS, DecisionStatus, Outcome
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import BadgeFactory, reviewer_for
from tests.reviewing.readers import opens_the_others, reads, sends, sent_for, with_wait

pytestmark = [pytest.mark.django_db, pytest.mark.long]

ONE, APPROVER, TWO = (
    ReviewScheme.ONE_READER, ReviewScheme.READER_AND_APPROVER, ReviewScheme.TWO_READERS,
)  # fmt: skip
ENDS = {
    Outcome.APPROVE: Status.APPROVED,
    Outcome.RETURN: Status.RETURNED,
    Outcome.DECLINE: Status.DECLINED,
}
WAIT = 10


def cases():
    """Scheme, and what its readers answer; a third one only where the two differ."""
    for scheme, answer in product([ONE, APPROVER], Outcome):
        yield scheme, (answer,)
    for first, second in product(Outcome, repeat=2):
        if first == second:
            yield TWO, (first, second)
        else:
            for third in Outcome:
                yield TWO, (first, second, third)


def name_of(case):
    scheme, answers = case
    return f"{scheme.value}: {', '.join(answer.value for answer in answers)}"


def sent(scheme):
    return sent_for(BadgeFactory(review_scheme=scheme, issuer=with_wait(WAIT)))


def answers_as_reader(submission, answer, *, third=False):
    assignment = reads(submission)
    lacking = (0,) if answer == Outcome.RETURN else ()
    if third:
        opens_the_others(assignment, lacking)
    decision = sends(assignment, lacking, decline=answer == Outcome.DECLINE)
    return assignment, decision


def needs_second_person(scheme, answers):
    """A decline needs a second person who also wants it; an approver agrees to everything."""
    if scheme == APPROVER:
        return True
    return answers[-1] == Outcome.DECLINE and answers[:-1].count(Outcome.DECLINE) == 0


@pytest.mark.parametrize("case", cases(), ids=name_of)
def test_every_answer_of_every_reader_leads_where_the_scheme_says(case):
    scheme, answers = case
    submission = sent(scheme)
    assert Place.objects.count() == (2 if scheme == TWO else 1)

    for number, answer in enumerate(answers, start=1):
        assert not Decision.objects.exists()
        _assignment, decision = answers_as_reader(submission, answer, third=number == 3)

    assert Place.objects.count() == len(answers)
    assert decision.outcome == answers[-1]
    assert decision.rests_on.count() == len(answers)
    waits = needs_second_person(scheme, answers)
    assert decision.status == (DecisionStatus.UNCONFIRMED if waits else DecisionStatus.DUE)
    if waits:
        second_looks.confirm(decision, by=reviewer_for(submission.badge_class))
    assert Submission.objects.get().status == Status.IN_REVIEW, "the earner learns nothing yet"
    decisions.put_due_into_effect(now=timezone.now() + timedelta(minutes=WAIT + 1))
    assert Submission.objects.get().status == ENDS[answers[-1]]


# --- Each move of a decision, from its table

# How a decision comes to wait under each scheme. That of a third reader can be taken back, as that
# of a single one; `test_two_readers.py` has those of two who agree, which cannot.
UNCONFIRMED = {
    ONE: (Outcome.DECLINE,),
    APPROVER: (Outcome.APPROVE,),
    TWO: (Outcome.APPROVE, Outcome.RETURN, Outcome.DECLINE),
}
# The moves by which a decision that waits comes to each status.
WAYS = {
    DecisionStatus.UNCONFIRMED: [],
    DecisionStatus.DUE: [DecisionStatus.DUE],
    DecisionStatus.IN_EFFECT: [DecisionStatus.DUE, DecisionStatus.IN_EFFECT],
    DecisionStatus.RECALLED: [DecisionStatus.RECALLED],
    DecisionStatus.SENT_BACK: [DecisionStatus.SENT_BACK],
    DecisionStatus.DROPPED: [DecisionStatus.DROPPED],
}
REFUSALS = (
    decisions.AlreadyDecided,
    decisions.TooLate,
    second_looks.NotASecondPerson,
    TransitionNotAllowed,
)


class Case:
    """A decision in a status, and everything that somebody could do with it."""

    def __init__(self, scheme, status):
        self.submission = sent(scheme)
        for number, answer in enumerate(UNCONFIRMED[scheme], start=1):
            self.assignment, decision = answers_as_reader(
                self.submission, answer, third=number == 3
            )
        self.decision = decision
        self.second = reviewer_for(self.submission.badge_class)
        self.now = timezone.now()
        for step in WAYS[status]:
            self.do(step)
        assert self.status == status

    @property
    def status(self):
        return DecisionStatus(Decision.objects.get(pk=self.decision.pk).status)

    def do(self, move):
        decision = Decision.objects.get(pk=self.decision.pk)
        submission = Submission.objects.get(pk=self.submission.pk)
        match move:
            case DecisionStatus.DUE:
                second_looks.confirm(decision, by=self.second, now=self.now)
            case DecisionStatus.UNCONFIRMED:
                second_looks.take_back_confirmation(decision, by=self.second, now=self.now)
            case DecisionStatus.RECALLED:
                decisions.recall(
                    type(self.assignment).objects.get(pk=self.assignment.pk),
                    by=self.assignment.reviewer,
                    now=self.now,
                )
            case DecisionStatus.SENT_BACK:
                second_looks.send_back(decision, by=self.second, note="Look again.", now=self.now)
            case DecisionStatus.DROPPED:
                submissions.withdraw(submission, by=submission.earner, now=self.now)
            case DecisionStatus.IN_EFFECT:
                decisions.put_due_into_effect(now=self.now + timedelta(minutes=WAIT + 1))


MOVES = [
    pytest.param(scheme, status, move, id=f"{scheme.value}: {status.value} to {move.value}")
    for scheme, status, move in product(ReviewScheme, DecisionStatus, DecisionStatus)
    if status != move
]


@pytest.mark.parametrize(("scheme", "status", "move"), MOVES)
def test_every_move_of_a_decision_is_made_or_refused_as_its_table_says(scheme, status, move):
    case = Case(scheme, status)

    try:
        case.do(move)
    except REFUSALS:
        assert case.status == status
        assert move not in DECISION_TRANSITIONS[status]
    else:
        # A worker that finds nothing due does nothing, and says nothing.
        moved = case.status != status
        assert moved == (move in DECISION_TRANSITIONS[status])
        assert case.status == (move if moved else status)


def test_every_status_and_every_scheme_is_walked():
    walked = {(param.values[0], param.values[1]) for param in MOVES}

    assert {scheme for scheme, _status in walked} == set(ReviewScheme)
    assert {status for _scheme, status in walked} == set(DECISION_TRANSITIONS)
