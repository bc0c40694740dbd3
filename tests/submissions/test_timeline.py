"""The timeline of a submission: its status, who acts next and by when."""

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
from submissions.timeline import build_timeline, is_late, next_action
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    DraftFactory,
    SentSubmissionFactory,
    UserFactory,
    approved_submission,
    declined_by,
    judge_all,
)

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def stages(submission, today=date(2026, 3, 3)):
    return [(step.state, step.title) for step in build_timeline(submission, today=today)]


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
        ("later", "Send your evidence"),
        ("later", "Review"),
        ("later", "Your badge is issued"),
    ]


def test_a_sent_submission_has_a_due_date():
    submission = SentSubmissionFactory(now=MONDAY)

    assert stages(submission) == [
        ("done", "Started"),
        ("done", "Submitted"),
        ("now", "Waiting for a reviewer"),
        ("later", "Your badge is issued"),
    ]
    assert submission.due_on == date(2026, 3, 16)
    today = date(2026, 3, 3)
    assert next_action(submission, today=today) == (
        "With a reviewer. You will hear from us by March 16, 2026."
    )


def test_a_late_submission_shows_an_apology():
    submission = SentSubmissionFactory(now=MONDAY)

    assert not is_late(submission, date(2026, 3, 16))
    assert is_late(submission, date(2026, 3, 17))
    assert "sorry for the delay" in next_action(submission, today=date(2026, 3, 17))


def test_a_submission_released_by_a_reviewer_shows_as_still_in_the_queue():
    assignment = AssignmentFactory(now=MONDAY)
    reviewing.release(assignment, by=assignment.reviewer)
    assignment.submission.refresh_from_db()

    assert stages(assignment.submission) == [
        ("done", "Started"),
        ("done", "Submitted"),
        ("now", "Waiting for a reviewer"),
        ("later", "Your badge is issued"),
    ]


def test_a_returned_submission_shows_past_and_future_steps():
    submission = returned()

    assert stages(submission) == [
        ("done", "Started"),
        ("done", "Submitted"),
        ("done", "A reviewer started reading"),
        ("done", "Returned with comments"),
        ("now", "One more step"),
        ("later", "Send it again"),
        ("later", "Review"),
        ("later", "Your badge is issued"),
    ]


def test_an_approved_submission_ends_with_the_approval():
    assert stages(approved_submission())[-1] == ("done", "Approved")


def test_the_page_shows_attempts_feedback_and_the_next_action(client):
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


def test_withdrawing_asks_for_confirmation(client):
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


def test_an_empty_list_links_to_the_catalog(client):
    client.force_login(UserFactory())

    page = client.get(reverse("submissions:list")).content.decode()

    assert "No badges in progress yet" in page
    assert f'href="{reverse("catalog:badge_list")}"' in page


def count_queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_needs_as_many_queries_for_three_submissions_as_for_one(client):
    earner = UserFactory()
    client.force_login(earner)
    SentSubmissionFactory(earner=earner)
    count_queries(client, reverse("submissions:list"))

    with_one = count_queries(client, reverse("submissions:list"))
    DraftFactory(earner=earner)
    approved_submission(earner=earner)

    assert count_queries(client, reverse("submissions:list")) == with_one


@pytest.mark.parametrize("page", ["detail", "edit", "send"])
def test_more_items_need_no_more_queries(client, page):
    submission = returned()
    client.force_login(submission.earner)
    address = reverse(f"submissions:{page}", args=[submission.public_id])
    count_queries(client, address)

    with_few = count_queries(client, address)
    teach = submission.version.criteria.all()[1]
    for number in range(3):
        operations.add_link(submission, teach, url=f"https://example.org/{number}")
    count_queries(client, address)  # the first view has what is new looked at

    assert count_queries(client, address) == with_few


def test_more_attempts_need_no_more_queries(client):
    submission = returned()
    client.force_login(submission.earner)
    count_queries(client, submission.get_absolute_url())

    with_one = count_queries(client, submission.get_absolute_url())
    for _again in range(2):
        operations.send(submission, by=submission.earner, statement_accepted=True)
        assignment = reviewing.claim(
            submission, by=submission.attempts.first().reviews.get().reviewer
        )
        judgments = judge_all(assignment, "not_yet", "Once more.")
        reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
        submission.refresh_from_db()

    assert count_queries(client, submission.get_absolute_url()) == with_one


def tag(name, user, badge_class):
    template = Template(
        "{% load submissions_tags %}{% submissions_of_mine badge_class as submissions %}"
        "{% " + name + " badge_class submissions %}"
    )
    return template.render(Context({"user": user, "badge_class": badge_class, "csrf_token": "x"}))


def test_the_button_of_a_badge_depends_on_the_users_submission():
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
    assert "With a reviewer." in tag("my_progress", earner, badge_class)

    operations.withdraw(submission, by=earner)
    assert "Start again" in tag("start_button", earner, badge_class)
    assert tag("my_progress", UserFactory(), badge_class).strip() == ""


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("submission_received", "We received your evidence for “{}”", "You will hear from us by"),
        (
            "submission_returned",
            "One more step for “{}”: read your reviewer’s comments",
            "Criteria marked “met” stay met.",
        ),
        (
            "submission_declined",
            "Your submission for “{}” was not approved",
            "The reviewer’s comment explains why.",
        ),
    ],
)
def test_emails_say_what_happened_and_link_to_the_submission(kind, subject, words, settings):
    if kind == "submission_received":
        submission = SentSubmissionFactory()
    elif kind == "submission_returned":
        submission = returned()
    else:
        assignment = AssignmentFactory()
        submission = assignment.submission
        declined_by(assignment, summary="This is not your own work.")

    message = compose(OutgoingEmail.objects.get(kind=kind))

    html = message.alternatives[0][0].replace("&#x27;", "'")
    assert message.subject == subject.format(submission.version.name)
    assert message.to == [submission.earner.email]
    address = f"{settings.PUBLIC_ORIGIN}{submission.get_absolute_url()}"
    for body in (message.body, html):
        assert words in body
        assert address in body
        assert "&amp;" not in body
