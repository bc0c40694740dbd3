"""People who hold every step of a pathway are awarded its badge, once."""

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
    """Grant and issue the badges, and count them for pathways."""
    now = now or timezone.now()
    grants = [
        Grant(person, badge.current_version, source, key=f"{person.pk} {badge.pk} {now}")
        for badge in badges
    ]
    awards = [outcome.assertion for outcome in grant_all(grants, by=None, now=now)]
    issue_batch(now=now)
    pathways.count_due_steps(now=now)
    return awards


def pathway_awards(person, pathway):
    return list(Assertion.objects.filter(recipient=person, badge_class=pathway.badge_class))


def test_the_last_step_earns_the_badge_of_the_pathway():
    pathway, [first, second] = pathway_of()
    person = UserFactory()

    give(person, first)
    assert pathway_awards(person, pathway) == []
    give(person, second)

    [top] = pathway_awards(person, pathway)
    assert (top.source, top.status, top.submission) == ("pathway", "pending", None)
    assert top.source_key == f"{pathway.pk}:{person.pk}:1"
    assert AuditEntry.objects.get(act="pathway completed").subject_key.endswith(str(top.pk))
    issue_batch(now=timezone.now())
    top.refresh_from_db()
    assert top.status == AwardStatus.ISSUED


def test_all_steps_in_one_transaction_earn_the_badge_for_that_person_only():
    pathway, steps = pathway_of(3)
    person, other = UserFactory(), UserFactory()
    give(other, *steps[:2])

    give(person, *steps)

    assert len(pathway_awards(person, pathway)) == 1
    assert pathway_awards(other, pathway) == []


def test_the_badge_of_a_pathway_has_its_waiting_time():
    pathway, steps = pathway_of(1, waiting_hours=48)
    now = timezone.now().replace(microsecond=0)

    give(person := UserFactory(), *steps, now=now)

    [top] = pathway_awards(person, pathway)
    assert top.due_at == now + timedelta(hours=48)


def test_the_waiting_time_begins_when_a_delayed_step_is_counted(monkeypatch):
    pathway, steps = pathway_of(1, waiting_hours=48)
    person, now = UserFactory(), timezone.now()
    with monkeypatch.context() as killed:
        killed.setattr(pathways, "count_due_steps", lambda now: None)
        give(person, *steps, now=now - timedelta(days=3))

    award_pathways()
    tasks.issue_due()

    [top] = pathway_awards(person, pathway)
    assert (top.status, top.due_at > now + timedelta(hours=47)) == (AwardStatus.PENDING, True)


def test_the_badge_of_a_pathway_can_complete_another_pathway():
    inner, steps = pathway_of()
    outer = catalog_pathways.create(BadgeFactory(), steps=[inner.badge_class], by=None)
    person = UserFactory()

    give(person, *steps)
    for _ in range(2):
        tasks.issue_due()
        award_pathways()
    tasks.issue_due()

    assert [award.status for award in pathway_awards(person, outer)] == [AwardStatus.ISSUED]


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_a_revoked_or_expired_step_does_not_count(ended):
    pathway, [first, second] = pathway_of()
    person = UserFactory()
    [award] = give(person, first)
    if ended == "revoked":
        changes.revoke(award, by=coordinator_for(first), reason="Not theirs.")
    else:
        yesterday = timezone.now() - timedelta(days=1)
        Assertion.objects.filter(pk=award.pk).update(expires=yesterday)

    give(person, second)
    pathways.run_due_sweeps(now=timezone.now())

    assert pathway_awards(person, pathway) == []


def test_revoking_a_step_later_revokes_nothing_else_and_shows_the_pathways_it_counted_for(client):
    pathway, steps = pathway_of()
    coordinator = coordinator_for(steps[0])
    award, _ = give(person := UserFactory(), *steps)
    tasks.issue_due()
    client.force_login(coordinator)

    page = client.get(reverse("issuing:manage_award_revoke", args=[award.public_id]))
    assert pathway.badge_class.current_version.name in page.text
    changes.revoke(award, by=coordinator, reason="Not theirs.")

    assert [top.status for top in pathway_awards(person, pathway)] == [AwardStatus.ISSUED]


def test_a_suspended_pathway_awards_nothing_until_it_is_resumed(after_commit):
    pathway, steps = pathway_of()
    coordinator, person = coordinator_for(pathway.badge_class), UserFactory()
    catalog_pathways.suspend(pathway, by=coordinator, reason="The course is being renewed.")

    give(person, *steps)
    pathways.run_due_sweeps(now=timezone.now())
    assert pathway_awards(person, pathway) == []

    with after_commit:
        catalog_pathways.resume(pathway, by=coordinator)
        pathways.run_due_sweeps(now=timezone.now())
    assert len(pathway_awards(person, pathway)) == 1


