"""Two different decisions at the same moment: one counts, and the other person reads why not."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from awarding.states import LIST_TRANSITIONS
from issuing.states import ENDORSEMENT_MOVES
from issuing.states import TRANSITIONS as AWARD_MOVES
from reviewing import operations as reviewing
from reviewing.decisions import operations as decisions
from reviewing.due_process.operations import appeals, holds, reopening
from reviewing.states import DECISION_TRANSITIONS
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.states import TRANSITIONS as DRAWING_MOVES
from rewards.states import WIN_TRANSITIONS, WinStatus
from submissions.states import TRANSITIONS as SUBMISSION_MOVES
from tests.faults.moves import (
    award_in,
    decision_in,
    drawing_in,
    endorsement_in,
    list_in,
    submission_in,
    win_in,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (
    TransitionNotAllowed,
    reviewing.AlreadyDecided,
    decisions.TooLate,
    reviewing.AlreadyTaken,
    appeals.AlreadyAppealed,
    appeals.NotUninvolved,
    holds.AlreadyHeld,
    reopening.AppealIsOpen,
    appeals.HoldIsOpen,
    draws.AlreadyDrawn,
    drawings.NotReady,
)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setattr("celery.canvas.Signature.delay", lambda *args, **kwargs: None)


TABLES = {
    "submission": (SUBMISSION_MOVES, submission_in),
    "decision": (DECISION_TRANSITIONS, decision_in),
    "award": (AWARD_MOVES, award_in),
    "endorsement": (ENDORSEMENT_MOVES, endorsement_in),
    "list": (LIST_TRANSITIONS, list_in),
    "drawing": (DRAWING_MOVES, drawing_in),
    "win": (WIN_TRANSITIONS, win_in),
}
FORKS = [
    pytest.param(kind, status, one, other, id=f"{kind}: {status.value}, {one.value}/{other.value}")
    for kind, (table, _arrange) in TABLES.items()
    for status, exits in table.items()
    if len(exits) > 1
    for one, other in combinations_with_replacement(sorted(exits), 2)
]


@pytest.mark.long
@pytest.mark.parametrize(("kind", "status", "one", "other"), FORKS)
def test_of_two_decisions_at_the_same_moment_the_second_follows_or_is_refused(
    kind, status, one, other
):
    table, arrange = TABLES[kind]
    current, moves = arrange(status)
    before = AuditEntry.objects.count()
    assert current() == status

    outcomes = at_once(moves[one], moves[other])

    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert all(isinstance(each, REFUSALS) for each in refused), outcomes
    assert len(refused) < 2, outcomes
    reached = current()
    if refused:
        (done,) = (
            {one, other}
            if one == other
            else {
                move
                for move, outcome in zip((one, other), outcomes, strict=True)
                if not isinstance(outcome, Exception)
            }
        )
        assert reached in {done, *table[done]}
    else:
        # One after the other, both allowed; or a task that found nothing to do, or that went on
        # with what the other one had begun.
        assert reached in {one, other, *table[one], *table[other]}
        is_allowed = other in table[one] or one in table[other] or one == other
        # A draw is repeated also when this prize was declined; a worker finds no list to carry on.
        assert is_allowed or kind == "list" or WinStatus.SUPERSEDED in {one, other}
    assert AuditEntry.objects.count() - before < 8


def test_every_table_of_moves_with_a_fork_is_raced():
    kinds = {param.values[0] for param in FORKS}

    assert kinds == set(TABLES)
    assert len(FORKS) > 40
