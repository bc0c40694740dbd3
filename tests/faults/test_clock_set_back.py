"""The clock of the machine is set back, or was ahead for a while, between any two steps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import UnwantedFile
from audit.operations import delete_unwanted_files
from awarding import tasks as awarding
from awarding.models import PathwaySweep
from catalog.pathways import operations as catalog_pathways
from issuing import tasks as issuing
from issuing.awards.operations import changes
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, StatusList
from issuing.status_lists import operations as status_lists
from mail import tasks as mailing
from mail.models import OutgoingEmail
from reporting import metrics
from reporting.periods import Period
from reviewing import operations as reviewing
from reviewing.models import Assignment
from reviewing.permissions import can_read_evidence
from rewards import tasks as rewards
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Win
from rewards.prizes import operations as prizes
from rewards.states import DrawingStatus
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.issuing.awards import issued_award, offered_endorsement, waiting_award
from tests.races import at_once
from tests.rewards import drawing_factories
from tests.rewards.drawing_factories import CLOSE, DRAW, VALUES

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Clock:
    """Time goes on by a minute with each step; `offset` sets the clock."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.start = timezone.now()

    def __call__(self):
        return self.start + self.offset

    def step(self) -> None:
        self.offset += timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


class Life:
    """A submission from its start to the revocation of the badge, by the real operations."""

    STEPS = (
        "start", "write", "send", "claim", "return", "write", "send", "claim", "approve",
        "issue", "share", "endorse", "accept", "revoke", "start",
    )  # fmt: skip

    def __init__(self) -> None:
        self.badge = BadgeFactory(waiting_hours=0)
        self.earner, self.endorser = UserFactory(), UserFactory()
        self.reviewer = reviewer_for(self.badge)
        self.coordinator = coordinator_for(self.badge)

    @property
    def submission(self) -> Submission:
        return Submission.objects.latest("pk")

    def do(self, step: str) -> None:
        getattr(self, f"_{step}")()

    def pages(self) -> list[tuple[object, str]]:
        """Who looks at what after each step."""
        submission, assignments = self.submission, Assignment.objects.visible_to(self.reviewer)
        awards = Assertion.objects.published()
        return [
            (self.earner, submission.get_absolute_url()),
            (self.earner, "/submissions/"),
            (self.earner, "/my-badges/"),
            (self.earner, self.badge.get_absolute_url()),
            (self.reviewer, reverse("reviewing:queue")),
            (self.reviewer, reverse("reviewing:done")),
            *((self.reviewer, each.get_absolute_url()) for each in assignments),
            (self.coordinator, "/manage/awards/"),
            *((self.coordinator, each.get_absolute_url()) for each in awards),
            *((None, f"/assertions/{each.public_id}") for each in awards),
            *((None, f"/credentials/{each.public_id}") for each in awards.issued()),
        ]

    def _start(self):
        submissions.start(self.badge, by=self.earner)

    def _write(self):
        for criterion in self.badge.current_version.criteria.all():
            submissions.write_text(self.submission, criterion, f"At {timezone.now()}.")

    def _send(self):
        submissions.send(self.submission, by=self.earner, statement_accepted=True)

    def _claim(self):
        self.assignment = reviewing.claim(self.submission, by=self.reviewer)

    def _return(self):
        self._decide("not_yet", "Add the second piece.")

    def _approve(self):
        self._decide("met", "")

    def _decide(self, verdict, comment):
        assignment = Assignment.objects.get(pk=self.assignment.pk)
        judgments = judge_all(assignment, verdict, comment)
        reviewing.send_review(assignment, by=self.reviewer, judgments=judgments)

    def _issue(self):
        issuing.issue_due()
        self.award = Assertion.objects.issued().get()

    def _share(self):
        changes.share(self.award, shows_name=True, items=[])

    def _endorse(self):
        self.award.refresh_from_db()
        self.endorsement = offered_endorsement(self.award, by=self.endorser)

    def _accept(self):
        endorsing.accept(self.endorsement, by=self.earner)

    def _revoke(self):
        changes.revoke(self.award, by=self.coordinator, reason="A mistake.")


@pytest.mark.long
@pytest.mark.parametrize(
    ("jump", "by"), [*((n, -DAY) for n in range(len(Life.STEPS))), (3, 30 * DAY), (9, 30 * DAY)]
)
def test_no_step_of_a_submission_minds_the_clock(clock, jump, by):
    life = Life()
    clients = {user: Client() for user in (life.earner, life.reviewer, life.coordinator, None)}
    for user, client in clients.items():
        if user:
            client.force_login(user)

    for number, step in enumerate(Life.STEPS):
        clock.step()
        if number == jump:
            clock.offset += by
        life.do(step)
        if number not in {jump, jump + 1, len(Life.STEPS) - 1}:
            continue
        for user, address in life.pages():
            response = clients[user].get(address, follow=True)
            assert response.status_code in {200, 410}, (step, address)

    first = Submission.objects.earliest("pk")
    assert [change.to_status for change in first.status_changes.all()] == [
        "submitted", "in_review", "returned", "submitted", "in_review", "approved",
    ]  # fmt: skip
    assert Submission.objects.count() == 2
    assert Assertion.objects.get().status == Assertion.Status.REVOKED
    mailing.send_due_emails()
    assert not OutgoingEmail.objects.exclude(status="sent").exists()


def test_a_reviewer_still_reads_what_was_decided_at_an_earlier_time_than_it_was_sent(clock, client):
    life = Life()
    for step in ("start", "write", "send", "claim"):
        life.do(step)
    clock.offset -= DAY
    life.do("return")
    client.force_login(life.reviewer)
    item = EvidenceItem.objects.filter(attempt__number=1).first()

    page = client.get(life.assignment.get_absolute_url())

    assert page.status_code == 200
    assert page.context["attempt"].number == 1
    assert can_read_evidence(life.reviewer, item)


