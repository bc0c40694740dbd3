"""What a reviewer sees and does in the browser, without scripts."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from reviewing import operations
from reviewing.judging import Judgment
from reviewing.models import Assignment, Review
from reviewing.reading import compare_words, read
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


def page_of(assignment, what=""):
    return f"/reviews/{assignment.pk}/{what}"


def filled(assignment, verdict="met", comment="", **changes):
    data = {"summary": ""}
    for criterion in operations.criteria_to_judge(assignment.attempt):
        data[f"verdict_{criterion.pk}"] = verdict
        data[f"comment_{criterion.pk}"] = comment
    return {**data, **changes}


def body(response):
    return response.content.decode()


def waiting_in(client, address=QUEUE):
    return [one.submission for one in client.get(address).context["waiting"]]


def second_attempt(assignment):
    """Returned with the second criterion not yet met, changed, and sent in again."""
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


def test_the_queue_shows_the_most_urgent_first_and_what_there_is_to_read(
    reviewing_client, badge_class
):
    later = SentSubmissionFactory(badge_class=badge_class)
    urgent = SentSubmissionFactory(badge_class=badge_class)
    Submission.objects.filter(pk=urgent.pk).update(due_on="2026-02-02")

    response = reviewing_client.get(QUEUE)

    rows = [one.submission for one in response.context["waiting"]]
    assert rows == [urgent, later]
    assert [(r.attempt_number, r.criteria_count, r.evidence_count) for r in rows] == [(1, 3, 2)] * 2
    assert [one.is_late for one in response.context["waiting"]] == [True, False]


def test_own_work_colleagues_work_and_other_agencies_work_are_not_in_the_queue(
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

    assert waiting_in(reviewing_client) == [free]
    for submission in hidden:
        address = reverse("reviewing:claim", args=[submission.public_id])
        assert reviewing_client.post(address).status_code == 404
    assert not Assignment.objects.exists()


def test_the_queue_asks_the_same_number_of_questions_for_one_and_for_five(
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


def test_the_queue_can_be_narrowed_by_category_and_badge(reviewing_client, badge_class):
    other = BadgeFactory(issuer=badge_class.issuer, category=CategoryFactory())
    here = SentSubmissionFactory(badge_class=badge_class)
    there = SentSubmissionFactory(badge_class=other)

    assert waiting_in(reviewing_client, f"{QUEUE}?badge={badge_class.slug}") == [here]
    assert waiting_in(reviewing_client, f"{QUEUE}?category={other.category.slug}") == [there]
    assert waiting_in(reviewing_client, f"{QUEUE}?badge=nothing-like-it") == [here, there]


def test_an_empty_queue_says_so_kindly(reviewing_client):
    assert "Nobody is waiting" in body(reviewing_client.get(QUEUE))


def test_taking_the_next_one_opens_it_and_an_empty_queue_is_told(reviewing_client, badge_class):
    submission = SentSubmissionFactory(badge_class=badge_class)

    response = reviewing_client.post("/reviews/next/")
    again = reviewing_client.post("/reviews/next/", follow=True)

    assignment = Assignment.objects.get(submission=submission)
    assert response.headers["Location"] == page_of(assignment)
    assert "Nothing is waiting for you" in body(again)


def test_a_submission_that_somebody_took_is_explained(reviewing_client, badge_class):
    taken = AssignmentFactory(badge_class=badge_class, reviewer=reviewer_for(badge_class))
    address = reverse("reviewing:claim", args=[taken.submission.public_id])

    assert "Another reviewer was faster" in body(reviewing_client.post(address, follow=True))


def test_giving_back_puts_it_into_the_queue_again(reviewing_client, assignment):
    reviewing_client.post(page_of(assignment, "release/"), {"note": "I know this class."})

    assert waiting_in(reviewing_client) == [assignment.submission]
    assert reviewing_client.get(page_of(assignment)).status_code == 410


def test_only_reviewers_have_a_queue(client):
    assert client.get(QUEUE).status_code == 302
    client.force_login(UserFactory())
    assert client.get(QUEUE).status_code == 403


# --- Reading and judging ------------------------------------------------------------------------


def test_a_reviewer_of_another_agency_and_one_who_did_not_take_it_find_nothing(client, assignment):
    strangers = [
        reviewer_for(BadgeFactory()),
        reviewer_for(assignment.submission.badge_class),
        assignment.submission.earner,
    ]
    MembershipFactory(user=strangers[2], role=Membership.Role.REVIEWER)
    for stranger in strangers:
        client.force_login(stranger)
        assert client.get(page_of(assignment)).status_code == 404
        for what in ("", "send/", "decline/", "release/"):
            assert client.post(page_of(assignment, what), {"reason": "x"}).status_code == 404
    assert Assignment.objects.active().get() == assignment


def test_who_no_longer_reviews_for_the_agency_no_longer_reads(reviewing_client, assignment):
    Membership.objects.filter(user=assignment.reviewer).delete()
    MembershipFactory(user=assignment.reviewer, role=Membership.Role.REVIEWER)

    assert reviewing_client.get(page_of(assignment)).status_code == 404


def test_a_draft_survives_leaving(reviewing_client, assignment):
    typed = filled(
        assignment, "not_yet", "Say how you <saw> it.", summary="Nearly there.\r\nGo on."
    )

    reviewing_client.post(page_of(assignment), {**typed, "then": "queue"})
    again = body(reviewing_client.get(page_of(assignment)))

    assert again.count("Say how you &lt;saw&gt; it.") == 3
    assert again.count("checked") == 3
    assert "Nearly there.\nGo on." in again
    assert Submission.objects.get().status == Status.IN_REVIEW
    assert "Draft saved: 3 of 3 criteria judged" in body(reviewing_client.get(QUEUE))


def test_saving_while_typing_says_what_sending_would_do(reviewing_client, assignment):
    accept = {"Accept": "application/json"}
    half = filled(assignment, "")

    first = reviewing_client.post(page_of(assignment), half, headers=accept).json()
    last = reviewing_client.post(page_of(assignment), filled(assignment), headers=accept).json()

    assert first["outcome"] == "2 criteria still need “met” or “not yet”."
    assert (last["decision"], last["outcome"]) == (
        "approve",
        "All required criteria are met: this approves the badge.",
    )


def test_a_not_yet_without_a_word_is_asked_for_and_all_typed_stays(reviewing_client, assignment):
    plan, teach, _share = operations.criteria_to_judge(assignment.attempt)
    typed = filled(assignment, summary="Typed with care.")
    typed |= {f"verdict_{plan.pk}": "not_yet", f"verdict_{teach.pk}": ""}

    response = reviewing_client.post(page_of(assignment, "send/"), typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"verdict_{teach.pk}", f"comment_{plan.pk}"]
    assert f'href="#id_comment_{plan.pk}"' in body(response)
    assert f'id="id_comment_{plan.pk}"' in body(response)
    assert f'id="id_verdict_{teach.pk}"' in body(response)
    assert "Typed with care." in body(response)
    assert not Review.objects.sent().exists()


def test_too_long_a_comment_is_refused_and_kept(reviewing_client, assignment):
    typed = filled(assignment, comment="word " * 1001)

    response = reviewing_client.post(page_of(assignment), typed)

    assert response.status_code == 422
    assert "word word word" in body(response)


def test_sending_decides_and_offers_the_next(reviewing_client, assignment):
    waiting = SentSubmissionFactory(badge_class=assignment.submission.badge_class)

    response = reviewing_client.post(page_of(assignment, "send/"), filled(assignment), follow=True)

    assert Submission.objects.get(pk=assignment.submission_id).status == Status.APPROVED
    assert "The badge is approved." in body(response)
    assert response.context["next"] == waiting
    assert "Take the next one" in body(response)


def test_sending_again_shows_the_words_and_that_it_was_sent(reviewing_client, assignment):
    reviewing_client.post(page_of(assignment, "send/"), filled(assignment))

    typed = filled(assignment, summary="A second thought.")
    response = reviewing_client.post(page_of(assignment, "send/"), typed)

    assert response.status_code == 409
    assert "already been sent" in body(response)
    assert "A second thought." in body(response)
    assert Review.objects.sent().count() == 1


@pytest.mark.parametrize("what", ["", "send/", "decline/"])
def test_when_the_earner_withdrew_the_typed_words_are_not_lost(reviewing_client, assignment, what):
    submissions.withdraw(assignment.submission, by=assignment.submission.earner)
    typed = filled(assignment, comment="Kept words.", summary="Kept summary.")

    response = reviewing_client.post(page_of(assignment, what), {**typed, "reason": "Kept words."})

    assert response.status_code == 409
    assert "The educator took it back" in body(response)
    assert "Kept words." in body(response)
    assert not Review.objects.exists()


def test_declining_is_a_step_of_its_own_with_a_reason(reviewing_client, assignment):
    typed = filled(assignment, "", summary="It is a copy.")

    aside = reviewing_client.post(page_of(assignment), {**typed, "then": "decline"})
    page = reviewing_client.get(aside.headers["Location"])
    refused = reviewing_client.post(aside.headers["Location"], {"reason": " "})
    sent = reviewing_client.post(aside.headers["Location"], {"reason": "It is a copy."})

    assert "It is a copy." in body(page)
    assert refused.status_code == 422
    assert sent.headers["Location"] == page_of(assignment)
    assert Submission.objects.get().status == Status.DECLINED
    assert Review.objects.get().summary == "It is a copy."


def test_a_second_attempt_shows_what_changed_and_folds_what_was_met(reviewing_client, assignment):
    again = second_attempt(assignment)
    plan, teach, share = read(again.attempt)

    text = body(reviewing_client.get(page_of(again)))

    assert (plan.met_in, teach.met_in, share.met_in) == (1, None, None)
    assert [one.change for one in plan.items] == ["unchanged"]
    assert [one.change for one in teach.items] == ["changed"]
    assert [one.change for one in share.items] == ["new"]
    assert "Met in attempt 1" in text
    assert "Add the second piece." in text
    assert "folder.example" in text
    assert 'rel="noopener noreferrer nofollow"' in text
    assert f'name="verdict_{plan.criterion.pk}"' not in text


def test_evidence_that_was_taken_out_is_shown_as_such(assignment):
    again = second_attempt(assignment)
    reviewer, submission = again.reviewer, again.submission
    operations.send_review(again, by=reviewer, judgments=judge_all(again, "not_yet", "More."))
    link = EvidenceItem.objects.get(
        attempt__submission=submission, attempt__sent_at=None, kind="link"
    )
    submissions.remove_item(link)
    submissions.send(submission, by=submission.earner, statement_accepted=True)

    share = read(operations.claim(submission, by=reviewer).attempt)[2]

    assert [(one.change, one.label) for one in share.items] == [("removed", "Her letter")]


def test_two_texts_are_compared_word_by_word():
    pieces = compare_words("I taught one lesson.", "I taught two long lessons.")

    assert [(one.change, one.text) for one in pieces] == [
        ("same", "I taught "),
        ("removed", "one"),
        ("added", "two"),
        ("same", " "),
        ("removed", "lesson."),
        ("added", "long lessons."),
    ]
    assert compare_words("word " * 9000, "other " * 9000) == []


def test_what_i_decided_is_kept_as_i_wrote_it(reviewing_client, assignment):
    again = second_attempt(assignment)
    operations.send_review(again, by=again.reviewer, judgments=judge_all(again, "met", "Done!"))

    history = reviewing_client.get("/reviews/done/").context["page"].object_list
    first = body(reviewing_client.get(page_of(assignment)))

    assert [(one.pk, one.decision, one.attempt_number) for one in history] == [
        (again.pk, "approve", 2),
        (assignment.pk, "return", 1),
    ]
    assert "Add the second piece." in first
    assert "twice" not in first
    assert "Done!" not in first


# --- Hidden from each other ---------------------------------------------------------------------


def add_named_file(submission, reviewer):
    """Evidence for a second attempt whose file is called after its earner."""
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


def everything_said(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{headers}\n{content.decode(errors='replace')}".lower()


@pytest.mark.parametrize("shown", [False, True])
def test_the_earner_stays_hidden_unless_the_badge_says_otherwise(client, shown):
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
        client.get(page_of(second)),
        client.get(page_of(second, "decline/")),
        client.get(item.get_file_url()),
        client.post(page_of(second), filled(second), headers={"Accept": "application/json"}),
        client.post(page_of(second, "send/"), filled(second, "")),
        client.post(page_of(second, "send/"), filled(second), follow=True),
        client.post(page_of(second, "send/"), filled(second)),
        client.get("/reviews/done/"),
        client.get(page_of(first)),
    ]

    assert [answer.status_code for answer in seen] == [
        200, 200, 200, 200, 200, 200, 422, 200, 409, 200, 200,
    ]  # fmt: skip
    named = [
        place
        for place, answer in enumerate(seen)
        if any(word in everything_said(answer) for word in ("ferreira", "xochitl"))
    ]
    assert named == ([2, 6, 7, 10] if shown else [])


def test_a_reviewer_reads_the_files_of_what_they_took_and_no_others(client, assignment):
    submission, reviewer = assignment.submission, assignment.reviewer
    operations.send_review(
        assignment, by=reviewer, judgments=judge_all(assignment, "not_yet", "More.")
    )
    other = reviewer_for(submission.badge_class)
    item, taken = add_named_file(submission, other)

    def answer_to(user):
        client.force_login(user)
        return client.get(item.get_file_url()).status_code

    # The first reviewer decided an attempt before this file came.
    assert (answer_to(other), answer_to(reviewer)) == (200, 404)
    operations.release(taken, by=other)
    assert answer_to(other) == 404


def test_the_earner_reads_the_feedback_and_never_who_wrote_it(assignment):
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


def test_feedback_costs_no_query_per_criterion(assignment, django_assert_num_queries):
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
