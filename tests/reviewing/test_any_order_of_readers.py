"""Random moves by random people, under every scheme: what must hold holds after each of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.moves import TransitionNotAllowed
from issuing.models import Assertion
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.assigning import operations as assigning
from reviewing.decisions import operations as decisions
from reviewing.models import Assignment, Decision, Place, Review
from reviewing.schemes import operations as schemes
from reviewing.schemes.others import shown_to
from reviewing.second_looks import operations as second_looks
from reviewing.states import COUNTING_DECISIONS, DecisionStatus
from submissions import operations as submissions
from submissions.models import Attempt, Submission
from submissions.states import Status
from tests.factories import BadgeFactory, coordinator_for, reviewer_for
from tests.reviewing.readers import judging, sends, sent_for, with_wait

pytestmark = pytest.mark.django_db

RULES = {
    "one reader": {},
    "a reader and an approver": {"review_scheme": "approver"},
    "two readers": {"review_scheme": "two_readers"},
    "read twice by rules": {
        "second_reading_share": 50,
        "second_reading_of_new_reviewers": 1,
        "second_reading_of_declines": True,
    },
}
REFUSALS = (
    TransitionNotAllowed,
    operations.AlreadyTaken,
    operations.ReviewerNotAllowed,
    operations.AlreadyDecided,
    submissions.AlreadyBeingRead,
    decisions.TooLate,
    second_looks.NotASecondPerson,
    decisions.DecidedTogether,
    schemes.EvidenceFirst,
    schemes.OthersNotRead,
)
MOVES = [
    *["claim", "send"] * 4,
    *["find_lacking", "decline", "draft", "open", "recall", "release", "confirm", "unconfirm"],
    *["send_back", "wait", "assign", "take_away", "withdraw", "send_in", "think_again"],
]
STEPS = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 3)), min_size=8, max_size=22)


class Walk:
    """One submission, four reviewers and a coordinator."""

    def __init__(self, rules) -> None:
        badge_class = BadgeFactory(issuer=with_wait(10), **rules)
        self.submission = sent_for(badge_class)
        self.people = [reviewer_for(badge_class) for _ in range(4)]
        self.coordinator = coordinator_for(badge_class)
        self.now = timezone.now()
        self.sent: dict[int, tuple] = {}

    def step(self, move: str, who: int) -> None:
        self.now += timedelta(minutes=1)
        self.submission = Submission.objects.get(pk=self.submission.pk)
        try:
            with transaction.atomic():
                getattr(self, move)(self.people[who])
        except REFUSALS:
            pass

    def own(self, person):
        kept = Assignment.objects.filter(reviewer=person).order_by("-pk")
        return kept.filter(released_at=None).first() or kept.first()

    def claim(self, person):
        operations.claim(self.submission, by=person, now=self.now)

    def send(self, person, not_yet=(), **kwargs):
        if assignment := self.own(person):
            sends(assignment, not_yet, now=self.now, **kwargs)

    def find_lacking(self, person):
        self.send(person, (0,))

    def decline(self, person):
        self.send(person, decline=True)

    def draft(self, person):
        if assignment := self.own(person):
            operations.save_draft(assignment, by=person, judgments=judging(assignment))

    def open(self, person):
        if assignment := self.own(person):
            schemes.show_others(assignment, by=person, now=self.now)

    def recall(self, person):
        if assignment := self.own(person):
            decisions.recall(assignment, by=person, now=self.now)

    def release(self, person):
        if assignment := self.own(person):
            operations.release(assignment, by=person, now=self.now)

    def confirm(self, person):
        for decision in Decision.objects.all():
            second_looks.confirm(decision, by=person, now=self.now)

    def unconfirm(self, person):
        for decision in Decision.objects.all():
            second_looks.take_back_confirmation(decision, by=person, now=self.now)

    def send_back(self, person):
        for decision in Decision.objects.all():
            second_looks.send_back(decision, by=person, note="Look again.", now=self.now)

    def wait(self, _person):
        self.now += timedelta(minutes=10)
        decisions.put_due_into_effect(now=self.now)

    def assign(self, person):
        assigning.assign(
            self.submission, to=person, by=self.coordinator, now=self.now, reason="Away."
        )

    def take_away(self, _person):
        assigning.take_away(self.submission, by=self.coordinator, now=self.now, reason="Away.")

    def withdraw(self, _person):
        submissions.withdraw(self.submission, by=self.submission.earner, now=self.now)

    def think_again(self, _person):
        submissions.take_back(self.submission, by=self.submission.earner, now=self.now)

    def send_in(self, _person):
        submissions.send(
            self.submission, by=self.submission.earner, statement_accepted=True, now=self.now
        )

    def check(self) -> None:
        self.check_promises()
        status = Submission.objects.get(pk=self.submission.pk).status
        active = Assignment.objects.active()
        assert active.exists() == (status == Status.IN_REVIEW)
        if status == Status.SUBMITTED:
            assert Place.objects.open().filter(attempt__submission=self.submission).exists()
        for attempt in Attempt.objects.exclude(sent_at=None):
            self.check_attempt(attempt)
        for assignment in active:
            self.check_hidden(assignment)

    def check_promises(self) -> None:
        """Rules of the product: nothing is lost, once, history stays, and it is fair."""
        submission = Submission.objects.get(pk=self.submission.pk)
        moves = list(submission.status_changes.values_list("from_status", "to_status"))
        assert [to for _from, to in moves[:-1]] == [start for start, _to in moves[1:]]
        assert moves[-1][1] == submission.status
        assert Assertion.objects.count() == (submission.status == Status.APPROVED)
        for review in Review.objects.sent().prefetch_related("judgments"):
            written = (review.summary, review.decision, sorted(
                (one.criterion_id, one.verdict, one.comment) for one in review.judgments.all()
            ))  # fmt: skip
            assert self.sent.setdefault(review.pk, written) == written
        assert set(self.sent) <= set(Review.objects.sent().values_list("pk", flat=True))
        kinds = ["submission_returned", "submission_declined"]
        told = OutgoingEmail.objects.filter(kind__in=kinds, to=submission.earner.email).count()
        assert told == sum(to in {Status.RETURNED, Status.DECLINED} for _from, to in moves)
        earner = submission.earner
        assert not Assignment.objects.filter(reviewer__person_key=earner.person_key).exists()
        assert not OutgoingEmail.objects.filter(to=earner.email, kind__startswith="review").exists()

    def check_attempt(self, attempt) -> None:
        counting = attempt.decisions.filter(status__in=COUNTING_DECISIONS)
        sent, finished = attempt.reviews.sent(), attempt.reviews.of_places()
        in_effect = counting.filter(status=DecisionStatus.IN_EFFECT).first()
        assert counting.count() <= 1
        assert [review.pk for review in sent] == ([in_effect.shown_review.pk] if in_effect else [])
        for decision in counting:
            assert set(decision.rests_on.all()) == set(finished)
            assert len(finished) == attempt.places.count()
            assert decision.outcome == decision.review.decision
            if decision.outcome == "decline" or decision.needs_approver:
                assert bool(decision.confirmed_by) == (decision.status != "unconfirmed")
        readers = [one.person_key for one in attempt_readers(attempt)]
        assert len(readers) == len(set(readers))

    def check_hidden(self, assignment) -> None:
        shown = shown_to(assignment).reviews
        own = assignment.review
        if own is None or (own.finished_at is None and own.others_shown_at is None):
            assert shown == []
        assert all(other.review.finished_at for other in shown)


def attempt_readers(attempt):
    kept = Assignment.objects.filter(place__attempt=attempt, released_at=None)
    return [one.reviewer for one in kept.select_related("reviewer")]


@pytest.mark.long
@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_people_do_in_whatever_order(rules, steps):
    with transaction.atomic():
        walk = Walk(rules)
        walk.check()
        for move, who in steps:
            walk.step(move, who)
            walk.check()
        assert Review.objects.sent().count() <= walk.submission.attempts.count()
        transaction.set_rollback(True)
