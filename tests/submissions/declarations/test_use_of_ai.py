"""The badge says what is allowed, the earner tells what they did, the reviewer reads both."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from catalog import operations as catalog
from catalog.models import BadgeVersion
from reviewing import operations as reviewing
from submissions import operations
from submissions.declarations.operations import AiUse
from submissions.models import AiDisclosure
from submissions.states import Status
from tests.editing.windows import Window
from tests.factories import (
    BadgeFactory,
    DraftBadgeFactory,
    DraftFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)

pytestmark = pytest.mark.django_db
SOME = {"ai_use": "some", "ai_sentence": "AI may correct your language."}


def draft_of(version=None):
    draft = DraftFactory(badge_class=BadgeFactory(version=version))
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "Done.")
    return draft


def send_address(draft):
    return reverse("submissions:send", args=[draft.public_id])


def sent(version, ai):
    draft = draft_of(version)
    operations.send(draft, by=draft.earner, statement_accepted=True, ai=ai)
    return draft


# What the badge says


def test_everybody_reads_on_the_page_of_the_badge_what_is_allowed(client):
    badge = BadgeFactory(version=SOME)

    text = client.get(badge.get_absolute_url()).content.decode()

    assert "AI is allowed for some things." in text
    assert "AI may correct your language." in text


def test_a_badge_that_does_not_say_it_shows_nothing(client):
    assert "AI is" not in client.get(BadgeFactory().get_absolute_url()).content.decode()


def test_the_next_version_begins_with_it_and_a_published_one_keeps_it():
    badge = BadgeFactory(version=SOME)

    draft = catalog.draft_version(badge, by=None)

    assert (draft.ai_use, draft.ai_sentence) == ("some", "AI may correct your language.")
    with pytest.raises(InternalError), transaction.atomic():
        BadgeVersion.objects.filter(pk=badge.current_version_id).update(ai_use="any")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ai_use": "some"}, "Say in a sentence what AI may be used for."),
        ({"ai_sentence": "Only for language."}, "Choose what is allowed, or remove the sentence"),
        ({"ai_use": "perhaps"}, "not one of the available choices"),
        ({"ai_use": "any", "ai_sentence": "x" * 301}, "at most 300 characters"),
    ],
)
def test_the_editor_refuses_half_of_it_and_keeps_what_was_typed(client, typed, words):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    address = reverse("catalog:manage_edit", args=[badge.slug])

    response = Window(client, address, has="ai_use").type(**typed).press()

    assert response.status_code == 422
    assert words in response.content.decode()
    assert badge.versions.get().ai_use == ""


def test_the_editor_saves_it(client):
    badge = DraftBadgeFactory()
    client.force_login(coordinator_for(badge))
    address = reverse("catalog:manage_edit", args=[badge.slug])

    Window(client, address, has="ai_use").type(**SOME).press()

    version = badge.versions.get()
    assert (version.ai_use, version.ai_sentence) == ("some", "AI may correct your language.")


@pytest.mark.parametrize("values", [{"ai_use": "some"}, {"ai_sentence": "Only for language."}])
def test_the_database_refuses_half_of_it(values):
    version = DraftBadgeFactory().versions.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        BadgeVersion.objects.filter(pk=version.pk).update(**values)


# What the earner says


def test_a_badge_that_does_not_say_it_does_not_ask(client):
    draft = draft_of()
    client.force_login(draft.earner)

    assert "ai_used" not in client.get(send_address(draft)).content.decode()
    assert client.post(send_address(draft), {"statement": "on"}).status_code == 302
    assert not AiDisclosure.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose whether you used AI."),
        ({"ai_used": "yes", "ai_how": "  "}, "Say which tool you used, and for what."),
        ({"ai_used": "yes", "ai_how": "x" * 2001}, "Shorten this to 2000 characters."),
        ({"ai_used": "maybe"}, "not one of the available choices"),
    ],
)
def test_an_incomplete_answer_is_refused_and_kept(client, typed, words):
    draft = draft_of(SOME)
    client.force_login(draft.earner)

    response = client.post(send_address(draft), {"statement": "on", **typed})

    draft.refresh_from_db()
    assert (response.status_code, draft.status) == (422, Status.DRAFT)
    text = response.content.decode()
    assert words in text
    assert typed.get("ai_how", "").strip() in text


def test_no_and_yes_are_kept_with_the_attempt(client):
    for typed, kept in (
        ({"ai_used": "no", "ai_how": "left over"}, (False, "")),
        (
            {"ai_used": "yes", "ai_how": "A chatbot, for questions."},
            (True, "A chatbot, for questions."),
        ),
    ):
        draft = draft_of({"ai_use": "none"})
        client.force_login(draft.earner)
        assert client.post(send_address(draft), {"statement": "on", **typed}).status_code == 302
        said = draft.latest_attempt.ai_disclosure
        assert (said.used, said.how) == kept


def test_the_next_attempt_begins_with_what_was_said_before(client):
    submission = sent(SOME, AiUse(used=True, how="A chatbot, for questions."))
    assignment = reviewing.claim(submission, by=reviewer_for(submission.badge_class))
    judgments = judge_all(assignment, "not_yet", "More.")
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judgments)
    client.force_login(submission.earner)

    assert "A chatbot, for questions." in client.get(send_address(submission)).content.decode()


def test_what_was_said_never_changes():
    sent(SOME, AiUse(used=True, how="A chatbot."))

    with pytest.raises(InternalError), transaction.atomic():
        AiDisclosure.objects.update(how="Nothing much.")
    with pytest.raises(InternalError), transaction.atomic():
        AiDisclosure.objects.all().delete()


def test_sending_without_an_answer_is_refused_by_the_operation_too():
    draft = draft_of(SOME)

    with pytest.raises(ValueError, match="asks whether AI"):
        operations.send(draft, by=draft.earner, statement_accepted=True)


# What the reviewer reads


@pytest.mark.parametrize(
    ("ai", "words"),
    [
        (AiUse(used=True, how="A chatbot, for questions."), "A chatbot, for questions."),
        (AiUse(used=False), "The educator says that no AI was used."),
    ],
)
def test_the_reviewer_reads_what_is_allowed_and_what_was_said(client, ai, words):
    submission = sent(SOME, ai)
    assignment = reviewing.claim(submission, by=reviewer_for(submission.badge_class))
    client.force_login(assignment.reviewer)

    text = client.get(assignment.get_absolute_url()).content.decode()

    assert "AI may correct your language." in text
    assert words in text
