"""The reviewers' pages, without scripts."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from reviewing import operations
from reviewing.attempt_comparison import compare_with_previous, compare_words
from reviewing.judging import Judgment
from reviewing.models import Assignment, Review
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from submissions.states import Status
from tests.factories import (
    AssignmentFactory,
    BadgeFactory,
    CategoryFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    SentSubmissionFactory,
    UserFactory,
    judge_all,
    png,
    reviewer_for,
)

pytestmark = pytest.mark.django_db

QUEUE = "/reviews/"


def review_url(assignment, what=""):
    return f"/reviews/{assignment.pk}/{what}"


def review_form_data(assignment, verdict="met", comment="", **changes):
    data = {"summary": ""}
    for criterion in operations.criteria_to_judge(assignment.attempt):
        data[f"verdict_{criterion.pk}"] = verdict
        data[f"comment_{criterion.pk}"] = comment
    return {**data, **changes}


def body(response):
    return response.content.decode()


def queued_in(client, address=QUEUE):
    return [row.submission for row in client.get(address).context["waiting"]]


def second_attempt(assignment):
    """Return the submission, change it, send it in again, and claim it again."""
    submission, reviewer = assignment.submission, assignment.reviewer
    plan, teach, share = submission.version.criteria.all()
    operations.send_review(
        assignment,
        by=reviewer,
        judgments={
            plan: Judgment("met", "A clear aim."),
            teach: Judgment("not_yet", "Add the second piece."),
            share: Judgment("not_yet", "A line is enough."),
        },
    )
    submissions.write_text(submission, teach, "What I did for Teach it, twice.")
    submissions.add_link(submission, share, url="https://folder.example/x", title="Her letter")
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    return operations.claim(submission, by=reviewer)


# --- The queue ----------------------------------------------------------------------------------


def test_the_queue_shows_the_most_urgent_first_with_its_workload(reviewing_client, badge_class):
    later = SentSubmissionFactory(badge_class=badge_class)
    urgent = SentSubmissionFactory(badge_class=badge_class)
    Submission.objects.filter(pk=urgent.pk).update(due_on="2026-02-02")

    response = reviewing_client.get(QUEUE)

    rows = [row.submission for row in response.context["waiting"]]
    assert rows == [urgent, later]
    assert [(r.attempt_number, r.criteria_count, r.evidence_count) for r in rows] == [(1, 3, 2)] * 2
    assert [row.is_late for row in response.context["waiting"]] == [True, False]


def test_the_queue_excludes_own_colleagues_and_other_agencies_submissions(
    reviewing_client, badge_class, reviewer
):
    school = SchoolFactory(parent=badge_class.issuer.agency)
    MembershipFactory(user=reviewer, agency=school)
    colleague = MembershipFactory(agency=school).user
    hidden = [
        SentSubmissionFactory(badge_class=badge_class, earner=reviewer),
        SentSubmissionFactory(badge_class=badge_class, earner=colleague),
        SentSubmissionFactory(),
    ]
    DraftFactory(badge_class=badge_class)
    free = SentSubmissionFactory(badge_class=badge_class)

    assert queued_in(reviewing_client) == [free]
    for submission in hidden:
        address = reverse("reviewing:claim", args=[submission.public_id])
        assert reviewing_client.post(address).status_code == 404
    assert not Assignment.objects.exists()


def test_the_queue_needs_as_many_queries_for_five_submissions_as_for_one(
    reviewing_client, badge_class, reviewer, django_assert_num_queries
):
    SentSubmissionFactory(badge_class=badge_class)
    AssignmentFactory(badge_class=badge_class, reviewer=reviewer)
    with CaptureQueriesContext(connection) as few:
        reviewing_client.get(QUEUE)
    other = BadgeFactory(issuer=badge_class.issuer)
    for badge in (badge_class, badge_class, other, other):
        SentSubmissionFactory(badge_class=badge)
        AssignmentFactory(badge_class=badge, reviewer=reviewer)

    with django_assert_num_queries(len(few)):
        response = reviewing_client.get(QUEUE)

    assert len(response.context["waiting"]) == 5


def test_the_queue_can_be_filtered_by_category_and_badge(reviewing_client, badge_class):
    other = BadgeFactory(issuer=badge_class.issuer, category=CategoryFactory())
    here = SentSubmissionFactory(badge_class=badge_class)
    there = SentSubmissionFactory(badge_class=other)

    assert queued_in(reviewing_client, f"{QUEUE}?badge={badge_class.slug}") == [here]
    assert queued_in(reviewing_client, f"{QUEUE}?category={other.category.slug}") == [there]
    assert queued_in(reviewing_client, f"{QUEUE}?badge=nothing-like-it") == [here, there]


def test_an_empty_queue_says_so(reviewing_client):
    assert "No one is waiting" in body(reviewing_client.get(QUEUE))


def test_claiming_the_next_submission_opens_it_or_says_that_the_queue_is_empty(
    reviewing_client, badge_class
):
    submission = SentSubmissionFactory(badge_class=badge_class)

    response = reviewing_client.post("/reviews/next/")
    again = reviewing_client.post("/reviews/next/", follow=True)

    assignment = Assignment.objects.get(submission=submission)
    assert response.headers["Location"] == review_url(assignment)
    assert "Nothing is waiting for you" in body(again)


def test_claiming_a_submission_that_is_already_taken_shows_a_message(reviewing_client, badge_class):
    taken = AssignmentFactory(badge_class=badge_class, reviewer=reviewer_for(badge_class))
    address = reverse("reviewing:claim", args=[taken.submission.public_id])

    assert "Another reviewer took it" in body(reviewing_client.post(address, follow=True))


def test_releasing_a_submission_returns_it_to_the_queue(reviewing_client, assignment):
    reviewing_client.post(review_url(assignment, "release/"), {"note": "I know this class."})

    assert queued_in(reviewing_client) == [assignment.submission]
    assert reviewing_client.get(review_url(assignment)).status_code == 410


def test_only_reviewers_can_open_the_queue(client):
    assert client.get(QUEUE).status_code == 302
    client.force_login(UserFactory())
    assert client.get(QUEUE).status_code == 403


# --- Reading and judging ------------------------------------------------------------------------


def test_only_the_assigned_reviewer_finds_the_review_page(client, assignment):
    strangers = [
        reviewer_for(BadgeFactory()),
        reviewer_for(assignment.submission.badge_class),
        assignment.submission.earner,
    ]
    MembershipFactory(user=strangers[2], role=Membership.Role.REVIEWER)
    for stranger in strangers:
        client.force_login(stranger)
        assert client.get(review_url(assignment)).status_code == 404
        for what in ("", "send/", "decline/", "release/"):
            assert client.post(review_url(assignment, what), {"reason": "x"}).status_code == 404
    assert Assignment.objects.active().get() == assignment


def test_former_reviewers_of_the_agency_cannot_open_their_reviews(reviewing_client, assignment):
    Membership.objects.filter(user=assignment.reviewer).delete()
    MembershipFactory(user=assignment.reviewer, role=Membership.Role.REVIEWER)

    assert reviewing_client.get(review_url(assignment)).status_code == 404


def test_a_draft_is_still_there_after_leaving_the_page(reviewing_client, assignment):
    typed = review_form_data(
        assignment, "not_yet", "Say how you <saw> it.", summary="Nearly there.\r\nGo on."
    )

    reviewing_client.post(review_url(assignment), {**typed, "then": "queue"})
    again = body(reviewing_client.get(review_url(assignment)))

    assert again.count("Say how you &lt;saw&gt; it.") == 3
    assert again.count("checked") == 3
    assert "Nearly there.\nGo on." in again
    assert Submission.objects.get().status == Status.IN_REVIEW
    assert "Draft saved: 3 of 3 criteria reviewed" in body(reviewing_client.get(QUEUE))


def test_autosave_says_what_sending_would_do(reviewing_client, assignment):
    accept = {"Accept": "application/json"}
    half = review_form_data(assignment, "")

    first = reviewing_client.post(review_url(assignment), half, headers=accept).json()
    last = reviewing_client.post(
        review_url(assignment), review_form_data(assignment), headers=accept
    ).json()

    assert first["outcome"] == "2 criteria still need “met” or “not yet”."
    assert (last["decision"], last["outcome"]) == (
        "approve",
        "All required criteria are met: this approves the badge.",
    )


def test_a_not_yet_without_a_comment_is_refused_and_typed_text_stays(reviewing_client, assignment):
    plan, teach, _share = operations.criteria_to_judge(assignment.attempt)
    typed = review_form_data(assignment, summary="Typed with care.")
    typed |= {f"verdict_{plan.pk}": "not_yet", f"verdict_{teach.pk}": ""}

    response = reviewing_client.post(review_url(assignment, "send/"), typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"verdict_{teach.pk}", f"comment_{plan.pk}"]
    assert f'href="#id_comment_{plan.pk}"' in body(response)
    assert f'id="id_comment_{plan.pk}"' in body(response)
    assert f'id="id_verdict_{teach.pk}"' in body(response)
    assert "Typed with care." in body(response)
    assert not Review.objects.sent().exists()


def test_too_long_a_comment_is_refused_and_stays_on_the_page(reviewing_client, assignment):
    typed = review_form_data(assignment, comment="word " * 1001)

    response = reviewing_client.post(review_url(assignment), typed)

    assert response.status_code == 422
    assert "word word word" in body(response)


def test_sending_a_review_decides_and_offers_the_next_submission(reviewing_client, assignment):
    waiting = SentSubmissionFactory(badge_class=assignment.submission.badge_class)

    response = reviewing_client.post(
        review_url(assignment, "send/"), review_form_data(assignment), follow=True
    )

    assert Submission.objects.get(pk=assignment.submission_id).status == Status.APPROVED
    assert "The badge is approved." in body(response)
    assert response.context["next"] == waiting
    assert "Take the next one" in body(response)


def test_sending_again_shows_the_typed_text_and_that_it_was_sent(reviewing_client, assignment):
    reviewing_client.post(review_url(assignment, "send/"), review_form_data(assignment))

    typed = review_form_data(assignment, summary="A second thought.")
    response = reviewing_client.post(review_url(assignment, "send/"), typed)

    assert response.status_code == 409
    assert "already been sent" in body(response)
    assert "A second thought." in body(response)
    assert Review.objects.sent().count() == 1


@pytest.mark.parametrize("what", ["", "send/", "decline/"])
def test_typed_text_is_not_lost_when_the_earner_withdrew(reviewing_client, assignment, what):
    submissions.withdraw(assignment.submission, by=assignment.submission.earner)
    typed = review_form_data(assignment, comment="Kept words.", summary="Kept summary.")

    response = reviewing_client.post(
        review_url(assignment, what), {**typed, "reason": "Kept words."}
    )

    assert response.status_code == 409
    assert "The educator withdrew it" in body(response)
    assert "Kept words." in body(response)
    assert not Review.objects.exists()


def test_declining_is_a_separate_page_with_a_reason(reviewing_client, assignment):
    typed = review_form_data(assignment, "", summary="It is a copy.")

    aside = reviewing_client.post(review_url(assignment), {**typed, "then": "decline"})
    page = reviewing_client.get(aside.headers["Location"])
    refused = reviewing_client.post(aside.headers["Location"], {"reason": " "})
    sent = reviewing_client.post(aside.headers["Location"], {"reason": "It is a copy."})

    assert "It is a copy." in body(page)
    assert refused.status_code == 422
    assert sent.headers["Location"] == review_url(assignment)
    assert Submission.objects.get().status == Status.DECLINED
    assert Review.objects.get().summary == "It is a copy."


def test_a_second_attempt_shows_changes_and_collapses_met_criteria(reviewing_client, assignment):
    again = second_attempt(assignment)
    plan, teach, share = compare_with_previous(again.attempt)

    text = body(reviewing_client.get(review_url(again)))

    assert (plan.met_in, teach.met_in, share.met_in) == (1, None, None)
    assert [item.change for item in plan.items] == ["unchanged"]
    assert [item.change for item in teach.items] == ["changed"]
    assert [item.change for item in share.items] == ["new"]
    assert "Met in attempt 1" in text
    assert "Add the second piece." in text
    assert "folder.example" in text
    assert 'rel="noopener noreferrer nofollow"' in text
    assert f'name="verdict_{plan.criterion.pk}"' not in text


def test_removed_evidence_is_shown_as_removed(assignment):
    again = second_attempt(assignment)
    reviewer, submission = again.reviewer, again.submission
    operations.send_review(again, by=reviewer, judgments=judge_all(again, "not_yet", "More."))
    link = EvidenceItem.objects.get(
        attempt__submission=submission, attempt__sent_at=None, kind="link"
    )
    submissions.remove_item(link)
    submissions.send(submission, by=submission.earner, statement_accepted=True)

    share = compare_with_previous(operations.claim(submission, by=reviewer).attempt)[2]

    assert [(item.change, item.label) for item in share.items] == [("removed", "Her letter")]


def test_two_texts_are_compared_word_by_word():
    segments = compare_words("I taught one lesson.", "I taught two long lessons.")

    assert [(segment.change, segment.text) for segment in segments] == [
        ("same", "I taught "),
        ("removed", "one"),
        ("added", "two"),
        ("same", " "),
        ("removed", "lesson."),
        ("added", "long lessons."),
    ]
    assert compare_words("word " * 9000, "other " * 9000) == []


def test_a_decided_review_stays_as_it_was_sent(reviewing_client, assignment):
    again = second_attempt(assignment)
    operations.send_review(again, by=again.reviewer, judgments=judge_all(again, "met", "Done!"))

    history = reviewing_client.get("/reviews/done/").context["page"].object_list
    first = body(reviewing_client.get(review_url(assignment)))

    assert [(row.pk, row.decision, row.attempt_number) for row in history] == [
        (again.pk, "approve", 2),
        (assignment.pk, "return", 1),
    ]
    assert "Add the second piece." in first
    assert "twice" not in first
    assert "Done!" not in first


# --- Anonymity ----------------------------------------------------------------------------------


def add_named_file(submission, reviewer):
    """Evidence for a second attempt whose file name contains the earner's name."""
    share = submission.version.criteria.all()[2]
    item = submissions.add_file(
        submission,
        share,
        file=ContentFile(png()),
        file_name="Quetzalcoatl-Ferreira.png",
        content_type="image/png",
    )
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    return item, operations.claim(submission, by=reviewer)


