"""The pages of earners, readers of appeals and coordinators."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from issuing.awards.operations.issue_batches import issue_batch
from reviewing.due_process.operations import appeals, feedback, holds
from reviewing.models import Appeal, FeedbackAnswer, IntegrityHold, Reopening
from reviewing.notes import operations as notes
from reviewing.states import Helpfulness
from submissions import operations as submissions
from submissions.models import Submission
from submissions.states import Status
from tests.factories import BadgeFactory
from tests.reviewing.due_process.cases import (
    approved,
    coordinator_of,
    declined,
    latest_decision,
    other_reviewer,
    read_again,
    returned,
)

pytestmark = pytest.mark.django_db


def page_of(client, user, name, *args, data=None, method="get"):
    client.force_login(user)
    return getattr(client, method)(reverse(f"reviewing:{name}", args=args), data)


def words_of(response):
    return " ".join(response.content.decode().split())


def posted(client, user, name, *args, **data):
    return page_of(client, user, name, *args, data=data, method="post")


def own_page(client, submission):
    client.force_login(submission.earner)
    return words_of(client.get(submission.get_absolute_url()))


def test_the_page_of_a_returned_submission_leads_to_the_appeal(client):
    submission = returned()
    address = reverse("reviewing:make_appeal", args=[submission.public_id])

    assert address in own_page(client, submission)
    posted(client, submission.earner, "make_appeal", submission.public_id, words="Page four.")

    page = own_page(client, submission)
    assert "Your appeal" in page
    assert address not in page


def test_what_was_typed_stays_when_the_time_is_over(client):
    submission = returned()
    submission.badge_class.issuer.appeal_days = 1
    submission.badge_class.issuer.save(update_fields=["appeal_days"])
    latest = latest_decision(submission)
    assert latest.ended_at
    later = timezone.now() + timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: later)
        client.force_login(submission.earner)
        response = posted(
            client, submission.earner, "make_appeal", submission.public_id, words="Page four."
        )

    assert response.status_code == 422
    assert "The time to appeal this decision is over." in words_of(response)
    assert "Page four." in words_of(response)


def test_an_empty_appeal_is_shown_again(client):
    submission = returned()

    response = posted(client, submission.earner, "make_appeal", submission.public_id, words="")

    assert response.status_code == 422
    assert "Write what was overlooked" in words_of(response)


def test_the_reader_sees_everything_but_no_names(client):
    submission = returned()
    decision = latest_decision(submission)
    notes.write(submission, text="A note between reviewers.", by=decision.decided_by)
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    reader = other_reviewer(submission)
    appeals.take(made, by=reader)

    page = words_of(page_of(client, reader, "appeal", made.pk))

    for seen in ("Page four.", "Say more.", "A note between reviewers.", "What do you decide?"):
        assert seen in page
    for hidden in (submission.earner.name, decision.decided_by.name):
        assert hidden not in page


def test_the_reader_decides_and_the_earner_reads_the_reasons_without_a_name(client):
    submission = declined()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    reader = other_reviewer(submission)
    appeals.take(made, by=reader)

    posted(client, reader, "appeal", made.pk, outcome="approve", reason="It is on page four.")

    assert Submission.objects.get().status == Status.APPROVED
    page = own_page(client, submission)
    assert "It is on page four." in page
    assert reader.name not in page


def test_only_its_reader_opens_an_appeal(client):
    made = appeals.appeal(submission := returned(), words="Page four.", by=submission.earner)
    appeals.take(made, by=other_reviewer(submission))

    assert page_of(client, other_reviewer(submission), "appeal", made.pk).status_code == 404
    assert page_of(client, coordinator_of(submission), "appeal", made.pk).status_code == 404


def test_a_coordinator_chooses_from_people_who_had_no_part(client):
    submission = returned()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    coordinator, reader = coordinator_of(submission), other_reviewer(submission)
    involved = latest_decision(submission).decided_by

    page = words_of(page_of(client, coordinator, "manage_appeal", made.pk))
    refused = posted(client, coordinator, "manage_appeal", made.pk, reader=involved.pk)
    posted(client, coordinator, "manage_appeal", made.pk, reader=reader.pk)

    assert reader.name in page
    assert involved.name not in page
    assert refused.status_code == 422
    assert Appeal.objects.get().reader == reader


def test_coordinators_of_other_agencies_find_nothing(client):
    submission = returned()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    held = holds.place(submission, reason="A doubt.", by=coordinator_of(submission))
    foreign = coordinator_of(Submission(badge_class=BadgeFactory()))

    assert "Page four." not in words_of(page_of(client, foreign, "manage_appeals"))
    assert page_of(client, foreign, "manage_appeal", made.pk).status_code == 404
    assert page_of(client, foreign, "manage_hold", held.pk).status_code == 404
    for name in ("manage_reopen", "manage_place_hold", "manage_history"):
        assert page_of(client, foreign, name, submission.public_id).status_code == 404


def test_the_page_says_before_what_happens_to_the_badge(client):
    submission = approved()
    issue_batch(now=timezone.now())
    coordinator = coordinator_of(submission)

    page = words_of(page_of(client, coordinator, "manage_reopen", submission.public_id))
    posted(
        client, coordinator, "manage_reopen", submission.public_id, reason="Mixed up.",
        by_others="on",
    )  # fmt: skip

    assert "The badge stays valid until there is a decision." in page
    assert "If it is not: The badge is revoked." in page
    assert Reopening.objects.get().by_others
    assert "Mixed up." in own_page(client, submission)


def test_the_earner_reads_a_hold_and_answers(client):
    submission = returned()
    held = holds.place(submission, reason="Whose pictures?", by=coordinator_of(submission))

    assert reverse("reviewing:hold", args=[submission.public_id]) in own_page(client, submission)
    page = words_of(page_of(client, submission.earner, "hold", submission.public_id))
    posted(client, submission.earner, "hold", submission.public_id, hold=held.pk, words="Mine.")

    assert "Whose pictures?" in page
    assert held.placed_by.name not in page
    assert IntegrityHold.objects.get().answer == "Mine."


def test_an_answer_to_an_earlier_question_is_not_sent_to_the_next_one(client):
    submission = returned()
    coordinator = coordinator_of(submission)
    first = holds.place(submission, reason="Whose pictures?", by=coordinator)
    holds.lift(first, because="Settled.", by=coordinator)
    second = holds.place(submission, reason="Whose words?", by=coordinator)

    asked = submission.public_id
    response = posted(client, submission.earner, "hold", asked, hold=first.pk, words="My camera.")

    assert response.status_code == 422
    for shown in ("Whose words?", "My camera.", f'name="hold" value="{second.pk}"'):
        assert shown in words_of(response)
    assert not IntegrityHold.objects.exclude(answered_at=None).exists()


def test_nobody_confirms_a_hold_without_having_read_its_answer(client):
    submission = returned()
    held = holds.place(submission, reason="Whose pictures?", by=coordinator_of(submission))
    other = coordinator_of(submission)
    holds.answer(held, words="Mine, here is the film.", by=submission.earner)

    response = posted(client, other, "manage_hold", held.pk, reason="No answer.", confirm="")

    assert response.status_code == 422
    for shown in ("Mine, here is the film.", "No answer.", 'name="answer_read"'):
        assert shown in words_of(response)
    assert IntegrityHold.objects.get().is_open


def test_whoever_read_an_appeal_reads_nothing_that_is_sent_after_it(client):
    submission = returned()
    made = appeals.appeal(submission, words="Page four.", by=submission.earner)
    reader = other_reviewer(submission)
    appeals.take(made, by=reader)
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    notes.write(submission, text="A later note.", by=coordinator_of(submission))

    page = words_of(page_of(client, reader, "appeal", made.pk))

    assert "Page four." in page
    for hidden in ("Attempt 2", "Show the evidence", "A later note."):
        assert hidden not in page


def test_whoever_placed_a_hold_can_only_lift_it(client):
    submission = returned()
    placed_by, other = coordinator_of(submission), coordinator_of(submission)
    held = holds.place(submission, reason="Whose pictures?", by=placed_by)
    holds.answer(held, words="Mine.", by=submission.earner)

    own = posted(client, placed_by, "manage_hold", held.pk, reason="Sure.", confirm="")
    assert own.status_code == 422
    assert "Somebody else has to confirm it." in words_of(own)

    posted(
        client,
        other,
        "manage_hold",
        held.pk,
        reason="The book has them.",
        confirm="",
        answer_read="",
    )
    assert Submission.objects.get().status == Status.DECLINED


def test_the_history_names_roles_to_the_earner_and_people_to_coordinators(client):
    submission = returned()
    decision = latest_decision(submission)
    coordinator = coordinator_of(submission)
    holds.place(submission, reason="Whose pictures?", by=coordinator)

    own = words_of(page_of(client, submission.earner, "history", submission.public_id))
    theirs = words_of(page_of(client, coordinator, "manage_history", submission.public_id))

    for seen in ("Sent in", "Returned with comments", "Put on hold", "Whose pictures?"):
        assert seen in own
        assert seen in theirs
    for name in (decision.decided_by.name, coordinator.name):
        assert name not in own
        assert name in theirs


def test_one_press_answers_the_question_about_feedback(client):
    submission = returned()
    address = reverse("reviewing:feedback_answer", args=[submission.public_id])
    client.force_login(submission.earner)

    assert client.get(address).status_code == 405
    assert not FeedbackAnswer.objects.exists()
    shown = {"decision": latest_decision(submission).pk}
    client.post(address, {**shown, "helpful": "partly"})
    client.post(address, {**shown, "helpful": "no"})
    client.post(address, {**shown, "helpful": "perhaps"})

    assert FeedbackAnswer.objects.get().helpful == Helpfulness.NO


def shown_decision(client, address) -> str:
    page = client.get(address).content.decode()
    return re.search(r'name="decision" value="([^"]+)"', page)[1]


def decided_again(submission):
    """After the earner sent it again, another decision took effect."""
    submissions.send(submission, by=submission.earner, statement_accepted=True)
    submission.refresh_from_db()
    return read_again(submission, "not_yet")


def test_an_answer_from_an_old_page_counts_for_the_decision_that_it_showed(client):
    submission = returned()
    first = latest_decision(submission)
    client.force_login(submission.earner)
    shown = shown_decision(client, submission.get_absolute_url())
    decided_again(submission)
    address = reverse("reviewing:feedback_answer", args=[submission.public_id])

    client.post(address, {"decision": shown, "helpful": "no"})
    assert FeedbackAnswer.objects.get().decision == first

    newest = shown_decision(client, submission.get_absolute_url())
    assert newest == str(latest_decision(submission).pk)


@pytest.mark.parametrize("shown", ["", "of somebody else"])
def test_an_answer_to_no_decision_of_this_submission_is_not_saved(client, shown):
    submission = returned()
    if shown:
        shown = latest_decision(returned()).pk
    client.force_login(submission.earner)
    address = reverse("reviewing:feedback_answer", args=[submission.public_id])

    page = client.post(address, {"decision": shown, "helpful": "no"}, follow=True)

    assert "Nothing was saved" in page.content.decode()
    assert not FeedbackAnswer.objects.exists()


def test_an_appeal_from_an_old_page_is_refused_and_keeps_its_words(client):
    submission = returned()
    client.force_login(submission.earner)
    address = reverse("reviewing:make_appeal", args=[submission.public_id])
    shown = shown_decision(client, address)
    decided_again(submission)

    page = client.post(address, {"decision": shown, "words": "Page four."})

    assert page.status_code == 422
    assert "There is a newer decision." in page.content.decode()
    assert "Page four." in page.content.decode()
    assert not Appeal.objects.exists()


def test_answers_are_shown_from_five_on_and_five_at_a_time(client):
    badge = BadgeFactory()
    submission = returned(badge_class=badge)
    coordinator = coordinator_of(submission)
    reviewer = latest_decision(submission).decided_by
    feedback.answer(latest_decision(submission), Helpfulness.YES)

    def shown():
        return words_of(page_of(client, coordinator, "manage_appeals"))

    for _ in range(3):
        feedback.answer(latest_decision(returned(badge_class=badge)), Helpfulness.NO)
    assert "Too few answers so far." in shown()
    feedback.answer(latest_decision(returned(badge_class=badge)), Helpfulness.PARTLY)
    assert "Of 5 answers, 1 say yes, 1 partly and 3 no." in shown()
    feedback.answer(latest_decision(returned(badge_class=badge)), Helpfulness.YES)
    assert "Of 5 answers, 1 say yes, 1 partly and 3 no." in shown()

    own = words_of(page_of(client, reviewer, "done"))
    assert "Too few answers so far." in own