def test_a_changed_pathway_is_awarded_to_people_who_hold_its_new_steps():
    pathway, [first, _] = pathway_of()
    person = UserFactory()
    give(person, first)

    catalog_pathways.set_steps(pathway, [first], by=None)
    pathways.run_due_sweeps(now=timezone.now())
    pathways.run_due_sweeps(now=timezone.now())

    assert len(pathway_awards(person, pathway)) == 1


def test_a_pathway_badge_published_later_is_awarded_to_people_who_hold_the_steps():
    top = DraftBadgeFactory()
    pathway, steps = pathway_of(top=top)
    person = UserFactory()
    give(person, *steps)
    pathways.run_due_sweeps(now=timezone.now())
    assert pathway_awards(person, pathway) == []

    catalog.publish(top, by=None)
    pathways.run_due_sweeps(now=timezone.now())

    assert len(pathway_awards(person, pathway)) == 1


def test_a_pathway_without_a_sweep_is_swept(monkeypatch):
    pathway, steps = pathway_of()
    monkeypatch.setattr(pathways, "queue_steps_to_count", lambda awards: None)
    give(person := UserFactory(), *steps)
    PathwaySweep.objects.all().delete()

    award_pathways()

    assert len(pathway_awards(person, pathway)) == 1


def test_a_sweep_checks_people_in_batches_and_is_due_again_a_day_later(monkeypatch):
    monkeypatch.setattr(pathways, "PEOPLE_BATCH", 2)
    pathway, steps = pathway_of(1)
    catalog_pathways.suspend(pathway, by=None, reason="Soon.")
    people = [UserFactory() for _ in range(5)]
    for person in people:
        give(person, *steps)
    now = timezone.now()
    catalog_pathways.resume(pathway, by=None)

    pathways.run_due_sweeps(now=timezone.now())

    assert Assertion.objects.filter(badge_class=pathway.badge_class).count() == 5
    sweep = PathwaySweep.objects.get()
    assert (sweep.reached, sweep.due_at > now + timedelta(hours=23)) == (0, True)


def test_a_killed_sweep_continues_where_it_stopped(monkeypatch):
    monkeypatch.setattr(pathways, "PEOPLE_BATCH", 2)
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
    pathways.run_due_sweeps(now=timezone.now())
    assert PathwaySweep.objects.get().reached == people[1].pk

    pathways.run_due_sweeps(now=timezone.now())

    assert Assertion.objects.filter(badge_class=pathway.badge_class).count() == 5


def test_a_revoked_badge_is_awarded_again_only_after_a_step_is_earned_again():
    pathway, steps = pathway_of(1)
    person, coordinator = UserFactory(), coordinator_for(pathway.badge_class)
    [step] = give(person, *steps, now=timezone.now() - timedelta(days=3))
    tasks.issue_due()
    [top] = pathway_awards(person, pathway)
    changes.revoke(top, by=coordinator, reason="The step was not theirs.")

    pathways.run_due_sweeps(now=timezone.now() + timedelta(days=2))
    assert pathway_awards(person, pathway) == [top]

    changes.revoke(step, by=coordinator_for(steps[0]), reason="Not theirs.")
    give(person, *steps)
    again = Assertion.objects.exclude(pk=top.pk).get(badge_class=pathway.badge_class)
    assert again.source_key.endswith(":2")


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_was_set_decides_about_no_badge_at_the_end(hours):
    """The badge is revoked. It is awarded again if a step is earned after it, and only then."""
    pathway, [step] = pathway_of(1)
    person, coordinator = UserFactory(), coordinator_for(pathway.badge_class)
    start = timezone.now() - timedelta(days=9)
    [earned] = give(person, step, now=start)
    issue_batch(now=start)
    top = pathway_awards(person, pathway)[0]
    # Between the step and the badge at the end, the clock was set.
    top.created_at = start + timedelta(hours=hours)
    top.save(update_fields=["created_at"])
    changes.revoke(top, by=coordinator, reason="A mistake.")

    pathways.run_due_sweeps(now=start + timedelta(days=4))
    before = pathway_awards(person, pathway)
    changes.revoke(earned, by=coordinator_for(step), reason="Not theirs.")
    give(person, step, now=start + timedelta(hours=1))
    after = pathway_awards(person, pathway)

    assert (before, len(after)) == ([top], 2)


