"""Badges for more than 20 people at once wait, so that a mistake can be undone in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from awarding.lists.operations import lists, uploads
from awarding.models import ApiToken
from awarding.scores import operations as scores
from awarding.tasks import carry_on_award_lists
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from mail.models import OutgoingEmail
from tests.awarding.lists import addresses, awarded_list, checked_list, pasted
from tests.awarding.programs import AWARDS, BATCH, Program, award_request, token_for
from tests.awarding.score_imports import GOALS, checked_import, rule_for
from tests.factories import BadgeFactory, coordinator_for

pytestmark = pytest.mark.django_db


def badge_of_issuer(minutes=60, **kwargs):
    badge = BadgeFactory(**kwargs)
    badge.issuer.many_wait_minutes = minutes
    badge.issuer.save()
    return badge


def waits():
    """The waits of all awards, in minutes."""
    found = {award.due_at - award.created_at for award in Assertion.objects.all()}
    return sorted(wait // timedelta(minutes=1) for wait in found)


@pytest.mark.parametrize(
    ("people", "minutes", "hours", "wait"),
    [
        (20, 60, 0, 0),
        (21, 60, 0, 60),
        (21, 0, 0, 0),
        (21, 90, 1, 90),
        (21, 60, 2, 120),
        (20, 60, 2, 120),
    ],
)
def test_the_longer_wait_wins(people, minutes, hours, wait):
    awarded_list(badge_of_issuer(minutes, waiting_hours=hours), addresses(people))

    assert (Assertion.objects.count(), waits()) == (people, [wait])


def test_nobody_hears_of_many_badges_that_are_undone_in_time():
    award_list = awarded_list(badge_of_issuer(), addresses(21))
    lists.undo(award_list, by=award_list.made_by, reason="The wrong file.")
    carry_on_award_lists()
    issue_batch(now=timezone.now() + timedelta(hours=2))

    assert set(Assertion.objects.values_list("status", flat=True)) == {"cancelled"}
    assert not OutgoingEmail.objects.filter(kind__in=["award_waiting", "badge_issued"]).exists()


def test_a_coordinator_sends_a_list_at_once_which_is_in_the_activity_log(client):
    badge = badge_of_issuer()
    award_list = checked_list(badge, addresses(21))
    client.force_login(award_list.made_by)
    page = client.get(award_list.get_absolute_url())
    client.post(
        reverse("awarding:manage_list_start", args=[award_list.public_id]), {"at_once": "1"}
    )
    carry_on_award_lists()

    assert "it goes out 60 minutes after you award it" in " ".join(page.text.split())
    assert waits() == [0]
    entry = AuditEntry.objects.get(act="award list sent at once")
    assert (entry.actor, entry.agency) == (award_list.made_by, badge.agency)


def test_a_list_that_would_not_wait_has_nothing_to_send_at_once(client):
    award_list = checked_list(badge_of_issuer(), addresses(20))
    client.force_login(award_list.made_by)

    page = client.get(award_list.get_absolute_url())
    lists.start(award_list, by=award_list.made_by, at_once=True)

    assert 'name="at_once"' not in page.text
    assert not AuditEntry.objects.filter(act="award list sent at once").exists()


def test_a_list_keeps_the_wait_that_it_was_started_with():
    badge = badge_of_issuer()
    award_list = checked_list(badge, addresses(21))
    lists.start(award_list, by=award_list.made_by)
    badge.issuer.many_wait_minutes = 0
    badge.issuer.save()
    carry_on_award_lists()

    assert waits() == [60]


@pytest.mark.parametrize(("people", "wait"), [(20, 0), (21, 60)])
def test_all_lists_of_a_file_are_counted_together(people, wait):
    badge = badge_of_issuer()
    other = BadgeFactory(issuer=badge.issuer)
    names = badge.slug, other.slug
    rows = [f"p{n}@school.example,{names[n % 2]}" for n in range(people)]
    by = coordinator_for(badge)
    read = pasted("\n".join(["Email,Badge", *rows]))
    upload = uploads.save(badge, read=read, name="people.csv", by=by)
    answers = uploads.Answers(["email", "badge"], badges=upload.badges)
    made = uploads.assign(upload, answers=answers, read=read, revision=1, by=by)
    carry_on_award_lists()
    for award_list in made:
        lists.start(award_list, by=by)
    carry_on_award_lists()

    assert (Assertion.objects.count(), waits()) == (people, [wait])


@pytest.mark.parametrize(("people", "wait"), [(20, 0), (21, 60)])
def test_all_lists_of_a_score_import_are_counted_together(people, wait):
    badge = badge_of_issuer()
    other = BadgeFactory(issuer=badge.issuer)
    rule_for(badge, test="CASAS Reading*")
    rule_for(other, test="CASAS Math*")
    words = "".join(
        f"p{n}@school.example,P,{GOALS if n % 2 else 'CASAS Math'},2026-03-15,219,228,\n"
        for n in range(people)
    )
    score_import = checked_import(badge, words)
    scores.start(score_import, by=score_import.made_by)
    carry_on_award_lists()

    assert (Assertion.objects.count(), waits()) == (people, [wait])


def requests(badge, numbers):
    return [
        award_request(badge, key=str(n), email=f"p{n}@school.example", name=f"P {n}")
        for n in numbers
    ]


@pytest.mark.parametrize(("people", "wait"), [(20, 0), (21, 60)])
def test_many_in_one_call_of_the_api_wait_and_it_says_when_they_are_due(people, wait):
    badge = badge_of_issuer()
    program = Program(token_for(badge.agency))

    results = program.post(BATCH, {"awards": requests(badge, range(people))}).json()["results"]

    assert waits() == [wait]
    due = {f"{award.due_at:%Y-%m-%dT%H:%M:%S}Z" for award in Assertion.objects.all()}
    assert {result["due_at"] for result in results} == due


def test_calls_of_one_token_within_an_hour_are_counted_together():
    badge = badge_of_issuer()
    program = Program(token_for(badge.agency))
    for request in requests(badge, range(21)):
        program.post(AWARDS, request)

    by_key = dict(Assertion.objects.values_list("recipient_email", "due_at"))
    late = [email for email, due in by_key.items() if due > timezone.now()]
    assert late == ["p20@school.example"]


def test_what_was_sent_before_and_calls_of_another_token_are_not_counted():
    badge = badge_of_issuer()
    secret = token_for(badge.agency)
    program = Program(secret)
    many = requests(badge, range(20))
    for _ in range(2):
        program.post(BATCH, {"awards": many})
    other = Program(token_for(badge.agency, name="Other"))
    other.post(AWARDS, requests(badge, [30])[0])
    assert waits() == [0]

    # The hour of the first token is over.
    ApiToken.objects.update(hour_began_at=timezone.now() - timedelta(minutes=61))
    program.post(BATCH, {"awards": [*many, *requests(badge, [40])]})

    assert (Assertion.objects.count(), waits()) == (22, [0])


def test_coordinators_change_the_wait_of_their_issuer(client):
    badge = badge_of_issuer()
    coordinator = coordinator_for(badge)
    client.force_login(coordinator)
    page = reverse("catalog:manage_issuer_wait", args=[badge.issuer.public_id])

    others = {
        "decision_wait_minutes": "0",
        "appeal_days": "30",
        "appeal_answer_days": "10",
        "hold_answer_days": "10",
        "days_to_begin": "0",
    }

    statuses = [
        client.post(page, others | {"many_wait_minutes": value}).status_code
        for value in ("-1", "", "a", "10081", "0")
    ]

    badge.issuer.refresh_from_db()
    assert statuses == [422, 422, 422, 422, 302]
    assert badge.issuer.many_wait_minutes == 0
    entry = AuditEntry.objects.get(act="wait of many changed")
    assert (entry.actor, entry.note) == (coordinator, "60 → 0 min")
