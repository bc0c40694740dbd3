"""Earners answer the questions of a badge on the evidence page."""

from __future__ import annotations

import json

import pytest
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from catalog import operations as catalog
from reviewing import operations as reviewing
from submissions import operations
from submissions.models import EvidenceItem
from submissions.questions.answered import AnsweredQuestion
from tests.factories import coordinator_for, judge_all, reviewer_for
from tests.submissions.questions.asking import (
    ALL_REQUIRED,
    answer,
    answers,
    badge_with_questions,
    draft_with_questions,
    posted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return draft_with_questions()


@pytest.fixture
def earner(client, draft):
    client.force_login(draft.earner)
    return client


def page(submission, name="edit"):
    return reverse(f"submissions:{name}", args=[submission.public_id])


def kept(submission):
    """The answers by question, of the newest attempt."""
    found = EvidenceItem.objects.filter(attempt=submission.latest_attempt, kind="form")
    return {each.asked: each.words for item in found for each in item.answered_questions}


def send(submission):
    return operations.send(submission, by=submission.earner, statement_accepted=True)


def test_answers_are_kept_with_the_questions_as_they_were_asked(earner, draft):
    given = {"several": ["", "Tablets", "Paper"], "short": "To sort photos", "long": "More time."}

    response = earner.post(page(draft), posted(draft, **ALL_REQUIRED, **given))

    assert response.status_code == 302
    item = EvidenceItem.objects.get()
    assert item.kind == "form"
    assert item.answered_questions == [
        AnsweredQuestion("Which grade did you teach?", ["Grade 1"]),
        AnsweredQuestion("When?", ["Oct. 5, 2026"]),
        AnsweredQuestion("How many students?", ["24"]),
        AnsweredQuestion("What did you use?", ["Paper", "Tablets"]),
        AnsweredQuestion("In one line, the aim", ["To sort photos"]),
        AnsweredQuestion("What would you change?", ["More time."], is_long=True),
    ]
    assert item.text.startswith("Which grade did you teach?\nGrade 1\n\nWhen?\nOct. 5, 2026\n\n")
    shown = earner.get(page(draft)).content.decode()
    assert 'value="2026-10-05"' in shown
    assert "1 of 1 done" in shown


def test_a_draft_is_saved_bit_by_bit_and_sent_only_when_it_is_complete(earner, draft):
    earner.post(page(draft), posted(draft, number="24"))

    assert kept(draft) == {
        "Which grade did you teach?": [],
        "When?": [],
        "How many students?": ["24"],
        "What did you use?": [],
        "In one line, the aim": [],
        "What would you change?": [],
    }
    check = earner.get(page(draft, "send")).content.decode()
    assert "Please complete these before you send:" in check
    assert check.count("No answer") == 5
    with pytest.raises(operations.Incomplete):
        send(draft)

    earner.post(page(draft), posted(draft, **ALL_REQUIRED))

    assert send(draft).sent_at


def test_an_answer_that_is_refused_is_shown_again_and_the_others_are_saved(earner, draft):
    wrong = posted(draft, number="about twenty", date="31/31/2026", one="Grade 9", short="The aim")

    response = earner.post(page(draft), wrong)

    shown = response.content.decode()
    assert response.status_code == 422
    assert "Write a number in digits, such as 12 or 3.5." in shown
    for typed in ("about twenty", "31/31/2026", "The aim"):
        assert typed in shown
    assert kept(draft)["In one line, the aim"] == ["The aim"]
    assert kept(draft)["How many students?"] == []


def test_emptying_all_answers_removes_the_item(earner, draft):
    earner.post(page(draft), posted(draft, **ALL_REQUIRED, several=["", "Paper"]))

    earner.post(page(draft), posted(draft, one="", date="", number=" ", several=[""]))

    assert not EvidenceItem.objects.exists()


def test_boxes_of_a_question_that_was_not_posted_stay_checked(earner, draft):
    earner.post(page(draft), posted(draft, several=["", "Paper"]))

    earner.post(page(draft), posted(draft, short="Only this"))

    assert kept(draft)["What did you use?"] == ["Paper"]


def test_typed_answers_save_themselves(earner, draft):
    url = page(draft, "autosave")

    saved = earner.post(url, posted(draft, number="24", several=["", "Tablets"]))
    refused = earner.post(url, posted(draft, number="many"))

    assert saved.status_code == 200
    assert kept(draft)["What did you use?"] == ["Tablets"]
    [field] = posted(draft, number="many")
    assert (refused.status_code, list(refused.json()["refused"])) == (422, [field])
    assert kept(draft)["How many students?"] == ["24"]


def test_two_windows_that_answer_one_question_differently_see_both_answers(earner, draft):
    prefix = f"criterion-{draft.version.criteria.first().pk}"
    [field] = posted(draft, short="")
    opened = earner.get(page(draft)).context["forms"][0].stored_fingerprints
    hidden = {f"{prefix}-opened": json.dumps(opened)}
    earner.post(page(draft), {**hidden, **posted(draft, short="On the laptop")})

    refused = earner.post(
        page(draft), {**hidden, **posted(draft, short="On the phone", number="3")}
    )

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "On the laptop" in shown
    assert 'value="On the phone"' in shown
    assert field in shown
    assert kept(draft)["In one line, the aim"] == ["On the laptop"]


def test_what_was_answered_too_late_is_shown_for_copying(earner, draft):
    answer(draft, **ALL_REQUIRED)
    send(draft)

    response = earner.post(page(draft), posted(draft, long="A long thought."))

    assert response.status_code == 409
    assert "A long thought." in response.content.decode()


def test_the_reviewer_reads_questions_and_answers_and_what_changed(client, draft):
    answer(draft, **ALL_REQUIRED, long="We would plan more time.")
    send(draft)
    reviewer = reviewer_for(draft.badge_class)
    assignment = reviewing.claim(draft, by=reviewer)
    client.force_login(reviewer)

    first = client.get(reverse("reviewing:review", args=[assignment.pk])).content.decode()
    notes = judge_all(assignment, "not_yet", "Say more.")
    reviewing.send_review(assignment, by=reviewer, judgments=notes)
    draft.refresh_from_db()
    carried_over = kept(draft)
    answer(draft, **ALL_REQUIRED, long="We would plan twice the time.")
    send(draft)
    again = reviewing.claim(draft, by=reviewer)
    second = client.get(reverse("reviewing:review", args=[again.pk])).content.decode()

    assert "Which grade did you teach?" in first
    assert "We would plan more time." in first
    assert carried_over["What would you change?"] == ["We would plan more time."]
    assert "<ins>twice the</ins>" in second
    assert "<del>more</del>" in second


def test_answers_are_shown_in_the_readers_language(draft):
    answer(draft, **ALL_REQUIRED)

    with translation.override("es"):
        words = kept(draft)["When?"]

    assert words == ["5 de octubre de 2026"]
    assert "Oct. 5, 2026" in EvidenceItem.objects.get().text


def test_a_new_version_of_the_badge_asks_nothing_new_of_people_in_progress(earner, draft):
    answer(draft, **ALL_REQUIRED)
    badge, by = draft.badge_class, coordinator_for(draft.badge_class)
    newer = catalog.draft_version(badge, by=by)
    question = newer.criteria.first().questions.first()
    assert question.thread == draft.version.criteria.first().questions.first().thread
    question.text = "Which class did you teach?"
    question.save(update_fields=["text"])
    catalog.publish(badge, by=by)

    shown = earner.get(page(draft)).content.decode()

    assert "Which grade did you teach?" in shown
    assert "Which class did you teach?" not in shown


def test_only_a_form_has_answers(draft):
    criterion = draft.version.criteria.first()
    values = {"criterion": criterion, "added_at": timezone.now(), "text": "Words."}
    answer(draft, **ALL_REQUIRED)

    for wrong in (
        {"kind": "text", "answers": [{"asked": "Why?"}]},
        {"kind": "form", "answers": []},
        {"kind": "form", "answers": [{"asked": "A second form?"}]},
    ):
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            draft.attempts.get().evidence_items.create(**values, **wrong)


def test_visitors_read_the_questions_before_they_start(client):
    badge = badge_with_questions()

    shown = client.get(badge.get_absolute_url()).content.decode()
    paper = client.get(reverse("catalog:worksheet", args=[badge.slug])).content.decode()

    for text in ("Questions to answer", "answers to questions"):
        assert text in shown
    for page_of_badge in (shown, paper):
        assert "How many students?" in page_of_badge
        assert "Without names." in page_of_badge
        assert "Kindergarten" in page_of_badge


def test_the_fields_are_named_by_question(draft):
    assert list(answers(draft, one="", date="")) == [
        f"question-{question.pk}" for question in draft.version.criteria.first().questions.all()[:2]
    ]
