"""A decline waits for a second person, who confirms it or sends it back with a note."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, InternalError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from audit.models import AuditEntry
from audit.moves import ReasonMissing
from mail.composing import compose
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.automatic.operations import reminders
from reviewing.decisions import operations as decisions
from reviewing.decisions.operations import AlreadyDecided, TooLate
from reviewing.models import Assignment, Decision, Review
from reviewing.permissions import can_read_evidence
from reviewing.second_looks import operations as second_looks
from reviewing.second_looks.operations import NotASecondPerson
from reviewing.states import DecisionStatus
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from submissions.states import Status
from tests.factories import (
    BadgeFactory,
    IssuerFactory,
    MembershipFactory,
    SchoolFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.reviewing.pages import QUEUE, body, review_url

pytestmark = pytest.mark.django_db
WAIT = timedelta(minutes=10)
BECAUSE = "It is a copy of a lesson that is for sale."


@pytest.fixture
def badge_class():
    return BadgeFactory(issuer=IssuerFactory(decision_wait_minutes=10))


@pytest.fixture
def decline(assignment):
    return ask_to_decline(assignment)


@pytest.fixture
def other(badge_class):
    return reviewer_for(badge_class)


def ask_to_decline(assignment, **kwargs):
    return operations.send_review(
        assignment,
        by=assignment.reviewer,
        judgments=judge_all(assignment, "not_yet", "Not your own."),
        summary=BECAUSE,
        decline=True,
        **kwargs,
    )


def look_url(decision, what=""):
    return f"/reviews/second-looks/{decision.pk}/{what}"


def status():
    return Submission.objects.get().status


def joins(user, agency, role=Membership.Role.EARNER):
    MembershipFactory(user=user, agency=agency, role=role)


def test_a_decline_waits_for_a_second_person_and_then_for_its_minutes(decline, other):
    now = timezone.now()
    far = now + timedelta(days=9)

    alone = decisions.put_due_into_effect(now=far)
    second_looks.confirm(decline, by=other, now=now)
    early = decisions.put_due_into_effect(now=now)
    before = (status(), Review.objects.sent().count())
    later = [decisions.put_due_into_effect(now=now + WAIT) for _ in range(2)]

    assert (alone, early, later) == ((0, []), (0, []), [(1, []), (0, [])])
    assert before == (Status.IN_REVIEW, 0)
    assert status() == Status.DECLINED
    assert Review.objects.sent().get().summary == BECAUSE
    assert OutgoingEmail.objects.filter(kind="submission_declined").count() == 1
    assert decline.confirmed_by == other


def test_others_find_it_in_their_queue_read_the_reason_and_agree(client, decline, other):
    client.force_login(other)
    queue = body(client.get(QUEUE))
    page = body(client.get(look_url(decline)))

    answer = client.post(look_url(decline, "confirm/"), follow=True)

    assert "Decisions that need a second person" in queue
    assert look_url(decline) in queue
    assert BECAUSE in page
    assert "What I did for Plan a lesson." in page
    assert "You agreed. It is declined at" in body(answer)
    decline.refresh_from_db()
    assert (decline.status, decline.confirmed_by) == (DecisionStatus.DUE, other)
    assert AuditEntry.objects.get(act="decline confirmed").actor == other


def test_coordinators_find_it_on_their_overview_and_with_the_submission(client, decline):
    coordinator = coordinator_for(decline.submission.badge_class)
    client.force_login(coordinator)
    submission = reverse("submissions:manage_submission", args=[decline.submission.public_id])

    overview = body(client.get(reverse("reporting:manage_overview")))
    detail = body(client.get(submission))
    looks = body(client.get(reverse("reviewing:second_looks")))

    assert "1 decision needs a second person who agrees." in overview
    assert "A reviewer wants to decline this." in detail
    assert (
        detail.count("A second person acts next: a reviewer wants to decline it. The answer") == 2
    )
    assert "The reviewer who claimed it acts next." not in detail
    assert look_url(decline) in detail
    assert look_url(decline) in looks
    assert client.get(look_url(decline)).status_code == 200


def test_the_second_person_sends_it_back_with_a_note(client, assignment, reviewer, decline, other):
    client.force_login(other)
    empty = client.post(look_url(decline, "send-back/"), {"note": " "})
    client.post(look_url(decline, "send-back/"), {"note": "It is her own: see <the video>."})

    client.force_login(reviewer)
    page = body(client.get(review_url(assignment)))

    assert empty.status_code == 422
    assert "Write the reviewer a sentence" in body(empty)
    assert "It is her own: see &lt;the video&gt;." in page
    assert page.count("Not your own.") == 3
    assert status() == Status.IN_REVIEW
    entry = AuditEntry.objects.get(act="decline sent back")
    assert (entry.actor, entry.note) == (other, "It is her own: see <the video>.")
    message = compose(OutgoingEmail.objects.get(kind="decline_sent_back"))
    assert message.to == [reviewer.email]
    assert "the video" not in message.body
    assert review_url(assignment) in message.body
    decided = operations.send_review(
        assignment, by=reviewer, judgments=judge_all(assignment), summary="", now=timezone.now()
    )
    decisions.put_due_into_effect(now=decided.takes_effect_at)
    assert status() == Status.APPROVED


def test_sent_back_to_someone_who_left_it_returns_to_the_queue(assignment, decline, other):
    type(assignment.reviewer).objects.filter(pk=assignment.reviewer.pk).update(is_active=False)
    decline.decided_by.refresh_from_db()

    second_looks.send_back(decline, by=other, note="Read it again.")

    assert status() == Status.SUBMITTED
    assert not Assignment.objects.active().exists()
    assert not OutgoingEmail.objects.filter(kind="decline_sent_back").exists()
    assert operations.claim(Submission.objects.get(), by=other)


def test_the_second_person_takes_the_confirmation_back(client, decline, other):
    client.force_login(other)
    client.post(look_url(decline, "confirm/"))

    client.post(look_url(decline, "unconfirm/"))

    decline.refresh_from_db()
    assert (decline.status, decline.confirmed_by, decline.takes_effect_at) == (
        DecisionStatus.UNCONFIRMED, None, None,
    )  # fmt: skip
    assert decisions.put_due_into_effect(now=timezone.now() + timedelta(days=1)) == (0, [])
    second_looks.confirm(decline, by=other, now=timezone.now() - WAIT)
    with pytest.raises(TooLate):
        second_looks.take_back_confirmation(decline, by=other)


def test_the_reviewer_takes_it_back_before_and_after_it_is_confirmed(assignment, decline, other):
    assert decisions.recall(assignment, by=assignment.reviewer)
    again = ask_to_decline(assignment)
    second_looks.confirm(again, by=other)

    assert decisions.recall(assignment, by=assignment.reviewer)
    assert decisions.put_due_into_effect(now=timezone.now() + timedelta(days=1)) == (0, [])
    assert status() == Status.IN_REVIEW


# --- Who may be the second person -----------------------------------------------------------------


def the_reviewer(decline):
    return decline.decided_by


def a_reviewer_who_is_the_earner(decline):
    earner = decline.submission.earner
    joins(earner, decline.submission.badge_class.issuer.agency, Membership.Role.REVIEWER)
    return earner


def a_coordinator_who_is_the_earner(decline):
    earner = decline.submission.earner
    joins(earner, decline.submission.badge_class.issuer.agency, Membership.Role.COORDINATOR)
    return earner


def a_colleague(decline):
    colleague, school = coordinator_for(decline.submission.badge_class), SchoolFactory()
    joins(colleague, school)
    joins(decline.submission.earner, school)
    return colleague


def the_reviewer_as_coordinator(decline):
    agency = decline.submission.badge_class.issuer.agency
    joins(decline.decided_by, agency, Membership.Role.COORDINATOR)
    return decline.decided_by


def a_reviewer_elsewhere(decline):
    return reviewer_for(BadgeFactory())


def somebody_who_left(decline):
    left = reviewer_for(decline.submission.badge_class)
    Membership.objects.filter(user=left).update(ended_at=timezone.now())
    return left


@pytest.mark.parametrize(
    "who",
    [
        the_reviewer, the_reviewer_as_coordinator, a_reviewer_who_is_the_earner,
        a_coordinator_who_is_the_earner, a_colleague, a_reviewer_elsewhere, somebody_who_left,
    ],
)  # fmt: skip
def test_nobody_without_the_right_or_with_a_conflict_is_the_second_person(client, decline, who):
    person = who(decline)
    client.force_login(person)
    item = EvidenceItem.objects.filter(attempt=decline.attempt).first()

    answers = [
        client.get(look_url(decline)).status_code,
        *(client.post(look_url(decline, what)).status_code for what in ("confirm/", "send-back/")),
    ]
    listed = client.get(reverse("reviewing:second_looks"))

    assert set(answers) <= {403, 404}
    assert look_url(decline) not in body(listed)
    for act in (second_looks.confirm, second_looks.take_back_confirmation):
        with pytest.raises(NotASecondPerson):
            act(decline, by=person)
    with pytest.raises(NotASecondPerson):
        second_looks.send_back(decline, by=person, note="No.")
    if who in (a_colleague, a_reviewer_elsewhere, somebody_who_left):
        assert not can_read_evidence(person, item)
    assert person not in second_looks.people_asked(decline)


def test_the_database_refuses_them_too(decline):
    colleague = a_colleague(decline)
    now = timezone.now()
    due = {"status": "due", "takes_effect_at": now, "confirmed_at": now}
    rows = Decision.objects.filter(pk=decline.pk)

    for person, error in (
        (decline.decided_by, IntegrityError),
        (decline.submission.earner, InternalError),
        (colleague, InternalError),
    ):
        with pytest.raises(error), transaction.atomic():
            rows.update(confirmed_by=person, **due)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="due", takes_effect_at=now)


def test_the_second_person_reads_the_evidence_until_it_takes_effect(decline, other):
    item = EvidenceItem.objects.filter(attempt=decline.attempt).first()
    third = reviewer_for(decline.submission.badge_class)

    asked = [can_read_evidence(person, item) for person in (other, third)]
    second_looks.confirm(decline, by=other)
    agreed = [can_read_evidence(person, item) for person in (other, third)]
    decisions.put_due_into_effect(now=decline.takes_effect_at)

    assert (asked, agreed) == ([True, True], [True, False])
    assert not can_read_evidence(other, item)


# --- Coming second --------------------------------------------------------------------------------


def recalled(decline, third):
    decisions.recall(Assignment.objects.get(), by=decline.decided_by)
    return "The reviewer took the decline back."


def confirmed(decline, third):
    second_looks.confirm(Decision.objects.get(), by=third)
    return "Somebody else agreed first."


def sent_back(decline, third):
    second_looks.send_back(Decision.objects.get(), by=third, note="No.")
    return "It was sent back to the reviewer."


def withdrawn(decline, third):
    submission = Submission.objects.get()
    submissions.withdraw(submission, by=submission.earner)
    return "The educator withdrew the submission."


def in_effect(decline, third):
    second_looks.confirm(Decision.objects.get(), by=third, now=timezone.now() - WAIT)
    decisions.put_due_into_effect(now=timezone.now())
    return "The decline is in effect"


@pytest.mark.parametrize("first", [recalled, confirmed, sent_back, withdrawn, in_effect])
def test_coming_second_says_why_and_gives_the_note_back(client, decline, other, first):
    client.force_login(other)
    why = first(decline, reviewer_for(decline.submission.badge_class))
    before = list(Decision.objects.values())

    answers = [
        client.post(look_url(decline, "confirm/")),
        client.post(look_url(decline, "send-back/"), {"note": "I don’t agree."}),
        client.get(look_url(decline)),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 410]
    assert all(why in body(answer) for answer in answers)
    assert "I don’t agree." in body(answers[1])
    assert list(Decision.objects.values()) == before


def test_pressing_agree_twice_is_once(decline, other):
    second_looks.confirm(decline, by=other)
    moment = decline.takes_effect_at
    second_looks.confirm(decline, by=other, now=timezone.now() + timedelta(minutes=5))

    decline.refresh_from_db()
    assert decline.takes_effect_at == moment
    assert AuditEntry.objects.filter(act="decline confirmed").count() == 1


def test_a_note_is_needed_to_send_it_back(decline, other):
    with pytest.raises(ReasonMissing):
        second_looks.send_back(decline, by=other, note=" ")
    second_looks.confirm(decline, by=other)
    with pytest.raises(AlreadyDecided):
        second_looks.send_back(decline, by=other, note="After all.")


# --- Who is asked, and by when --------------------------------------------------------------------


def test_without_another_reviewer_the_coordinators_are_asked_by_email(reviewing_client, assignment):
    coordinator = coordinator_for(assignment.submission.badge_class)

    decline = ask_to_decline(assignment)
    page = body(reviewing_client.get(review_url(assignment)))

    [email] = OutgoingEmail.objects.filter(kind="decline_waits")
    message = compose(email)
    assert (email.to, "wants to decline" in message.body) == (coordinator.email, True)
    assert reverse("reviewing:second_looks") in message.body
    assert BECAUSE not in message.body
    assert "so the coordinators of" in page
    decisions.recall(assignment, by=decline.decided_by)
    assert "nothing left to do" in compose(email).body


def test_with_nobody_to_ask_the_reviewer_reads_whom_to_write_to(reviewing_client, assignment):
    ask_to_decline(assignment)

    page = body(reviewing_client.get(review_url(assignment)))

    assert "Nobody else in Juniper County" in page
    assert "mailto:badges@juniper.example" in page
    assert not OutgoingEmail.objects.filter(kind="decline_waits").exists()


def test_with_other_reviewers_nobody_is_written_to_at_once(reviewing_client, assignment, other):
    ask_to_decline(assignment)

    page = body(reviewing_client.get(review_url(assignment)))

    assert "The other reviewers and the coordinators find it in their lists." in page
    assert not OutgoingEmail.objects.filter(kind="decline_waits").exists()


MORNING = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)


def reminded(now):
    OutgoingEmail.objects.filter(kind="review_reminder").delete()
    reminders.remind_reviewers(now=now)
    return sorted(OutgoingEmail.objects.filter(kind="review_reminder").values_list("to", flat=True))


def test_reminders_go_to_those_whose_turn_it_is(assignment, badge_class, other):
    coordinator_for(badge_class)
    Submission.objects.update(due_on=MORNING.date())

    own_turn = reminded(MORNING)
    decline = ask_to_decline(assignment, now=MORNING)
    turn_of_others = reminded(MORNING)
    message = compose(OutgoingEmail.objects.get(kind="review_reminder"))
    second_looks.confirm(decline, by=other, now=MORNING)
    nobodys_turn = reminded(MORNING)

    assert own_turn == [assignment.reviewer.email]
    assert turn_of_others == [other.email]
    assert message.subject == "1 review is due"
    assert look_url(decline) in message.body
    assert nobodys_turn == []


def test_the_promised_date_stays(client, assignment, decline, other):
    submission = Submission.objects.get()
    due_on = assignment.submission.due_on
    client.force_login(other)

    card = body(client.get(QUEUE))

    assert submission.due_on == due_on
    assert f'datetime="{due_on:%Y-%m-%d}"' in card
