"""Two readers are hidden from each other until both have finished: one test for every channel."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from mail.composing import compose
from mail.models import OutgoingEmail
from reviewing import operations
from reviewing.automatic.operations import reminders
from reviewing.models import SubmissionNote
from reviewing.notes import operations as notes
from reviewing.permissions import can_read_evidence
from submissions.models import EvidenceItem
from tests.factories import MembershipFactory, reviewer_for
from tests.reviewing.pages import body, review_url
from tests.reviewing.readers import badge_read_by_two, judging, reads, sends, sent_for

pytestmark = pytest.mark.django_db

SECRET = "only the first reader wrote this"


@pytest.fixture
def submission():
    return sent_for(badge_read_by_two())


@pytest.fixture
def pair(submission):
    return reads(submission), reads(submission)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def without_tokens(response):
    return re.sub(r'(csrfmiddlewaretoken"? value="|nonce="?)[^">]+', "", body(response))


def everything_shown_to(assignment):
    """All pages of a reader about their reviews, as they are now."""
    client = signed_in(assignment.reviewer)
    pages = ["/reviews/", "/reviews/done/", "/reviews/second-looks/", "/home/"]
    pages += [review_url(assignment), review_url(assignment, "notes/")]
    shown = {page: client.get(page, follow=True) for page in pages}
    return {page: (answer.status_code, without_tokens(answer)) for page, answer in shown.items()}


def everything_sent_to(user):
    emails = OutgoingEmail.objects.filter(to=user.email)
    return sorted(f"{email.kind} {compose(email).body}" for email in emails)


def test_no_page_and_no_email_of_a_reader_changes_when_the_other_one_judges(pair):
    first, second = pair
    before = everything_shown_to(second), everything_sent_to(second.reviewer)

    operations.save_draft(
        first, by=first.reviewer, judgments=judging(first, (0,), words=SECRET), summary=SECRET
    )
    drafted = everything_shown_to(second), everything_sent_to(second.reviewer)
    sends(first, (0,), words=SECRET, summary=SECRET)
    finished = everything_shown_to(second), everything_sent_to(second.reviewer)

    assert before == drafted == finished


def test_nor_of_the_first_one_who_has_finished_while_the_second_one_writes(pair):
    first, second = pair
    sends(first)
    before = everything_shown_to(first)

    operations.save_draft(second, by=second.reviewer, judgments=judging(second, (0,), words=SECRET))

    assert everything_shown_to(first) == before


def test_nor_when_the_second_place_is_taken_or_given_back(submission):
    first = reads(submission)
    before = everything_shown_to(first)

    second = reads(submission)
    taken = everything_shown_to(first)
    operations.release(second, by=second.reviewer, note=SECRET)

    assert before == taken == everything_shown_to(first)


def test_the_queue_shows_a_second_place_like_any_other_submission(submission):
    other = signed_in(reviewer_for(submission.badge_class))
    before = without_tokens(other.get("/reviews/"))

    first = reads(submission)
    sends(first, (0,), words=SECRET)

    assert without_tokens(other.get("/reviews/")) == before


def test_notes_of_the_other_reader_wait_until_both_have_finished(pair, submission):
    first, second = pair
    notes.write(submission, text=SECRET, by=first.reviewer)
    notes.write(submission, text="From the office.", by=reviewer_for(submission.badge_class))

    def shown(assignment):
        return body(signed_in(assignment.reviewer).get(review_url(assignment, "notes/")))

    assert SECRET in shown(first)
    assert SECRET not in shown(second)
    assert "From the office." in shown(second)
    assert "(1)" in body(signed_in(second.reviewer).get(review_url(second)))
    sends(first)
    assert SECRET not in shown(second)
    sends(second, (0,))
    assert SECRET in shown(second)


def test_a_coordinator_who_is_one_of_the_readers_learns_nothing_on_the_coordinators_pages(
    pair, submission
):
    first, second = pair
    MembershipFactory(
        user=second.reviewer,
        agency=submission.badge_class.issuer.agency,
        role=Membership.Role.COORDINATOR,
    )
    client = signed_in(second.reviewer)
    notes.write(submission, text=SECRET, by=first.reviewer)
    pages = [
        f"/manage/submissions/{submission.public_id}/",
        f"/manage/submissions/{submission.public_id}/notes/",
    ]

    def shown():
        return [without_tokens(client.get(page)) for page in pages]

    before = shown()
    sends(first, (0,), words=SECRET, summary=SECRET)

    assert shown() == before
    assert not any(SECRET in page or first.reviewer.name in page for page in before)


def test_another_coordinator_sees_who_reads_what_and_why_but_no_judgment(pair, submission):
    first, second = pair
    coordinator = MembershipFactory(
        agency=submission.badge_class.issuer.agency, role=Membership.Role.COORDINATOR
    ).user
    sends(first, (0,), words=SECRET, summary=SECRET)

    page = body(signed_in(coordinator).get(f"/manage/submissions/{submission.public_id}/"))

    assert first.reviewer.name in page
    assert second.reviewer.name in page
    assert "two readers read every submission for this badge" in page
    assert SECRET not in page


def test_the_earner_sees_the_same_page_whichever_reader_has_finished(pair, submission):
    client = signed_in(submission.earner)
    before = without_tokens(client.get(submission.get_absolute_url()))

    sends(pair[0], (0,), words=SECRET, summary=SECRET)

    assert without_tokens(client.get(submission.get_absolute_url())) == before


def test_both_read_the_evidence_and_later_each_others_reviews(pair):
    first, second = pair
    item = EvidenceItem.objects.first()
    assert all(can_read_evidence(one.reviewer, item) for one in pair)

    sends(first, words="A clear aim.", summary="Thank you.")
    sends(second, words="Very clear.")

    page = body(signed_in(second.reviewer).get(review_url(second)))
    assert "A clear aim." in page
    assert "Thank you." in page
    assert first.reviewer.name not in page
    assert all(can_read_evidence(one.reviewer, item) for one in pair)


def test_a_third_reader_sees_the_two_reviews_only_after_judging_the_evidence(pair, submission):
    first, second = pair
    sends(first, words="A clear aim.")
    sends(second, (0,), words="No aim.")
    third = reads(submission)
    client = signed_in(third.reviewer)
    address = review_url(third)
    data = {
        f"{what}_{criterion.pk}": value
        for criterion in operations.criteria_to_judge(third.attempt)
        for what, value in (("verdict", "met"), ("comment", "Mine."))
    }

    assert "You are the third reader" in body(client.get(address))
    refused = body(client.post(address, {"summary": "", "then": "others"}, follow=True))
    too_early = body(client.post(address + "send/", {"summary": "", **data}, follow=True))
    shown = body(client.post(address, {"summary": "", "then": "others", **data}, follow=True))

    assert "Judge the evidence first" in refused
    assert "Open the two other reviews before you send yours" in too_early
    assert "No aim." not in too_early
    assert "No aim." in shown
    assert "A clear aim." in shown
    client.post(address + "send/", {"summary": "", **data})
    submission.refresh_from_db()
    assert submission.status == submission.Status.APPROVED


def test_who_has_finished_is_not_reminded_and_the_other_one_is(pair, submission):
    first, second = pair
    sends(first)
    due = timezone.make_aware(timezone.datetime.combine(submission.due_on, reminders.MORNING))

    reminders.remind_reviewers(now=due)

    reminded = OutgoingEmail.objects.filter(kind="review_reminder")
    assert {email.to for email in reminded} == {second.reviewer.email}
    assert SubmissionNote.objects.count() == 0
