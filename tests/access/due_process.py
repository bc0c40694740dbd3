"""Appeals, holds and a reopening of one place, for its `Records`. `text` gives the words of each.

The submissions keep their own kinds: pages of `submission` and `returned submission` stay as they
are in the world.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from reviewing import operations as reviewing
from reviewing.due_process.operations import appeals, holds, reopening
from reviewing.due_process_querysets import possible_readers
from submissions.models import Submission
from tests.factories import BadgeFactory, SentSubmissionFactory, judge_all, reviewer_for

Words = Callable[[str], str]


def make_due_process(records, text: Words = lambda field: f"Words of {field}.") -> None:
    by = {"by": records.coordinator}
    made = appealed(records, text)
    records.add("appeal", pk=made.pk)
    read = appealed(records, text)
    reader = reviewer_for(read.submission.badge_class)
    appeals.give(read, to=reader, **by)
    records.add("appeal with a reader", pk=read.pk)

    held = holds.place(sent(records), reason=text("IntegrityHold.reason"), **by)
    holds.answer(held, words=text("IntegrityHold.answer"), by=records.earner)
    records.add("hold", pk=held.pk)
    records.add("held submission", public_id=held.submission.public_id)
    lifted = holds.place(sent(records), reason="A doubt.", **by)
    holds.lift(lifted, because=text("IntegrityHold.ended_because"), **by)
    records.add("lifted hold", pk=lifted.pk)
    records.add("lifted submission", public_id=lifted.submission.public_id)

    decided = appealed(records, text)
    reader = possible_readers(decided.submission).exclude(pk=records.coordinator.pk)[0]
    appeals.give(decided, to=reader, **by)
    appeals.decide(decided, "uphold", reasons=text("Appeal.reasons"), by=reader)
    records.add("appealed submission", public_id=decided.submission.public_id)

    again = decide(records, "met")
    reopening.reopen(again, reason=text("Reopening.reason"), **by)
    records.add("reopened submission", public_id=again.public_id)


def appealed(records, text: Words):
    submission = decide(records, "not_yet")
    return appeals.appeal(submission, words=text("Appeal.words"), by=records.earner)


def decide(records, verdict: str) -> Submission:
    submission = sent(records)
    assignment = reviewing.claim(submission, by=records.place.reviewer)
    reviewing.send_review(
        assignment,
        by=records.place.reviewer,
        judgments=judge_all(assignment, verdict, "Please say more."),
        now=timezone.now(),
    )
    return Submission.objects.get(pk=submission.pk)


def sent(records) -> Submission:
    badge = BadgeFactory(issuer=records.issuer)
    return SentSubmissionFactory(earner=records.earner, badge_class=badge)
