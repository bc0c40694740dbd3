"""The page on which a reviewer reads and judges a submission, without scripts."""

from __future__ import annotations

import re

import pytest

from accounts.models import Membership
from reviewing import operations
from reviewing.attempt_comparison import compare_with_previous, compare_words
from reviewing.models import Assignment, Decision, Review
from submissions import operations as submissions
from submissions.models import EvidenceItem, Submission
from submissions.states import Status
from tests.factories import (
    BadgeFactory,
    MembershipFactory,
    SentSubmissionFactory,
    judge_all,
    reviewer_for,
)
from tests.reviewing.pages import QUEUE, body, review_form_data, review_url, second_attempt

pytestmark = pytest.mark.django_db


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
    assert (first["button"], first["progress"]) == ("Send the review", "0 of 3 judged")
    assert (last["decision"], last["outcome"]) == (
        "approve",
        "All required criteria are met: your review approves the badge.",
    )
    assert (last["button"], last["progress"]) == ("Approve", "3 of 3 judged")


def test_without_scripts_the_button_promises_nothing(reviewing_client, assignment):
    reviewing_client.post(review_url(assignment), review_form_data(assignment))

    text = body(reviewing_client.get(review_url(assignment)))

    button = re.search(r"<button[^>]*data-send=\"([^\"]*)\"[^>]*>(.*?)</button>", text, re.DOTALL)
    assert (button[1], button[2].strip()) == ("Approve", "Send the review")


def test_a_button_that_no_longer_says_what_it_does_sends_nothing(reviewing_client, assignment):
    plan = operations.criteria_to_judge(assignment.attempt)[0]
    send = review_url(assignment, "send/")
    typed = review_form_data(assignment)
    changed = {f"verdict_{plan.pk}": "not_yet", f"comment_{plan.pk}": "Add a date."}
    reviewing_client.post(review_url(assignment), typed | changed)

    refused = reviewing_client.post(send, typed | changed | {"says": "approve"}, follow=True)
    assert "changes the outcome" in body(refused)
    assert not Review.objects.finished().exists()

    reviewing_client.post(send, typed | changed | {"says": "return"})
    assert Submission.objects.get().status == Status.RETURNED


def test_the_next_open_criterion_is_found_without_scripts(reviewing_client, assignment):
    plan, teach, _optional = operations.criteria_to_judge(assignment.attempt)

    def next_after(**verdicts):
        typed = {**review_form_data(assignment, ""), "then": "next", **verdicts}
        return reviewing_client.post(review_url(assignment), typed).headers["Location"]

    here = review_url(assignment)
    assert next_after() == f"{here}#criterion-{plan.pk}"
    assert next_after(**{f"verdict_{plan.pk}": "met"}) == f"{here}#criterion-{teach.pk}"
    not_yet = {f"verdict_{plan.pk}": "met", f"verdict_{teach.pk}": "not_yet"}
    assert next_after(**not_yet) == f"{here}#criterion-{teach.pk}"
    commented = {**not_yet, f"comment_{teach.pk}": "Add a date."}
    assert next_after(**commented) == f"{here}#send"


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
    decision = Decision.objects.get()
    assert (decision.outcome, decision.status) == ("decline", "unconfirmed")
    assert Submission.objects.get().status == Status.IN_REVIEW
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