def test_a_reviewer_does_not_read_the_next_attempt_that_came_at_an_earlier_time(clock):
    """Sent again after the clock was set back, and decided by somebody else."""
    life = Life()
    for step in ("start", "write", "send", "claim", "return"):
        life.do(step)
    clock.offset -= DAY
    for step in ("write", "send"):
        life.do(step)
    other = reviewer_for(life.badge)
    reviewing.claim(life.submission, by=other)
    items = {item.attempt.number: item for item in EvidenceItem.objects.all()}

    assert can_read_evidence(life.reviewer, items[1])
    assert not can_read_evidence(life.reviewer, items[2])
    assert can_read_evidence(other, items[2])


def test_a_decision_before_its_submission_counts_as_no_days(clock):
    life = Life()
    for step in ("start", "write", "send", "claim"):
        life.do(step)
    clock.offset -= 7 * DAY
    life.do("return")
    clock.offset += 8 * DAY

    result = metrics.turn_around([life.badge.agency.pk], period=Period(None, None))

    assert "-" not in str(result)


@pytest.mark.parametrize("ahead", [timedelta(hours=2), DAY, 3650 * DAY])
def test_what_was_due_while_the_clock_was_ahead_does_not_wait_until_then(clock, ahead):
    life = Life()
    clock.offset += ahead
    for step in ("start", "write", "send", "claim", "approve"):
        life.do(step)
    clock.offset -= ahead

    life.do("issue")
    mailing.send_due_emails()

    assert life.award.issued_on <= timezone.now()
    assert OutgoingEmail.objects.filter(kind="badge_issued", status="sent").count() == 1
    assert not OutgoingEmail.objects.exclude(status="sent").exists()


def test_a_waiting_award_still_waits():
    award = waiting_award(hours=48)

    issuing.issue_due()

    award.refresh_from_db()
    assert award.status == Assertion.Status.PENDING


def test_an_email_that_was_tried_while_the_clock_was_ahead_is_tried_again(clock):
    life = Life()
    for step in ("start", "write", "send"):
        life.do(step)
    OutgoingEmail.objects.update(attempts=1, due_at=timezone.now() + 30 * DAY)

    mailing.send_due_emails()

    assert OutgoingEmail.objects.get().status == "sent"


def test_a_status_list_from_the_future_is_signed_again(clock):
    clock.offset += 30 * DAY
    issued_award()
    status_lists.sign_due(now=timezone.now())
    clock.offset -= 30 * DAY

    while status_lists.sign_due(now=timezone.now()):
        pass

    assert StatusList.objects.get().signed_at <= timezone.now()


def test_a_sweep_from_the_future_runs(clock):
    step = BadgeFactory()
    catalog_pathways.create(BadgeFactory(issuer=step.issuer), steps=[step], by=None)
    PathwaySweep.objects.update(due_at=timezone.now() + 30 * DAY)

    awarding.award_pathways()

    assert PathwaySweep.objects.get().due_at == timezone.now() + DAY


@pytest.mark.django_db(transaction=True)
def test_a_file_is_not_deleted_while_it_is_stored_and_the_clock_leaps(kept_files, monkeypatch):
    draft = DraftFactory()
    save = submissions.evidence_files().save

    def leap_and_save(name, content):
        stored = save(name, content)
        [outcome] = at_once(lambda: delete_unwanted_files(now=timezone.now() + DAY))
        assert outcome is None
        return stored

    monkeypatch.setattr(submissions.evidence_files(), "save", leap_and_save)
    item = submissions.add_file(
        draft,
        draft.version.criteria.first(),
        file=ContentFile(b"My plan."),
        file_name="plan.txt",
        content_type="text/plain",
    )

    assert (kept_files / "evidence" / item.file.name).exists()
    assert not UnwantedFile.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize("jump", range(6))
def test_no_step_of_a_drawing_minds_the_clock(clock, client, jump):
    """Announced, entered, closed, drawn, confirmed, passed on: each a day earlier than the last."""
    clock.start, by = drawing_factories.IN_THE_PERIOD - 30 * DAY, UserFactory()
    drawing = drawing_factories.drafted()

    def again() -> Drawing:
        return Drawing.objects.get(pk=drawing.pk)

    def first_win() -> Win:
        return Win.objects.filter(status="told").earliest("pk")

    steps = [
        (drawing_factories.IN_THE_PERIOD - 20 * DAY, lambda: drawings.announce(again(), by=by)),
        (
            drawing_factories.IN_THE_PERIOD,
            lambda: drawing_factories.award_to_many(5, now=timezone.now()),
        ),
        (CLOSE + timedelta(hours=1), rewards.keep_the_calendar),
        (
            DRAW + timedelta(hours=1),
            lambda: drawing_factories.draw_with(again(), values=VALUES, by=by),
        ),
        (DRAW + timedelta(hours=2), lambda: prizes.confirm(first_win(), shows_name=True)),
        (DRAW + 60 * DAY, rewards.keep_the_calendar),
    ]
    for number, (moment, step) in enumerate(steps):
        clock.offset = moment - clock.start
        step()
        if number == jump:
            clock.offset -= 2 * DAY
        rewards.keep_the_calendar()
        assert client.get(drawing.get_absolute_url()).status_code == 200
        assert client.get("/drawings/").status_code == 200

    drawing = again()
    assert drawing.status == DrawingStatus.DRAWN
    assert drawing.lists.count() == drawing.draws.count() == 1
    assert drawing.entries.count() == 5
    letters = OutgoingEmail.objects.filter(kind__startswith="prize").values_list("kind", "key")
    assert len(letters) == len(set(letters))
