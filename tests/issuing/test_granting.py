"""Granting awards: repeated, concurrent and refused grants, and renewals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import BadgeClass
from issuing.awards.operations import changes, granting
from issuing.awards.operations.granting import (
    Grant,
    Refusal,
    grant_all,
    preview_all,
    schedule_award,
)
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus, GrantSource
from mail.models import OutgoingEmail
from reviewing import operations as reviewing
from submissions import operations as submissions
from submissions.models import Submission
from submissions.permissions import can_start
from tests.factories import (
    BadgeFactory,
    UserFactory,
    coordinator_for,
    judge_all,
    reviewer_for,
)
from tests.factories import approved_submission as approved
from tests.races import at_once

pytestmark = pytest.mark.django_db


def grant_for(person, badge, key=None, source=GrantSource.API, **kwargs) -> Grant:
    return Grant(person, badge.current_version, source, key or f"{person.pk}", **kwargs)


def renewable_badge(**kwargs) -> BadgeClass:
    return BadgeFactory(valid_months=12, renewable=True, renewal_days_before=30, **kwargs)


def approved_from(draft: Submission) -> Submission:
    """Complete, send and approve a draft."""
    for criterion in draft.version.criteria.filter(required=True):
        submissions.write_text(draft, criterion, f"What I did for {criterion}.")
    submissions.send(draft, by=draft.earner, statement_accepted=True)
    assignment = reviewing.claim(draft, by=reviewer_for(draft.badge_class))
    reviewing.send_review(assignment, by=assignment.reviewer, judgments=judge_all(assignment))
    draft.refresh_from_db()
    return draft


def award_expiring(badge, person, *, on) -> Assertion:
    """An award that was issued a year before it expires."""
    then = on - timedelta(days=365)
    [outcome] = grant_all([grant_for(person, badge, f"{person.pk} until {on}")], by=None, now=then)
    Assertion.objects.filter(pk=outcome.assertion.pk).update(
        status=AwardStatus.ISSUED, issued_on=then, expires=on
    )
    outcome.assertion.refresh_from_db()
    return outcome.assertion


def test_a_grant_creates_an_award_with_the_waiting_time_of_the_badge():
    badge, person, now = BadgeFactory(waiting_hours=48), UserFactory(), timezone.now()
    coordinator = coordinator_for(badge)
    grant = grant_for(person, badge, narrative="Led the workshop.", awarded_on=now - timedelta(9))

    [outcome] = grant_all([grant], by=coordinator, now=now)

    award = Assertion.objects.get()
    assert outcome.is_granted
    assert outcome.assertion == award
    assert (award.recipient, award.badge_class, award.version) == (
        person,
        badge,
        badge.current_version,
    )
    assert (award.source, award.source_key, award.granted_by) == ("api", grant.key, coordinator)
    assert (award.recipient_name, award.recipient_email) == (person.name, person.email)
    assert (award.narrative, award.due_at) == ("Led the workshop.", now + timedelta(hours=48))
    assert award.earned_on == (now - timedelta(9)).replace(microsecond=0)
    assert list(OutgoingEmail.objects.values_list("kind", "to")) == [
        ("award_waiting", person.email)
    ]


@pytest.mark.parametrize(("waiting_hours", "is_kept"), [(0, False), (48, True)])
def test_an_award_earned_today_has_a_separate_date_only_if_it_waits(waiting_hours, is_kept):
    badge, now = BadgeFactory(waiting_hours=waiting_hours), timezone.now()

    grant_all([grant_for(UserFactory(), badge, awarded_on=now)], by=None, now=now)

    assert (Assertion.objects.get().earned_on is not None) is is_kept


def test_a_repeated_grant_is_one_award_even_after_it_was_canceled():
    badge, person = BadgeFactory(waiting_hours=48), UserFactory()
    [first] = grant_all([grant_for(person, badge)], by=None)

    [second] = grant_all([grant_for(person, badge)], by=None)
    changes.cancel(first.assertion, by=coordinator_for(badge), reason="A wrong list.")
    [third] = grant_all([grant_for(person, badge)], by=None)

    assert second.is_already_there
    assert third.is_already_there
    assert Assertion.objects.get() == second.assertion == third.assertion


def test_a_person_has_a_badge_once_from_any_source():
    badge, person = BadgeFactory(), UserFactory()
    [first] = grant_all([grant_for(person, badge, "one")], by=None)

    [second] = grant_all([grant_for(person, badge, "two", GrantSource.LIST)], by=None)

    assert second.is_already_there
    assert second.assertion == first.assertion


def test_the_same_person_twice_in_one_call_is_one_award():
    badge, person = BadgeFactory(), UserFactory()

    first, second = grant_all(
        [grant_for(person, badge, "one"), grant_for(person, badge, "two")], by=None
    )

    assert (first.is_granted, second.is_already_there) == (True, True)
    assert second.assertion == first.assertion == Assertion.objects.get()


def test_a_key_used_for_another_person_is_refused():
    badge = BadgeFactory()
    grant_all([grant_for(UserFactory(), badge, "one")], by=None)

    [outcome] = grant_all([grant_for(UserFactory(), badge, "one")], by=None)

    assert outcome.refusal == Refusal.KEY_IN_USE
    assert outcome.reason == "The same key was used for another person or badge."


@pytest.mark.parametrize(
    ("rules", "grant", "refusal"),
    [
        ({"status": "retired"}, {}, Refusal.NOT_PUBLISHED),
        ({}, {"awarded_on": timedelta(days=2)}, Refusal.IN_THE_FUTURE),
        ({"valid_months": 6}, {"awarded_on": timedelta(days=-200)}, Refusal.TOO_LONG_AGO),
        ({}, {"narrative": "Led\x00 it."}, Refusal.NARRATIVE),
        ({}, {"narrative": "a" * 5001}, Refusal.NARRATIVE),
    ],
)
def test_a_refused_grant_has_a_reason_and_does_not_stop_the_others(rules, grant, refusal):
    badge, sound, now = BadgeFactory(), BadgeFactory(), timezone.now()
    BadgeClass.objects.filter(pk=badge.pk).update(**rules)
    if "awarded_on" in grant:
        grant = {"awarded_on": now + grant["awarded_on"]}
    person = UserFactory()

    first, second = grant_all(
        [grant_for(person, badge, "one", **grant), grant_for(person, sound, "two")],
        by=None,
        now=now,
    )

    assert first.refusal == refusal
    assert first.reason
    assert second.is_granted
    assert Assertion.objects.get().badge_class == sound


@pytest.mark.long
def test_three_hundred_grants_take_as_many_statements_as_thirty():
    badge = renewable_badge(waiting_hours=48)
    now = timezone.now()

    def statements(number):
        people = [UserFactory() for _ in range(number)]
        for person in people[::3]:
            award_expiring(badge, person, on=now + timedelta(days=3))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            outcomes = grant_all([grant_for(person, badge) for person in people], by=None, now=now)
        assert all(outcome.is_granted for outcome in outcomes)
        return len(captured)

    assert statements(30) == statements(300)


def test_a_preview_has_the_same_outcomes_and_writes_nothing():
    badge, known, holder = BadgeFactory(), UserFactory(), UserFactory()
    grant_all([grant_for(holder, badge)], by=None)

    outcomes = preview_all([grant_for(known, badge), grant_for(holder, badge, "again")])

    assert [outcome.is_granted for outcome in outcomes] == [True, False]
    assert Assertion.objects.get().recipient == holder


# --- Renewals -------------------------------------------------------------------------------------


def test_a_badge_that_is_due_for_renewal_is_granted_again():
    badge, person, now = renewable_badge(), UserFactory(), timezone.now()
    older = award_expiring(badge, person, on=now + timedelta(days=20))

    [outcome] = grant_all([grant_for(person, badge)], by=None, now=now)

    older.refresh_from_db()
    assert outcome.is_granted
    assert (outcome.assertion.renews, older.renewed_at) == (older, now)
    assert list(Assertion.objects.active()) == [outcome.assertion]


@pytest.mark.parametrize("days", [31, 200])
def test_a_badge_that_is_not_due_for_renewal_is_not_granted_again(days):
    badge, person, now = renewable_badge(), UserFactory(), timezone.now()
    older = award_expiring(badge, person, on=now + timedelta(days=days))

    [outcome] = grant_all([grant_for(person, badge)], by=None, now=now)

    assert outcome.is_already_there
    assert outcome.assertion == older


def test_a_badge_that_is_not_renewable_is_not_granted_again_even_after_it_expired():
    badge, person, now = BadgeFactory(valid_months=12), UserFactory(), timezone.now()
    older = award_expiring(badge, person, on=now - timedelta(days=20))

    [outcome] = grant_all([grant_for(person, badge)], by=None, now=now)

    assert outcome.assertion == older
    assert not outcome.is_granted


def test_last_years_list_sent_again_renews_nothing():
    badge, person, now = renewable_badge(), UserFactory(), timezone.now()
    older = award_expiring(badge, person, on=now + timedelta(days=20))

    [outcome] = grant_all(
        [grant_for(person, badge, "again", awarded_on=older.issued_on)], by=None, now=now
    )

    assert outcome.is_already_there
    assert outcome.assertion == older


@pytest.mark.parametrize("undo", [changes.cancel, changes.revoke])
def test_the_earlier_award_is_active_again_when_its_renewal_is_undone(undo):
    badge, person, now = renewable_badge(waiting_hours=48), UserFactory(), timezone.now()
    older = award_expiring(badge, person, on=now + timedelta(days=20))
    [outcome] = grant_all([grant_for(person, badge)], by=None, now=now)
    if undo is changes.revoke:
        issue_batch(now=now + timedelta(hours=49))

    undo(outcome.assertion, by=coordinator_for(badge), reason="By mistake.")

    older.refresh_from_db()
    assert older.renewed_at is None
    assert list(Assertion.objects.active()) == [older]
    [again] = grant_all([grant_for(person, badge, "again")], by=None, now=now)
    assert again.is_granted
    assert again.assertion.renews == older


def test_the_earner_can_start_a_badge_again_once_it_is_due_for_renewal(client):
    badge, person, now = renewable_badge(), UserFactory(), timezone.now()
    older = award_expiring(badge, person, on=now + timedelta(days=31))
    assert not can_start(person, badge)
    with pytest.raises(submissions.CannotStart):
        submissions.start(badge, by=person)

    older.expires = now + timedelta(days=29)
    older.save(update_fields=["expires"])
    client.force_login(person)
    page = client.get(badge.get_absolute_url())
    assert "Earn it again" in page.text
    client.post(reverse("submissions:start", args=[badge.slug]))
    submission = approved_from(Submission.objects.get())

    older.refresh_from_db()
    renewal = Assertion.objects.get(submission=submission)
    assert (renewal.renews, older.renewed_at is None) == (older, False)
    assert not can_start(person, badge)


def test_a_person_who_got_the_badge_from_a_list_cannot_start_it(client):
    badge, person = BadgeFactory(), UserFactory()
    grant_all([grant_for(person, badge, source=GrantSource.LIST)], by=None)

    assert not can_start(person, badge)
    assert can_start(UserFactory(), badge)


# --- Submissions ----------------------------------------------------------------------------------


def test_an_approval_keeps_the_award_that_the_person_got_meanwhile(client):
    badge, person = BadgeFactory(), UserFactory()
    draft = submissions.start(badge, by=person)
    [outcome] = grant_all([grant_for(person, badge)], by=None)

    submission = approved_from(draft)

    assert Assertion.objects.get() == outcome.assertion
    assert schedule_award(submission) == outcome.assertion
    client.force_login(person)
    page = client.get(submission.get_absolute_url()).text
    assert outcome.assertion.get_absolute_url() in page


def test_a_submission_is_awarded_even_if_the_badge_was_retired_meanwhile():
    submission = approved()
    Assertion.objects.all().delete()
    BadgeClass.objects.update(status="retired")

    award = schedule_award(submission)

    assert award.submission == submission
    assert (award.source, award.source_key) == ("submission", "")


# --- Concurrency ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_four_concurrent_batches_with_the_same_people_create_each_award_once():
    badge = BadgeFactory(waiting_hours=48)
    people = [UserFactory() for _ in range(40)]

    answers = at_once(
        lambda: grant_all([grant_for(p, badge) for p in people], by=None),
        lambda: grant_all([grant_for(p, badge) for p in reversed(people)], by=None),
        lambda: grant_all([grant_for(p, badge, f"x{p.pk}") for p in reversed(people)], by=None),
        lambda: grant_all([grant_for(p, badge, f"y{p.pk}") for p in people], by=None),
    )

    awards = {award.recipient_id: award for award in Assertion.objects.all()}
    assert len(awards) == Assertion.objects.count() == len(people)
    assert OutgoingEmail.objects.count() == len(people)
    outcomes = [outcome for answer in answers for outcome in answer]
    assert sum(outcome.is_granted for outcome in outcomes) == len(people)
    assert all(o.assertion == awards[o.grant.recipient.pk] for o in outcomes)


def test_a_grant_that_loses_a_race_gets_the_award_of_the_winner(monkeypatch):
    badge, person, other = BadgeFactory(waiting_hours=48), UserFactory(), UserFactory()
    write, rivals = granting.create_all, []

    def after_a_rival(rows, **kwargs):
        if not rivals:
            rivals.append(None)
            rivals[0] = grant_all([grant_for(person, badge, "rival")], by=None)[0].assertion
        write(rows, **kwargs)

    monkeypatch.setattr(granting, "create_all", after_a_rival)

    first, second, third = grant_all(
        [
            grant_for(person, badge, "one"),
            grant_for(person, badge, "two"),
            grant_for(other, badge, "three"),
        ],
        by=None,
    )

    assert [outcome.is_granted for outcome in (first, second, third)] == [False, False, True]
    assert first.assertion == second.assertion == rivals[0]
    assert Assertion.objects.count() == OutgoingEmail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_batches_renew_a_badge_once():
    badge, now = renewable_badge(), timezone.now()
    people = [UserFactory() for _ in range(10)]
    for person in people:
        award_expiring(badge, person, on=now + timedelta(days=3))

    answers = at_once(
        lambda: grant_all([grant_for(p, badge) for p in people], by=None),
        lambda: grant_all([grant_for(p, badge, f"x{p.pk}") for p in reversed(people)], by=None),
    )

    assert sum(outcome.is_granted for answer in answers for outcome in answer) == len(people)
    assert Assertion.objects.filter(renews__isnull=False).count() == len(people)
    assert Assertion.objects.active().count() == len(people)