def test_a_person_who_has_the_badge_from_another_source_keeps_that_award():
    pathway, steps = pathway_of()
    person = UserFactory()
    [given] = give(person, pathway.badge_class)

    give(person, *steps)

    assert pathway_awards(person, pathway) == [given]


def test_an_expiring_badge_is_renewed_after_a_step_was_earned_since():
    pathway, [step] = pathway_of(1, valid_months=12, renewable=True, renewal_days_before=30)
    type(step).objects.filter(pk=step.pk).update(
        valid_months=12, renewable=True, renewal_days_before=90
    )
    person, now = UserFactory(), timezone.now()
    give(person, step, now=now - timedelta(days=300))
    issue_batch(now=now - timedelta(days=300))
    give(person, step, now=now)
    assert len(pathway_awards(person, pathway)) == 1

    # The step came before the badge could be renewed. Once it can be, the daily sweep finds it.
    later = now + timedelta(days=40)
    pathways.run_due_sweeps(now=later)
    pathways.run_due_sweeps(now=later + timedelta(days=2))

    renewal = Assertion.objects.get(badge_class=pathway.badge_class, renewed_at=None)
    assert (renewal.source_key[-2:], renewal.renews.renewed_at) == (":2", later)


def test_an_error_in_counting_a_step_leaves_it_queued_and_does_not_delay_the_others(monkeypatch):
    pathway, steps = pathway_of(1)
    one, other = UserFactory(), UserFactory()
    real = pathways.grant_all

    def fail_for_one(grants, **kwargs):
        if one in [grant.recipient for grant in grants]:
            raise ConnectionError("lost")
        return real(grants, **kwargs)

    with monkeypatch.context() as failing:
        failing.setattr(pathways, "grant_all", fail_for_one)
        give(one, *steps)
        give(other, *steps)
    assert (len(pathway_awards(one, pathway)), len(pathway_awards(other, pathway))) == (0, 1)

    award_pathways()

    assert len(pathway_awards(one, pathway)) == 1
    assert not StepToCount.objects.exists()


def test_more_awards_than_fit_into_one_transaction_are_made_in_several(monkeypatch):
    step, people = BadgeFactory(), [UserFactory() for _ in range(3)]
    ends = [BadgeFactory(), BadgeFactory()]
    for end in ends:
        catalog_pathways.create(end, steps=[step], by=None)
    monkeypatch.setattr(pathways, "MAX_GRANTS", 4)

    with monkeypatch.context() as paused:
        paused.setattr(pathways, "count_due_steps", lambda now: None)
        for person in people:
            give(person, step)
    pathways.count_due_steps(now=timezone.now())

    assert Assertion.objects.filter(badge_class__in=ends).count() == 6
    assert not StepToCount.objects.exists()


def test_counting_ends_when_nothing_can_be_granted(monkeypatch):
    rule = {"valid_months": 12, "renewable": True, "renewal_days_before": 400}
    pathway, [first, second] = pathway_of(2, **rule)
    people = [UserFactory() for _ in range(2)]
    for person in people:
        give(person, first, second)
    tasks.issue_due()
    monkeypatch.setattr(pathways, "MAX_GRANTS", 1)
    for award in Assertion.objects.filter(badge_class=second):
        changes.revoke(award, by=coordinator_for(second), reason="Not theirs.")
    with monkeypatch.context() as paused:
        paused.setattr(pathways, "count_due_steps", lambda now: None)
        for person in people:
            give(person, second, now=timezone.now() + timedelta(seconds=1))

    # It can be renewed already, but not on the day on which it was earned.
    pathways.count_due_steps(now=timezone.now() + timedelta(seconds=2))

    assert Assertion.objects.filter(badge_class=pathway.badge_class).count() == 2
    assert not StepToCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_steps_issued_concurrently_complete_the_pathway_once():
    pathway, steps = pathway_of()
    people = [UserFactory() for _ in range(10)]
    # Create the status lists of the issuers first, so that they cause no wait below.
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
            pathways.count_due_steps(now=timezone.now())
            both_are_done.wait(10)
            pathways.count_due_steps(now=timezone.now())
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


def test_the_number_of_queries_does_not_grow_with_the_people():
    pathway, steps = pathway_of(3)

    def count_queries(number):
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
            pathways.queue_steps_to_count(awards)
            pathways.count_due_steps(now=timezone.now())
        assert sum(len(pathway_awards(person, pathway)) for person in people) == number
        return len(queries)

    count_queries(1)  # The first award of an issuer creates its status list.
    assert count_queries(1) == count_queries(4)
