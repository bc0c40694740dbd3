"""Uploads whose questions nobody answers are deleted, with the addresses in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from audit.models import AuditEntry
from awarding import tasks
from awarding.lists.operations import forgetting, uploads
from awarding.lists.operations.uploads import Answers
from awarding.models import ListUpload
from background import operations as background
from tests.awarding.list_pages import answer, paste
from tests.awarding.lists import pasted
from tests.factories import BadgeFactory, coordinator_for
from tests.races import at_once

pytestmark = pytest.mark.django_db

ASKED = "Name,Email,Earned\nAna,ana@b.example,1\nBen,ben@b.example,0"
PLAIN = "Name,Email\nAna,ana@b.example"
DAY = timedelta(days=1)


def later(days: int):
    return timezone.now() + days * DAY


def test_an_upload_is_kept_for_thirty_days_and_the_pages_say_so(client, badge, coordinator):
    page = paste(client, badge, ASKED, follow=True).text
    upload = ListUpload.objects.get()
    day = date_format(timezone.localtime(upload.kept_until), "DATE_FORMAT")
    index = client.get(reverse("awarding:manage_lists")).text

    assert upload.kept_until - upload.made_at == 30 * DAY
    assert f"We keep this list until {day}." in page
    assert f"kept until {day}" in index


def test_only_unanswered_uploads_are_deleted_when_their_time_is_over(client, badge, coordinator):
    paste(client, badge, ASKED)
    paste(client, badge, ASKED.replace("ana", "cy"))
    answered, unanswered = ListUpload.objects.all()
    answer(client, answered, who_2=["=1"])
    paste(client, badge, PLAIN)

    forgetting.forget_unanswered(now=later(29))
    before = ListUpload.objects.count()
    forgetting.forget_unanswered(now=later(31))

    assert before == 3
    assert not ListUpload.objects.filter(pk=unanswered.pk).exists()
    assert ListUpload.objects.filter(kept_until=None, has_questions=False).count() == 2
    entry = AuditEntry.objects.get(act="list upload forgotten")
    assert (entry.actor, entry.agency) == (None, badge.agency)


def test_the_task_works_off_all_that_is_due(client, badge, coordinator, monkeypatch):
    monkeypatch.setattr(background, "BATCH", 1)
    for _ in range(3):
        paste(client, badge, ASKED)
    ListUpload.objects.update(kept_until=timezone.now())

    tasks.forget_list_uploads()
    tasks.forget_list_uploads()

    assert not ListUpload.objects.exists()
    assert AuditEntry.objects.filter(act="list upload forgotten").count() == 3


def test_reading_the_file_in_another_way_starts_the_time_anew(client, badge, coordinator):
    paste(client, badge, ASKED)
    upload = ListUpload.objects.get()

    uploads.read_again(
        upload, read=pasted(ASKED), said={}, revision=1, by=coordinator, now=later(20)
    )
    forgetting.forget_unanswered(now=later(40))

    assert ListUpload.objects.get().has_questions
    forgetting.forget_unanswered(now=later(51))
    assert not ListUpload.objects.exists()


def test_other_days_can_be_set(client, badge, coordinator, settings):
    settings.UNANSWERED_LISTS_KEPT_DAYS = 7

    paste(client, badge, ASKED)

    assert ListUpload.objects.get().kept_until - timezone.now() < 7 * DAY


def test_an_answer_that_comes_after_the_deletion_says_so(client, badge, coordinator, monkeypatch):
    paste(client, badge, ASKED)
    upload = ListUpload.objects.get()
    assign = uploads.assign

    def assign_late(*args, **kwargs):
        forgetting.forget_unanswered(now=later(31))
        return assign(*args, **kwargs)

    monkeypatch.setattr(uploads, "assign", assign_late)
    response = answer(client, upload, who_2=["=1"])

    page = client.get(response.url).text
    assert "The list was deleted in the meantime. Upload it again." in page


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_answered_or_deleted_never_both():
    badge = BadgeFactory(waiting_hours=48)
    by = coordinator_for(badge)
    upload = uploads.save(badge, read=pasted(ASKED), name="people.csv", by=by)
    answers = Answers(["name", "email", "decides"], chosen={2: ["1"]})

    outcomes = at_once(
        lambda: uploads.assign(upload, answers=answers, read=pasted(ASKED), revision=1, by=by),
        lambda: forgetting.forget_unanswered(now=later(31)),
    )

    was_refused = isinstance(outcomes[0], uploads.DeletedMeanwhile)
    assert was_refused == (not ListUpload.objects.exists())
    if not was_refused:
        assert ListUpload.objects.get().award_lists.count() == 1
