"""The earner marks their own evidence with the reviewer's rubric, and nobody else reads it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from reviewing import operations as reviewing
from submissions import operations
from submissions.models import SelfMark
from tests.editing.windows import Window
from tests.factories import DraftFactory, UserFactory, coordinator_for, reviewer_for

pytestmark = pytest.mark.django_db


def address_of(draft):
    return reverse("submissions:self_check", args=[draft.public_id])


@pytest.fixture
def draft(client):
    draft = DraftFactory()
    client.force_login(draft.earner)
    for criterion in draft.version.criteria.filter(required=True):
        operations.write_text(draft, criterion, "Done.")
    return draft


def mark(client, draft):
    plan, teach, _share = draft.version.criteria.all()
    level = plan.levels.last()
    typed = {f"criterion-{plan.pk}": str(level.pk), f"criterion-{teach.pk}": "not_yet"}
    window = Window(client, address_of(draft), has=f"criterion-{plan.pk}")
    return window.type(**typed).press()


def test_a_criterion_with_levels_is_marked_by_level_and_any_other_by_verdict(client, draft):
    assert mark(client, draft).status_code == 302

    marks = {str(one.criterion): str(one.level or one.verdict) for one in SelfMark.objects.all()}
    assert marks == {"Plan a lesson": "Meeting", "Teach it": "not_yet"}


def test_the_page_shows_the_rubric_and_what_was_marked(client, draft):
    mark(client, draft)

    text = client.get(address_of(draft)).content.decode()

    assert "Names an aim and how it is seen." in text
    assert "Only you can see your marks." in text
    assert text.count(" checked") == 3  # a level, a verdict, and one that is open


def test_a_mark_can_be_taken_away(client, draft):
    mark(client, draft)
    plan = draft.version.criteria.first()
    window = Window(client, address_of(draft), has=f"criterion-{plan.pk}")

    window.type(**{f"criterion-{plan.pk}": ""}).press()

    assert not SelfMark.objects.filter(criterion=plan).exists()


@pytest.mark.parametrize("wrong", ["met", "0", "999999", "; DROP TABLE"])
def test_what_is_no_level_of_this_criterion_is_refused(client, draft, wrong):
    plan = draft.version.criteria.first()

    answer = client.post(address_of(draft), {f"criterion-{plan.pk}": wrong})

    assert answer.status_code == 422
    assert not SelfMark.objects.exists()


def test_once_it_is_sent_nothing_is_marked_any_more(client, draft):
    operations.send(draft, by=draft.earner, statement_accepted=True)
    teach = draft.version.criteria.all()[1]

    answer = client.post(address_of(draft), {f"criterion-{teach.pk}": "met"})

    assert answer.status_code == 302
    assert not SelfMark.objects.exists()


def test_no_reviewer_and_no_coordinator_reads_the_marks(client, draft):
    mark(client, draft)
    operations.send(draft, by=draft.earner, statement_accepted=True)
    assignment = reviewing.claim(draft, by=reviewer_for(draft.badge_class))
    coordinator = coordinator_for(draft.badge_class)

    for person in (assignment.reviewer, coordinator, UserFactory()):
        client.force_login(person)
        assert client.get(address_of(draft)).status_code == 404
    client.force_login(assignment.reviewer)
    assert "checked" not in client.get(assignment.get_absolute_url()).content.decode()


def test_the_database_refuses_a_level_and_a_verdict_at_once(draft):
    plan = draft.version.criteria.first()
    attempt = draft.attempts.get()

    for values in ({"level": plan.levels.first(), "verdict": "met"}, {"verdict": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SelfMark.objects.create(attempt=attempt, criterion=plan, **values)
