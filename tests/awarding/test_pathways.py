"""Whoever holds every step of a pathway is awarded the badge at its end, once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from awarding.models import PathwaySweep, StepToCount
from awarding.pathways import operations as pathways
from awarding.tasks import award_pathways
from catalog import operations as catalog
from catalog.pathways import operations as catalog_pathways
from issuing import tasks
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import _issue, issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus, GrantSource
from tests.factories import BadgeFactory, DraftBadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db


def pathway_of(number=2, top=None, **kwargs):
    top = top or BadgeFactory(**kwargs)
    steps = [BadgeFactory() for _ in range(number)]
    return catalog_pathways.create(top, steps=steps, by=None), steps


def give(person, *badges, now=None, source=GrantSource.LIST):
    """The badges, granted, issued and counted for pathways, as from any source."""
    now = now or timezone.now()
    grants = [
        Grant(person, badge.current_version, source, key=f"{person.pk} {badge.pk} {now}")
        for badge in badges
    ]
    awards = [outcome.assertion for outcome in grant_all(grants, by=None, now=now)]
    issue_batch(now=now)
    pathways.count_due(now=now)
    return awards


def tops(person, pathway):
    return list(Assertion.objects.filter(recipient=person, badge_class=pathway.badge_class))


def test_the_last_step_brings_the_badge_at_the_end():
    pathway, [first, second] = pathway_of()
    person = UserFactory()

    give(person, first)
    assert tops(person, pathway) == []
    give(person, second)

    [top] = tops(person, pathway)
    assert (top.source, top.status, top.submission) == ("pathway", "pending", None)
    assert top.source_key == f"{pathway.pk}:{person.pk}:1"
    assert AuditEntry.objects.get(act="pathway completed").subject_key.endswith(str(top.pk))
    issue_batch(now=timezone.now())
    top.refresh_from_db()
    assert top.status == AwardStatus.ISSUED


def test_all_steps_in_one_transaction_bring_it_too_and_nobody_else_gets_it():
    pathway, steps = pathway_of(3)
    person, other = UserFactory(), UserFactory()
    give(other, *steps[:2])

    give(person, *steps)

    assert len(tops(person, pathway)) == 1
    assert tops(other, pathway) == []


def test_the_badge_at_the_end_waits_as_long_as_it_says():
    pathway, steps = pathway_of(1, waiting_hours=48)
    now = timezone.now().replace(microsecond=0)

    give(person := UserFactory(), *steps, now=now)

    [top] = tops(person, pathway)
    assert top.due_at == now + timedelta(hours=48)


def test_the_waiting_time_begins_when_a_step_is_counted_that_a_killed_worker_left(monkeypatch):
    pathway, steps = pathway_of(1, waiting_hours=48)
    person, now = UserFactory(), timezone.now()
    with monkeypatch.context() as killed:
        killed.setattr(pathways, "count_due", lambda now: None)
        give(person, *steps, now=now - timedelta(days=3))

    award_pathways()
    tasks.issue_due()

    [top] = tops(person, pathway)
    assert (top.status, top.due_at > now + timedelta(hours=47)) == (AwardStatus.PENDING, True)


def test_pathways_that_lead_on_follow_by_themselves():
    inner, steps = pathway_of()
    outer = catalog_pathways.create(BadgeFactory(), steps=[inner.badge_class], by=None)
    person = UserFactory()

    give(person, *steps)
    for _ in range(2):
        tasks.issue_due()
        award_pathways()
    tasks.issue_due()

    assert [award.status for award in tops(person, outer)] == [AwardStatus.ISSUED]


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_step_that_was_revoked_or_has_expired_is_not_held(ended):
    pathway, [first, second] = pathway_of()
    person = UserFactory()
    [award] = give(person, first)
    if ended == "revoked":
        changes.revoke(award, by=coordinator_for(first), reason="Not theirs.")
    else:
        yesterday = timezone.now() - timedelta(days=1)
        Assertion.objects.filter(pk=award.pk).update(expires=yesterday)

    give(person, second)
    pathways.sweep_due(now=timezone.now())

    assert tops(person, pathway) == []


def test_revoking_a_step_later_takes_nothing_back_and_coordinators_see_what_it_counted_for(client):
    pathway, steps = pathway_of()
    coordinator = coordinator_for(steps[0])
    award, _ = give(person := UserFactory(), *steps)
    tasks.issue_due()
    client.force_login(coordinator)

    page = client.get(reverse("issuing:manage_award_revoke", args=[award.public_id]))
    assert pathway.badge_class.current_version.name in page.text
    changes.revoke(award, by=coordinator, reason="Not theirs.")

    assert [top.status for top in tops(person, pathway)] == [AwardStatus.ISSUED]


def test_a_suspended_pathway_awards_nothing_until_it_is_resumed(after_commit):
    pathway, steps = pathway_of()
    coordinator, person = coordinator_for(pathway.badge_class), UserFactory()
    catalog_pathways.suspend(pathway, by=coordinator, reason="The course is being renewed.")

    give(person, *steps)
    pathways.sweep_due(now=timezone.now())
    assert tops(person, pathway) == []

    with after_commit:
        catalog_pathways.resume(pathway, by=coordinator)
        pathways.sweep_due(now=timezone.now())
    assert len(tops(person, pathway)) == 1


def test_a_changed_pathway_is_awarded_to_those_who_hold_all_steps_by_then():
    pathway, [first, _] = pathway_of()
    person = UserFactory()
    give(person, first)

    catalog_pathways.set_steps(pathway, [first], by=None)
    pathways.sweep_due(now=timezone.now())
    pathways.sweep_due(now=timezone.now())

    assert len(tops(person, pathway)) == 1


def test_a_badge_that_opens_later_is_awarded_to_those_who_were_ahead_of_it():
    top = DraftBadgeFactory()
    pathway, steps = pathway_of(top=top)
    person = UserFactory()
    give(person, *steps)
    pathways.sweep_due(now=timezone.now())
    assert tops(person, pathway) == []

    catalog.publish(top, by=None)
    pathways.sweep_due(now=timezone.now())

    assert len(tops(person, pathway)) == 1


def test_a_pathway_from_before_there_were_sweeps_is_swept(monkeypatch):
    pathway, steps = pathway_of()
    monkeypatch.setattr(pathways, "make_count_due", lambda awards: None)
    give(person := UserFactory(), *steps)
    PathwaySweep.objects.all().delete()

    award_pathways()

    assert len(tops(person, pathway)) == 1


def test_a_sweep_goes_through_many_people_in_batches_and_rests_for_a_day(monkeypatch):
    monkeypatch.setattr(pathways, "PEOPLE_AT_ONCE", 2)
    pathway, steps = pathway_of(1)
    catalog_pathways.suspend(pathway, by=None, reason="Soon.")
    people = [UserFactory() for _ in range(5)]
    for person in people:
        give(person, *steps)
    now = timezone.now()
    catalog_pathways.resume(pathway, by=None)

    pathways.sweep_due(now=timezone.now())

    assert Assertion.objects.filter(badge_class=pathway.badge_class).count() == 5
    sweep = PathwaySweep.objects.get()
    assert (sweep.reached, sweep.due_at > now + timedelta(hours=23)) == (0, True)


def test_a_sweep_that_is_killed_halfway_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(pathways, "PEOPLE_AT_ONCE", 2)
    pathway, steps = pathway_of(1)
    catalog_pathways.suspend(pathway, by=None, reason="Soon.")
    people = [UserFactory() for _ in range(5)]
    for person in people:
        give(person, *steps)
    catalog_pathways.resume(pathway, by=None)
    real, calls = pathways.grant_all, []

    def killed_at_the_second_batch(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise ConnectionError("killed")
        return real(*args, **kwargs)

    monkeypatch.setattr(pathways, "grant_all", killed_at_the_second_batch)
    pathways.sweep_due(now=timezone.now())
    assert PathwaySweep.objects.get().reached == people[1].pk

    pathways.sweep_due(now=timezone.now())

    assert Assertion.objects.filter(badge_class=pathway.badge_class).count() == 5


def test_what_was_cancelled_or_revoked_comes_back_only_with_a_step_earned_anew():
    pathway, steps = pathway_of(1)
    person, coordinator = UserFactory(), coordinator_for(pathway.badge_class)
    [step] = give(person, *steps, now=timezone.now() - timedelta(days=3))
    tasks.issue_due()
    [top] = tops(person, pathway)
    changes.revoke(top, by=coordinator, reason="The step was not theirs.")

    pathways.sweep_due(now=timezone.now() + timedelta(days=2))
    assert tops(person, pathway) == [top]

    changes.revoke(step, by=coordinator_for(steps[0]), reason="Not theirs.")
    give(person, *steps)
    again = Assertion.objects.exclude(pk=top.pk).get(badge_class=pathway.badge_class)
    assert again.source_key.endswith(":2")


def test_who_was_given_the_badge_otherwise_keeps_that_award():
    pathway, steps = pathway_of()
    person = UserFactory()
    [given] = give(person, pathway.badge_class)

    give(person, *steps)

    assert tops(person, pathway) == [given]


def test_a_badge_that_ends_is_renewed_with_a_step_earned_since():
    pathway, [step] = pathway_of(1, valid_months=12, renewable=True, renewal_days_before=30)
    type(step).objects.filter(pk=step.pk).update(
        valid_months=12, renewable=True, renewal_days_before=90
    )
    person, now = UserFactory(), timezone.now()
    give(person, step, now=now - timedelta(days=300))
    issue_batch(now=now - timedelta(days=300))
    give(person, step, now=now)
    assert len(tops(person, pathway)) == 1

    # The step came before the badge could be renewed. Once it can be, the daily sweep finds it.
    later = now + timedelta(days=40)
    pathways.sweep_due(now=later)
    pathways.sweep_due(now=later + timedelta(days=2))

    renewal = Assertion.objects.get(badge_class=pathway.badge_class, renewed_at=None)
    assert (renewal.source_key[-2:], renewal.renews.renewed_at) == (":2", later)


def test_a_step_that_cannot_be_counted_stays_due_and_keeps_no_other_waiting(monkeypatch):
    pathway, steps = pathway_of(1)
    one, other = UserFactory(), UserFactory()
    real = pathways.grant_all

    def in_trouble(grants, **kwargs):
        if one in [grant.recipient for grant in grants]:
            raise ConnectionError("lost")
        return real(grants, **kwargs)

    with monkeypatch.context() as trouble:
        trouble.setattr(pathways, "grant_all", in_trouble)
        give(one, *steps)
        give(other, *steps)
    assert (len(tops(one, pathway)), len(tops(other, pathway))) == (0, 1)

    award_pathways()

    assert len(tops(one, pathway)) == 1
    assert not StepToCount.objects.exists()


def test_more_badges_than_one_transaction_awards_come_in_several(monkeypatch):
    step, people = BadgeFactory(), [UserFactory() for _ in range(3)]
    ends = [BadgeFactory(), BadgeFactory()]
    for end in ends:
        catalog_pathways.create(end, steps=[step], by=None)
    monkeypatch.setattr(pathways, "AT_ONCE", 4)

    with monkeypatch.context() as still:
        still.setattr(pathways, "count_due", lambda now: None)
        for person in people:
            give(person, step)
    pathways.count_due(now=timezone.now())

    assert Assertion.objects.filter(badge_class__in=ends).count() == 6
    assert not StepToCount.objects.exists()


def test_counting_ends_where_nothing_comes_of_what_is_due(monkeypatch):
    rule = {"valid_months": 12, "renewable": True, "renewal_days_before": 400}
    pathway, [first, second] = pathway_of(2, **rule)
    people = [UserFactory() for _ in range(2)]
    for person in people:
        give(person, first, second)
    tasks.issue_due()
    monkeypatch.setattr(pathways, "AT_ONCE", 1)
    for award in Assertion.objects.filter(badge_class=second):
        changes.revoke(award, by=coordinator_for(second), reason="Not theirs.")
    with monkeypatch.context() as still:
        still.setattr(pathways, "count_due", lambda now: None)
        for person in people:
            give(person, second, now=timezone.now() + timedelta(seconds=1))

    # It can be renewed already, but not on the day on which it was earned.
    pathways.count_due(now=timezone.now() + timedelta(seconds=2))

    assert Assertion.objects.filter(badge_class=pathway.badge_class).count() == 2
    assert not StepToCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_steps_issued_at_the_same_moment_by_two_workers_complete_the_pathway_once():
    pathway, steps = pathway_of()
    people = [UserFactory() for _ in range(10)]
    # Each issuer's first award makes its list, one worker after the other.
    for step in steps:
        give(UserFactory(), step)
    for step in steps:
        grants = [
            Grant(person, step.current_version, GrantSource.LIST, key=f"{person.pk} {step.pk}")
            for person in people
        ]
        grant_all(grants, by=None)
    both_have_written, both_are_done = threading.Barrier(2), threading.Barrier(2)
    answers = []

    def work(step):
        try:
            with transaction.atomic():
                waiting = Assertion.objects.filter(badge_class=step, issued_on=None)
                batch = list(waiting.with_badge().select_related("recipient", "status_list"))
                _issue(batch, now=timezone.now())
                both_have_written.wait(10)
            pathways.count_due(now=timezone.now())
            both_are_done.wait(10)
            pathways.count_due(now=timezone.now())
            answers.append(len(batch))
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[step]) for step in steps]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert answers == [10, 10]
    got = Assertion.objects.filter(badge_class=pathway.badge_class)
    assert sorted(got.values_list("recipient", flat=True)) == [person.pk for person in people]


def test_the_number_of_statements_does_not_grow_with_the_people():
    pathway, steps = pathway_of(3)

    def statements(number):
        people = [UserFactory() for _ in range(number)]
        for step in steps[:2]:
            for person in people:
                give(person, step)
        awards = [
            outcome.assertion
            for outcome in grant_all(
                [
                    Grant(person, steps[2].current_version, GrantSource.LIST, key=f"{person.pk} c")
                    for person in people
                ],
                by=None,
            )
        ]
        Assertion.objects.filter(pk__in=[award.pk for award in awards]).update(
            status=AwardStatus.ISSUED, issued_on=timezone.now()
        )
        for award in awards:
            award.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            pathways.make_count_due(awards)
            pathways.count_due(now=timezone.now())
        assert sum(len(tops(person, pathway)) for person in people) == number
        return len(queries)

    statements(1)  # The first award of an issuer opens its status list.
    assert statements(1) == statements(4)