def full_response(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{content.decode(errors='replace')}".lower()


@pytest.mark.parametrize("shown", [False, True])
def test_the_earner_stays_hidden_unless_the_badge_shows_names(client, shown):
    badge_class = BadgeFactory(shows_earner_to_reviewers=shown)
    reviewer = reviewer_for(badge_class)
    earner = UserFactory(name="Xochitl Ferreira", email="x.ferreira@school.example")
    first = AssignmentFactory(badge_class=badge_class, earner=earner, reviewer=reviewer)
    client.force_login(reviewer)
    queue = [client.get(QUEUE)]
    operations.send_review(first, by=reviewer, judgments=judge_all(first, "not_yet", "More."))
    item, second = add_named_file(first.submission, reviewer)

    seen = [
        *queue,
        client.get(QUEUE),
        client.get(review_url(second)),
        client.get(review_url(second, "decline/")),
        client.get(item.get_file_url()),
        client.post(
            review_url(second), review_form_data(second), headers={"Accept": "application/json"}
        ),
        client.post(review_url(second, "send/"), review_form_data(second, "")),
        client.post(review_url(second, "send/"), review_form_data(second), follow=True),
        client.post(review_url(second, "send/"), review_form_data(second)),
        client.get("/reviews/done/"),
        client.get(review_url(first)),
    ]

    assert [answer.status_code for answer in seen] == [
        200, 200, 200, 200, 200, 200, 422, 200, 409, 200, 200,
    ]  # fmt: skip
    revealing = [
        index
        for index, answer in enumerate(seen)
        if any(word in full_response(answer) for word in ("ferreira", "xochitl"))
    ]
    assert revealing == ([2, 6, 7, 10] if shown else [])


def test_a_reviewer_can_only_read_files_of_their_own_assignments(client, assignment):
    submission, reviewer = assignment.submission, assignment.reviewer
    operations.send_review(
        assignment, by=reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )
    other = reviewer_for(submission.badge_class)
    item, taken = add_named_file(submission, other)

    def answer_to(user):
        client.force_login(user)
        return client.get(item.get_file_url()).status_code

    # The first reviewer decided an attempt before this file was added.
    assert (answer_to(other), answer_to(reviewer)) == (200, 404)
    operations.release(taken, by=other)
    assert answer_to(other) == 404


def test_the_earner_sees_the_feedback_but_not_the_reviewer(assignment):
    reviewer, submission = assignment.reviewer, assignment.submission
    plan, teach, _share = operations.criteria_to_judge(assignment.attempt)
    drafted = {plan: Judgment("met", "A clear aim."), teach: Judgment("not_yet", "Add <one> more.")}
    tags = Template(
        "{% load reviewing_tags %}{% feedback submission %}"
        "{% for criterion in criteria %}{% criterion_feedback submission criterion %}{% endfor %}"
    )

    def shown():
        fresh = Submission.objects.get(pk=submission.pk)
        criteria = fresh.version.criteria.all()
        return tags.render(Context({"submission": fresh, "criteria": criteria}))

    operations.save_draft(assignment, by=reviewer, judgments=drafted, summary="A fine start.")
    before = shown()
    operations.send_review(assignment, by=reviewer, judgments=drafted, summary="A fine start.")
    after = shown()

    assert before.strip() == ""
    assert after.count("A clear aim.") == 2
    assert after.count("Add &lt;one&gt; more.") == 2
    assert "A fine start." in after
    assert reviewer.name not in after
    assert reviewer.email not in after
    assert "Reviewer" in after


def test_feedback_needs_no_query_per_criterion(assignment, django_assert_num_queries):
    operations.send_review(
        assignment, by=assignment.reviewer, judgments=judge_all(assignment, "met", "Good.")
    )
    submission = Submission.objects.get()
    criteria = list(submission.version.criteria.all())
    tags = Template(
        "{% load reviewing_tags %}{% feedback submission %}"
        "{% for criterion in criteria %}{% criterion_feedback submission criterion %}{% endfor %}"
    )

    with django_assert_num_queries(4):  # attempts, reviews, judgments, criteria
        tags.render(Context({"submission": submission, "criteria": criteria}))
