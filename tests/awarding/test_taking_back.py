"""A whole list is taken back as one: issued badges are revoked, waiting ones are canceled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from audit.moves import ReasonMissing, TransitionNotAllowed
from awarding.lists.operations import batches, lists
from awarding.models import AwardList
from awarding.scores import operations as scores
from awarding.states import ListStatus
from awarding.tasks import carry_on_award_lists
from catalog.models import Issuer
from issuing.awards.operations import changes
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion, SignedCredential
from mail.models import OutgoingEmail
from rewards.models import Entry
from tests.awarding.lists import addresses, awarded_list
from tests.awarding.score_imports import GOALS, awarded_import, rule_for
from tests.factories import BadgeFactory, coordinator_for
from tests.races import at_once
from tests.rewards import drawing_factories

BECAUSE = "The list of another course."
pytestmark = pytest.mark.django_db


def issued_list(people=6, badge=None) -> AwardList:
    badge = badge or BadgeFactory()
    Issuer.objects.update(many_wait_minutes=0)
    badge.issuer.refresh_from_db()
    award_list = awarded_list(badge, addresses(people))
    issue_batch(now=timezone.now())
    return award_list


def take_back(award_list, by=None):
    lists.undo(award_list, by=by or award_list.made_by, reason=BECAUSE)
    carry_on_award_lists()
    award_list.refresh_from_db()


def letters(kind="badge_revoked"):
    return OutgoingEmail.objects.filter(kind=kind).count()


def test_an_issued_list_is_revoked_with_one_reason_one_letter_each_and_one_entry():
    award_list = issued_list(6)
    by = coordinator_for(award_list.badge_class)

    take_back(award_list, by=by)

    awards = Assertion.objects.values_list("status", "revocation_reason", "ended_by")
    assert set(awards) == {("revoked", BECAUSE, by.pk)}
    assert not Assertion.objects.filter(revoked_at=None).exists()
    assert not SignedCredential.objects.exists()
    assert (award_list.status, letters()) == (ListStatus.UNDONE, 6)
    entry = AuditEntry.objects.get(act="award list undoing")
    assert (entry.actor, entry.note) == (by, f"6: {BECAUSE}")
    assert not AuditEntry.objects.filter(act__in=["award revoked", "award cancelled"]).exists()


def test_what_the_list_did_not_make_or_was_ended_before_is_left_alone(client):
    badge = BadgeFactory()
    award_list = awarded_list(badge, addresses(6))
    issue_batch(now=timezone.now())
    second = awarded_list(badge, addresses(6) + "\nnew@school.example")
    # All but one had the badge when the second list was checked.
    assert second.rows.counts()["granted"] == 1
    early = Assertion.objects.earliest("pk")
    changes.revoke(early, by=award_list.made_by, reason="A typo.")
    client.force_login(award_list.made_by)

    page = client.get(reverse("awarding:manage_list_undo", args=[award_list.public_id])).text
    take_back(award_list)

    words = " ".join(page.split())
    assert "5 issued badges are revoked." in words
    assert "1 award was revoked or canceled before and is left alone." in words
    early.refresh_from_db()
    assert early.revocation_reason == "A typo."
    kept = Assertion.objects.get(recipient_email="new@school.example")
    assert kept.status != "revoked"
    assert letters() == 6  # of these one by hand, for the typo


def test_a_reason_is_required():
    award_list = issued_list(1)

    with pytest.raises(ReasonMissing):
        lists.undo(award_list, by=award_list.made_by, reason="  ")

    award_list.refresh_from_db()
    assert award_list.status == ListStatus.DONE


def test_it_is_stopped_between_batches_and_continued(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    award_list = issued_list(5)
    lists.undo(award_list, by=award_list.made_by, reason=BECAUSE)
    batches.run_next_batch(award_list)
    lists.halt_undoing(award_list, by=award_list.made_by)
    carry_on_award_lists()
    assert Assertion.objects.filter(status="revoked").count() == letters() == 2

    with pytest.raises(TransitionNotAllowed):
        lists.undo(award_list, by=award_list.made_by, reason="Another.")
    lists.continue_undoing(award_list, by=coordinator_for(award_list.badge_class))
    carry_on_award_lists()

    awards = Assertion.objects.values_list("status", "revocation_reason", "ended_by")
    assert set(awards) == {("revoked", BECAUSE, award_list.made_by.pk)}
    assert letters() == 5


def test_a_running_list_is_stopped_and_undone_in_one_step(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    award_list = awarded_list(BadgeFactory(), addresses(1))
    AwardList.objects.update(status=ListStatus.RUNNING)

    take_back(award_list)

    assert Assertion.objects.get().status in {"cancelled", "revoked"}
    assert award_list.status == ListStatus.UNDONE


def test_a_failing_batch_is_taken_back_later_once(monkeypatch):
    award_list = issued_list(3)
    queue = changes.queue_award_emails

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(changes, "queue_award_emails", fail)
    lists.undo(award_list, by=award_list.made_by, reason=BECAUSE)
    carry_on_award_lists()
    assert not Assertion.objects.filter(status="revoked").exists()

    monkeypatch.setattr(changes, "queue_award_emails", queue)
    for _ in range(3):
        carry_on_award_lists()

    assert Assertion.objects.filter(status="revoked").count() == letters() == 3


def test_entries_in_an_open_drawing_are_withdrawn():
    today = timezone.localdate()
    later = timezone.now() + timedelta(days=30)
    sources = [{**drawing_factories.LOTTERY, "when": drawing_factories.days_after(later, 2)}]
    drawing = drawing_factories.announced(
        opens_on=today, ends_on=later.date(), closes_at=later,
        disputes_until=later + timedelta(days=1),
        draws_at=later + timedelta(days=3), sources=sources,
    )  # fmt: skip
    award_list = issued_list(4)
    assert Entry.objects.valid().filter(drawing=drawing).count() == 4

    take_back(award_list)

    assert set(Entry.objects.values_list("voided_because", flat=True)) == {"badge revoked"}


def test_all_lists_of_a_score_import_are_taken_back_and_can_be_awarded_again(client):
    badge = BadgeFactory()
    rule_for(badge)
    words = f"rosa@school.example,Rosa,{GOALS},2026-03-15,219,228,\n"
    score_import = awarded_import(badge, words)
    issue_batch(now=timezone.now())
    client.force_login(score_import.made_by)
    address = reverse("awarding:manage_score_undo", args=[score_import.public_id])

    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": BECAUSE})
    carry_on_award_lists()
    awarded_import(badge, words)

    assert list(Assertion.objects.order_by("pk").values_list("status", flat=True)) == [
        "revoked",
        "pending",
    ]
    assert scores.undo(score_import, by=score_import.made_by, reason=BECAUSE) == 0


def test_the_number_of_queries_does_not_grow_with_the_list(django_assert_max_num_queries):
    award_list = issued_list(300)
    lists.undo(award_list, by=award_list.made_by, reason=BECAUSE)

    with django_assert_max_num_queries(45):
        batches.run_next_batch(award_list)

    assert letters() == 300


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_the_same_moment_take_it_back_once():
    award_list = issued_list(3)
    one, other = award_list.made_by, coordinator_for(award_list.badge_class)

    outcomes = at_once(
        lambda: lists.undo(AwardList.objects.get(), by=one, reason=BECAUSE),
        lambda: lists.undo(AwardList.objects.get(), by=other, reason=BECAUSE),
    )
    at_once(carry_on_award_lists, carry_on_award_lists)
    carry_on_award_lists()

    assert sum(isinstance(outcome, TransitionNotAllowed) for outcome in outcomes) == 1
    assert letters() == Assertion.objects.filter(status="revoked").count() == 3
    assert AuditEntry.objects.filter(act="award list undoing").count() == 1


@pytest.mark.long
def test_a_thousand_issued_badges_are_taken_back_in_batches():
    award_list = issued_list(1000)

    take_back(award_list)

    assert award_list.status == ListStatus.UNDONE
    assert Assertion.objects.filter(status="revoked").count() == letters() == 1000
    assert AuditEntry.objects.get(act="award list undoing").note == f"1000: {BECAUSE}"
