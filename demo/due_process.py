"""Creates an appeal that waits for a reader, one that was decided, and a hold that was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from accounts.models import User
from mail.models import OutgoingEmail
from reviewing.due_process import appealable
from reviewing.due_process.operations import appeals, holds
from reviewing.models import Appeal
from reviewing.states import AppealOutcome
from submissions.models import Submission
from submissions.states import Status

APPEALED = (
    "The comment says that a part is missing. It is there, on the third page of the second file."
    " Please read that page again."
)
ALSO_APPEALED = (
    "I think the last page of my file was overlooked, since its first page is from the year before."
)
REASONS = (
    "I read the whole file again, the last page, too. It is good work, but it does not answer the"
    " comment yet. Please send it again with that added: you are close."
)
DOUBT = (
    "The pictures of student work are the same as in a submission from another school last spring."
    " Please tell us how that came about."
)
EXPLAINED = (
    "We plan together across both schools and shared the three comics; my class made them. I can"
    " send the originals with the dates."
)


def create_due_process(*, readers: Iterable[User], by: User, now: datetime) -> None:
    """Where a program is too small to have a submission for each, something is left out."""
    waiting, decided, *_ = (*_returned(now), None, None)
    if waiting:
        _appeal(waiting, APPEALED, now=now - timedelta(hours=20))
    if decided:
        made = _appeal(decided, ALSO_APPEALED, now=now - timedelta(hours=30))
        _uphold(made, readers, now=now - timedelta(hours=5))
    placed_at, answered_at = now - timedelta(hours=46), now - timedelta(hours=7)
    if held := _others(Status.SUBMITTED).filter(attempts__sent_at__lt=placed_at).first():
        with _emails_dated(placed_at):
            hold = holds.place(held, reason=DOUBT, by=by, now=placed_at)
        with _emails_dated(answered_at):
            holds.answer(hold, words=EXPLAINED, by=held.earner, now=answered_at)


def _others(status: Status) -> QuerySet[Submission]:
    """Not those of the accounts that visitors sign in with."""
    found = Submission.objects.filter(status=status).order_by("pk")
    return found.exclude(earner__email__endswith="@demo.example")


def _returned(now: datetime) -> list[Submission]:
    """Returned at least two days ago, and there is time to appeal."""
    return [
        one
        for one in _others(Status.RETURNED)
        if (latest := appealable.latest(one))
        and latest.about.ended_at <= now - timedelta(days=2)
        and now < latest.until
    ]


def _appeal(submission: Submission, words: str, *, now: datetime) -> Appeal:
    with _emails_dated(now):
        return appeals.appeal(submission, words=words, by=submission.earner, now=now)


def _uphold(made: Appeal, readers: Iterable[User], *, now: datetime) -> None:
    """By the first of these people who had no part in it."""
    this = Appeal.objects.filter(pk=made.pk)
    reader = next((one for one in readers if this.readable_by(one).exists()), None)
    if reader:
        with _emails_dated(now):
            appeals.take(made, by=reader, now=now)
            appeals.decide(made, AppealOutcome.UPHOLD, reasons=REASONS, by=reader, now=now)


@contextmanager
def _emails_dated(moment: datetime) -> Iterator[None]:
    """What is queued within is dated as if it had been queued at that moment."""
    last = OutgoingEmail.objects.aggregate(last=Max("pk"))["last"] or 0
    yield
    OutgoingEmail.objects.filter(pk__gt=last).update(queued_at=moment, due_at=moment)
