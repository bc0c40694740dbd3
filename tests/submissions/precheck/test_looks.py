"""Looks become due when the earner is about to send; the worker takes each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fetching.safe_fetch import Fetched
from submissions import operations
from submissions.models import ItemCheck
from submissions.precheck import operations as precheck
from tests.factories import (
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db


class Site:
    def __init__(self, status=200):
        self.status, self.asked = status, []

    def fetch(self, url):
        self.asked.append(url)
        return Fetched(url, self.status, b"")


@pytest.fixture
def draft():
    earner = UserFactory(name="Rosa Alvarez")
    MembershipFactory(user=earner, agency=SchoolFactory(name="Creekside School"))
    draft = DraftFactory(earner=earner)
    plan, teach, _share = draft.version.criteria.all()
    operations.write_text(draft, plan, "What I did.")
    operations.add_link(draft, teach, url="https://plan.example/weekly", title="The plan")
    return draft


def add_text_file(draft, words, name="notes.txt"):
    return operations.add_file(
        draft, draft.version.criteria.all()[1], file=ContentFile(words.encode()), file_name=name,
        content_type="text/plain",
    )  # fmt: skip


def ask(draft):
    precheck.ask_for_looks(draft.attempts.get(sent_at=None).evidence_items.all())


def look_at_all(site=None):
    site = site or Site()
    while precheck.look_at_next(now=timezone.now(), fetcher=site):
        pass
    return site


def check_page(client, draft):
    client.force_login(draft.earner)
    return client.get(reverse("submissions:send", args=[draft.public_id])).content.decode()


def test_the_page_before_sending_asks_for_a_look_at_links_and_files(client, draft):
    add_text_file(draft, "What the class found.")

    text = check_page(client, draft)
    check_page(client, draft)

    assert ItemCheck.objects.count() == 2  # not of texts, and once
    assert "2 links and files are still being looked at." in text


def test_a_dead_link_is_named_with_what_to_do(client, draft):
    ask(draft)
    look_at_all(Site(404))

    text = check_page(client, draft)

    assert "There is nothing at the address of “The plan”." in text
    assert "copy the address again" in text
    assert "still being looked at" not in text


def test_a_link_that_opens_and_a_text_without_names_give_no_list(client, draft):
    ask(draft)
    look_at_all()

    assert "You may want to look at this" not in check_page(client, draft)


def test_names_in_text_captions_file_names_and_documents_are_named(client, draft):
    plan = draft.version.criteria.first()
    operations.write_text(draft, plan, "I, Rosa Alvarez, teach here.")
    add_text_file(draft, "At Creekside School we read.", name="Rosa_Alvarez.txt")
    ask(draft)
    look_at_all()

    text = check_page(client, draft)

    assert "Your text has these names in it: Rosa Alvarez." in text
    assert "The name of the file “Rosa_Alvarez.txt” has these names in it: Rosa Alvarez." in text
    assert "has these names in it: Creekside School." in text


def test_a_text_far_under_what_is_asked_is_named(client):
    badge = BadgeFactory()
    draft = DraftFactory(badge_class=badge)
    plan = draft.version.criteria.first()
    operations.write_text(draft, plan, "Too short.")
    with_prompt = [(plan, "A reflection of 300 words.")]

    from submissions.answers import draft_answers
    from submissions.precheck import findings

    answers = draft_answers(draft)
    for criterion, prompt in with_prompt:
        next(a for a in answers if a.criterion == criterion).criterion.evidence_prompt = prompt

    [found] = findings.look(draft, answers).findings
    assert found.what == "It asks for about 300 words, and yours has 2 words."


def test_whatever_was_found_it_can_be_sent(client, draft):
    ask(draft)
    look_at_all(Site(404))
    client.force_login(draft.earner)

    address = reverse("submissions:send", args=[draft.public_id])
    assert client.post(address, {"statement": "on"}).status_code == 302


def test_the_names_that_were_found_are_forgotten_when_it_is_sent(draft):
    add_text_file(draft, "At Creekside School we read.")
    ask(draft)
    look_at_all()
    assert ItemCheck.objects.exclude(names=[]).count() == 1

    operations.send(draft, by=draft.earner, statement_accepted=True)

    assert not ItemCheck.objects.exclude(names=[]).exists()


def test_a_look_that_ends_after_sending_keeps_the_digest_and_no_names(draft):
    add_text_file(draft, "At Creekside School we read.")
    ask(draft)
    operations.send(draft, by=draft.earner, statement_accepted=True)

    look_at_all()

    check = ItemCheck.objects.get(item__kind="file")
    assert (check.names, len(check.digest)) == ([], 64)


def test_a_look_whose_worker_was_killed_is_taken_again_after_two_minutes(draft, monkeypatch):
    ask(draft)
    now = timezone.now()

    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(precheck, "look_at", killed)
        with pytest.raises(KeyboardInterrupt):
            precheck.look_at_next(now=now)

    assert not precheck.look_at_next(now=now + timedelta(minutes=1))
    assert precheck.look_at_next(now=now + timedelta(minutes=3), fetcher=Site())
    assert ItemCheck.objects.get().outcome == "fine"


def test_a_file_that_the_storage_does_not_give_is_left_after_some_tries(draft, monkeypatch):
    ask(draft)
    now = timezone.now()

    def broken(*args, **kwargs):
        raise OSError("no storage")

    monkeypatch.setattr(precheck, "look_at", broken)
    for number in range(precheck.MOST_TRIES):
        assert precheck.look_at_next(now=now + number * timedelta(minutes=3))

    assert ItemCheck.objects.get().outcome == "unsure"


def test_what_is_met_is_not_looked_at_again(client, draft):
    teach = draft.version.criteria.all()[1]
    draft.met_criteria.add(teach)

    check_page(client, draft)

    assert not ItemCheck.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_look_at_one_link_once(draft):
    ask(draft)
    site = Site()

    at_once(*[lambda: precheck.look_at_next(now=timezone.now(), fetcher=site)] * 2)

    assert site.asked == ["https://plan.example/weekly"]


def test_more_evidence_asks_nothing_more_of_the_database(client, draft):
    def statements():
        check_page(client, draft)
        address = reverse("submissions:send", args=[draft.public_id])
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    few = statements()
    for number in range(4):
        teach = draft.version.criteria.all()[1]
        operations.add_link(draft, teach, url=f"https://plan.example/{number}")

    assert few == statements() <= 15
