"""The earner always knows where it stands, who acts next and by when."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mail.composing import compose
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from reviewing.operations import Judgment
from submissions import operations
from submissions.timeline import is_late, steps_of, who_is_next
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    judge_all,
)

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def stages(submission, today=date(2026, 3, 3)):
    return [(step.state, step.title) for step in steps_of(submission, today=today)]


def returned(**kwargs):
    assignment = AssignmentFactory(**kwargs)
    plan, *others = reviewing.criteria_to_judge(assignment.submission.latest_attempt)
    judgments = {plan: Judgment("met", "A clear aim.")} | {
        criterion: Judgment("not_yet", "Add the second piece.") for criterion in others
    }
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    assignment.submission.refresh_from_db()
    return assignment.submission


def test_a_draft_is_the_earners_turn():
    submission = DraftFactory(now=MONDAY)

    assert stages(submission) == [
        ("done", "Started"),
        ("now", "Gather your evidence"),
        ("later", "Send it in"),
        ("later", "Review"),
        ("later", "Your badge is issued"),
    ]


def test_a_sent_submission_has_a_day_by_which_a_reviewer_answers():
    submission = SentSubmissionFactory(now=MONDAY)

    assert stages(submission) == [
        ("done", "Started"),
        ("done", "Sent in"),
        ("now", "Waiting for a reviewer"),
        ("later", "Your badge is issued"),
    ]
    assert submission.due_on == date(2026, 3, 16)
    today = date(2026, 3, 3)
    assert who_is_next(submission, today=today) == (
        "A reviewer’s turn. You hear from us by March 16, 2026."
    )


def test_a_late_answer_is_admitted():
    submission = SentSubmissionFactory(now=MONDAY)

    assert not is_late(submission, date(2026, 3, 16))
    assert is_late(submission, date(2026, 3, 17))
    assert "sorry to be late" in who_is_next(submission, today=date(2026, 3, 17))


def test_what_a_reviewer_gave_back_never_left_the_queue():
    assignment = AssignmentFactory(now=MONDAY)
    reviewing.release(assignment, by=assignment.reviewer)
    assignment.submission.refresh_from_db()

    assert stages(assignment.submission) == [
        ("done", "Started"),
        ("done", "Sent in"),
        ("now", "Waiting for a reviewer"),
        ("later", "Your badge is issued"),
    ]


def test_a_returned_submission_shows_the_whole_way():
    submission = returned()

    assert stages(submission) == [
        ("done", "Started"),
        ("done", "Sent in"),
        ("done", "A reviewer began to read"),
        ("done", "Returned with comments"),
        ("now", "One more step"),
        ("later", "Send it in again"),
        ("later", "Review"),
        ("later", "Your badge is issued"),
    ]


def test_an_approved_submission_ends_with_the_approval():
    assert stages(approved_submission())[-1] == ("done", "Approved")


def test_the_page_shows_attempts_feedback_and_what_to_do(client):
    submission = returned()
    client.force_login(submission.earner)

    page = client.get(submission.get_absolute_url()).content.decode()

    assert "What I did for Plan a lesson." in page
    assert "Add the second piece." in page
    assert "Add what is missing" in page
    assert str(submission.attempts.first().reviews.get().reviewer) not in page


def test_the_page_of_a_second_attempt_says_what_changed(client):
    submission = returned()
    teach = submission.version.criteria.all()[1]
    operations.write_text(submission, teach, "Now with both pieces.")
    operations.send(submission, by=submission.earner, statement_accepted=True)
    client.force_login(submission.earner)

    page = client.get(submission.get_absolute_url()).content.decode()

    assert page.index("Now with both pieces.") < page.index("What I did for Teach it.")
    assert page.count("Changed</span>") == 1


def test_withdrawing_asks_first(client):
    submission = SentSubmissionFactory()
    client.force_login(submission.earner)
    address = reverse("submissions:withdraw", args=[submission.public_id])

    asked = client.get(address).content.decode()
    submission.refresh_from_db()
    assert (submission.status, "Withdraw it" in asked) == ("submitted", True)

    client.post(address)

    submission.refresh_from_db()
    assert submission.status == "withdrawn"


def test_submissions_are_grouped_by_who_acts_next(client):
    earner = UserFactory()
    draft = DraftFactory(earner=earner)
    sent = SentSubmissionFactory(earner=earner)
    done = approved_submission(earner=earner)
    DraftFactory()
    client.force_login(earner)

    groups = client.get(reverse("submissions:list")).context["groups"]

    assert groups == {"yours": [draft], "reviewers": [sent], "done": [done]}


def test_an_empty_list_leads_to_the_catalog(client):
    client.force_login(UserFactory())

    page = client.get(reverse("submissions:list")).content.decode()

    assert "No badge under way yet" in page
    assert f'href="{reverse("catalog:badge_list")}"' in page


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_asks_the_same_questions_for_one_and_for_three(client):
    earner = UserFactory()
    client.force_login(earner)
    SentSubmissionFactory(earner=earner)
    queries(client, reverse("submissions:list"))

    with_one = queries(client, reverse("submissions:list"))
    DraftFactory(earner=earner)
    approved_submission(earner=earner)

    assert queries(client, reverse("submissions:list")) == with_one


@pytest.mark.parametrize("page", ["detail", "edit", "send"])
def test_pages_ask_the_same_questions_for_few_and_for_many_items(client, page):
    submission = returned()
    client.force_login(submission.earner)
    address = reverse(f"submissions:{page}", args=[submission.public_id])
    queries(client, address)

    with_few = queries(client, address)
    teach = submission.version.criteria.all()[1]
    for number in range(3):
        operations.add_link(submission, teach, url=f"https://example.org/{number}")

    assert queries(client, address) == with_few


def test_the_detail_page_asks_the_same_questions_for_one_and_for_three_attempts(client):
    submission = returned()
    client.force_login(submission.earner)
    queries(client, submission.get_absolute_url())

    with_one = queries(client, submission.get_absolute_url())
    for _again in range(2):
        operations.send(submission, by=submission.earner, statement_accepted=True)
        assignment = reviewing.claim(
            submission, by=submission.attempts.first().reviews.get().reviewer
        )
        judgments = judge_all(assignment, "not_yet", "Once more.")
        reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
        submission.refresh_from_db()

    assert queries(client, submission.get_absolute_url()) == with_one


def tag(name, user, badge_class):
    template = Template("{% load submissions_tags %}{% " + name + " badge_class %}")
    return template.render(Context({"user": user, "badge_class": badge_class, "csrf_token": "x"}))


def test_the_button_of_a_badge_says_what_one_can_do():
    from django.contrib.auth.models import AnonymousUser

    badge_class, earner = BadgeFactory(), UserFactory()
    assert "Sign in to start" in tag("start_button", AnonymousUser(), badge_class)
    assert "Start this badge" in tag("start_button", earner, badge_class)

    submission = operations.start(badge_class, by=earner)
    assert "Continue my draft" in tag("start_button", earner, badge_class)

    for criterion in submission.version.criteria.all():
        operations.write_text(submission, criterion, "Done.")
    operations.send(submission, by=earner, statement_accepted=True)
    assert "Where is my badge?" in tag("start_button", earner, badge_class)
    assert "A reviewer’s turn" in tag("my_progress", earner, badge_class)

    operations.withdraw(submission, by=earner)
    assert "Start again" in tag("start_button", earner, badge_class)
    assert tag("my_progress", UserFactory(), badge_class).strip() == ""


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("submission_received", "We have your evidence for “{}”", "You hear from us by"),
        ("submission_returned", "“{}”: one more step", "met stays met"),
        ("submission_declined", "Your submission for “{}”", "the reviewer's comment says why"),
    ],
)
def test_letters_say_what_happened_and_lead_back(kind, subject, words, settings):
    if kind == "submission_received":
        submission = SentSubmissionFactory()
    elif kind == "submission_returned":
        submission = returned()
    else:
        assignment = AssignmentFactory()
        submission = assignment.submission
        reviewing.send_review(
            assignment,
            by=assignment.reviewer,
            judgments={},
            summary="This is not your own work.",
            decline=True,
        )

    message = compose(OutgoingEmail.objects.get(kind=kind))

    html = message.alternatives[0][0].replace("&#x27;", "'")
    assert message.subject == subject.format(submission.version.name)
    assert message.to == [submission.earner.email]
    address = f"{settings.PUBLIC_ORIGIN}{submission.get_absolute_url()}"
    for body in (message.body, html):
        assert words in body
        assert address in body
        assert "&amp;" not in body
