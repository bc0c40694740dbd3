"""What may need a coordinator today. A kind of work is one entry of KINDS.

An entry says which rows there are for this coordinator, since when the oldest waits, where the rows
are shown and what can be done with several of them at once. The first page counts exactly the rows
that the link of the number shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.permissions import manages_program
from awarding.models import AwardList, ListUpload
from awarding.states import ListStatus
from issuing.awards.operations import changes
from issuing.models import Assertion
from issuing.states import AwardStatus
from mail import operations as mail
from office.submissions.filters import late, not_read_by
from office.today import rows
from office.today.rows import Line
from privacy.models import PrivacyRequest
from reviewing.models import Appeal, Decision, IntegrityHold
from reviewing.without_reviewer import nobody_can_take, reviewer_is_gone
from rewards.models import Dispute, Drawing, Win
from rewards.states import DrawingStatus, WinStatus
from submissions.models import Submission

# An award that is due is issued within seconds. After this time something is wrong.
ISSUED_WITHIN = timedelta(minutes=30)
# Winners get this long before a coordinator is asked to call them.
ANSWERS_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Act:
    """What can be done with one or many rows. Each is an operation of its own."""

    name: str
    label: Promise
    do: Callable[..., None]


@dataclass(frozen=True)
class Kind:
    name: str
    label: Promise
    what_to_do: Promise
    rows: Callable[[User, datetime], QuerySet]
    since: Combinable
    line: Callable[[object], Line] | None = None
    related: Sequence[str] = ()
    # A page that shows exactly these rows, if there is one already.
    address: str = ""
    query: str = ""
    acts: Sequence[Act] = ()

    def get_absolute_url(self) -> str:
        if self.address:
            return reverse(self.address) + self.query
        return reverse("office:manage_today_rows", args=[self.name])


def _submissions(user: User) -> QuerySet[Submission]:
    return Submission.objects.read_as_coordinator(user)


def _late(user: User, now: datetime) -> QuerySet[Submission]:
    return late(_submissions(user), now=now)


def _awards(user: User) -> QuerySet[Assertion]:
    return Assertion.objects.coordinated_by(user)


def _drawings(user: User) -> QuerySet[Drawing]:
    return Drawing.objects.coordinated_by(user)


def _privacy_requests(user: User, now: datetime) -> QuerySet[PrivacyRequest]:
    """Only for those who answer them."""
    if not manages_program(user):
        return PrivacyRequest.objects.none()
    return PrivacyRequest.objects.decided_by(user).filter(status=PrivacyRequest.Status.OPEN)


OF_AWARD = ("version",)
OF_SUBMISSION = ("submission__version", "submission__earner")

KINDS = [
    Kind(
        "late-submissions",
        _("Late submissions"),
        _("Ask the reviewer, or give them to another one."),
        _late,
        F("due_on"),
        address="office:manage_submissions",
        query="?needs=late&sort=due",
    ),
    Kind(
        "nobody-can-review",
        _("Submissions that nobody can review"),
        _("No reviewer may take them. Give somebody the role at another school."),
        lambda user, now: nobody_can_take(not_read_by(user, _submissions(user))),
        TruncDate("submitted_at"),
        address="office:manage_submissions",
        query="?needs=nobody&sort=sent",
    ),
    Kind(
        "reviewer-is-gone",
        _("Submissions whose reviewer has left"),
        _("The reviewer can’t decide any more. Give them to another one."),
        lambda user, now: reviewer_is_gone(not_read_by(user, _submissions(user))),
        TruncDate("submitted_at"),
        address="office:manage_submissions",
        query="?needs=gone&sort=sent",
    ),
    Kind(
        "declines",
        _("Decisions that need a second person"),
        _("Read the review, then agree or send it back."),
        lambda user, now: Decision.objects.unconfirmed().second_looks_of(user),
        TruncDate("decided_at"),
        rows.decline,
        ("attempt__submission__version", "decided_by"),
    ),
    Kind(
        "appeals-without-reader",
        _("Appeals without a reader"),
        _("Choose somebody who had no part in the decision."),
        lambda user, now: Appeal.objects.coordinated_by(user).without_reader(),
        TruncDate("made_at"),
        rows.appeal,
        OF_SUBMISSION,
    ),
    Kind(
        "late-appeals",
        _("Appeals that are late"),
        _("Ask the reader, or choose another one."),
        lambda user, now: (
            Appeal.objects.coordinated_by(user).open().filter(due_on__lt=timezone.localdate(now))
        ),
        F("due_on"),
        rows.appeal,
        OF_SUBMISSION,
    ),
    Kind(
        "holds",
        _("Holds to lift or confirm"),
        _("The educator has answered, or the time to answer is over."),
        lambda user, now: IntegrityHold.objects.coordinated_by(user).to_settle(now=now),
        TruncDate("placed_at"),
        rows.hold,
        OF_SUBMISSION,
    ),
    Kind(
        "held-awards",
        _("Awards on hold"),
        _("Release them, or cancel them with a reason."),
        lambda user, now: _awards(user).filter(status=AwardStatus.HELD),
        TruncDate("created_at"),
        rows.held_award,
        OF_AWARD,
        acts=[Act("release", _("Release"), changes.release)],
    ),
    Kind(
        "overdue-awards",
        _("Awards that should have been issued"),
        _("The worker or a key is in the way. Tell the operator."),
        lambda user, now: _awards(user).filter(
            status=AwardStatus.PENDING, due_at__lt=now - ISSUED_WITHIN
        ),
        TruncDate("due_at"),
        rows.award,
        OF_AWARD,
    ),
    Kind(
        "lists-with-questions",
        _("Uploaded lists with open questions"),
        _("Say what their columns mean, or they are deleted."),
        lambda user, now: ListUpload.objects.coordinated_by(user).open().defer("content"),
        TruncDate("made_at"),
        rows.upload,
        ("badge_class__current_version", "made_by"),
    ),
    Kind(
        "lists-to-award",
        _("Lists that are ready to be awarded"),
        _("Read their problems, then award or discard them."),
        lambda user, now: AwardList.objects.coordinated_by(user).filter(status=ListStatus.CHECKED),
        TruncDate("made_at"),
        rows.award_list,
        ("badge_class__current_version", "made_by"),
    ),
    Kind(
        "disputes",
        _("Disputes without an answer"),
        _("Answer them before the draw."),
        lambda user, now: Dispute.objects.filter(drawing__in=_drawings(user), answered_at=None),
        TruncDate("created_at"),
        rows.dispute,
        ("drawing",),
    ),
    Kind(
        "drawings-to-close",
        _("Drawings that should have closed"),
        _("The worker closes them. Tell the operator that it does not."),
        lambda user, now: _drawings(user).due_to_close(now=now),
        TruncDate("rules__closes_at"),
        rows.drawing,
        ("rules",),
    ),
    Kind(
        "drawings-to-draw",
        _("Drawings to draw"),
        _("Draw the winners."),
        lambda user, now: _drawings(user).filter(
            status=DrawingStatus.CLOSED, rules__draws_at__lte=now
        ),
        TruncDate("rules__draws_at"),
        rows.drawing_to_draw,
        ("rules",),
    ),
    Kind(
        "silent-winners",
        _("Winners who have not answered"),
        _("Call or write to them before the prize goes to the next person."),
        lambda user, now: Win.objects.revealed().filter(
            draw__drawing__in=_drawings(user),
            draw__drawing__status=DrawingStatus.DRAWN,
            status=WinStatus.TOLD,
            told_at__lt=now - ANSWERS_WITHIN,
        ),
        TruncDate("told_at"),
        rows.win,
        ("draw__drawing", "prize", "line__entry__user"),
    ),
    Kind(
        "failed-emails",
        _("Emails that were refused"),
        _("Check the address with the person, then send them again."),
        lambda user, now: rows.refused_emails(user),
        TruncDate("queued_at"),
        rows.email,
        acts=[Act("resend", _("Send again"), mail.retry_email)],
    ),
    Kind(
        "workplaces",
        _("Workplaces to confirm"),
        _("Say whether these people work there."),
        lambda user, now: Membership.objects.coordinated_by(user).workplaces().unconfirmed(),
        TruncDate("begun_at"),
        address="accounts:manage_people",
    ),
    Kind(
        "privacy-requests",
        _("Privacy requests"),
        _("Answer them before they are due: erase, refuse, or put on hold with a reason."),
        _privacy_requests,
        TruncDate("asked_at"),
        address="privacy:manage_requests",
        query="?status=open",
    ),
]
BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class Count:
    kind: Kind
    number: int
    oldest: date | None
