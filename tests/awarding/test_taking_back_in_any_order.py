"""Whatever coordinators and workers do in whatever order, a list is taken back whole and alone."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from audit.moves import TransitionNotAllowed
from awarding.lists.operations import batches, lists
from awarding.models import AwardList
from awarding.states import ListStatus
from awarding.tasks import carry_on_award_lists
from catalog.models import Issuer
from issuing.awards.operations import changes, issue_batches
from issuing.models import Assertion, SignedCredential
from issuing.states import AwardStatus
from mail.models import OutgoingEmail
from rewards.models import Entry
from tests.awarding.lists import awarded_list, checked_list
from tests.factories import BadgeFactory, coordinator_for
from tests.rewards import drawing_factories

pytestmark = [pytest.mark.django_db, pytest.mark.long]

PEOPLE = [f"person{n}@school.example" for n in range(5)]
BY_HAND, BECAUSE = "A typo.", "The list of another course."
ACTS = [
    "start", "stop", "resume", "undo", "halt", "go on", "award", "award", "issue", "issue",
    "revoke one", "cancel one", "hold one", "release one",
]  # fmt: skip


class Taken:
    """A list, and everything that may be done about it, in any order."""

    def __init__(self, award_list: AwardList) -> None:
        self.list, self.by = award_list, award_list.made_by

    def do(self, act: str) -> None:
        operations = {
            "start": lambda: lists.start(self.list, by=self.by),
            "stop": lambda: lists.stop(self.list, by=self.by),
            "resume": lambda: lists.resume(self.list, by=self.by),
            "undo": lambda: lists.undo(self.list, by=self.by, reason=BECAUSE),
            "halt": lambda: lists.halt_undoing(self.list, by=self.by),
            "go on": lambda: lists.continue_undoing(self.list, by=self.by),
            "award": lambda: batches.run_next_batch(self.list),
            "issue": lambda: issue_batches.issue_batch(now=timezone.now()),
            "revoke one": lambda: self._one(AwardStatus.ISSUED, changes.revoke, reason=BY_HAND),
            "cancel one": lambda: self._one(AwardStatus.PENDING, changes.cancel, reason=BY_HAND),
            "hold one": lambda: self._one(AwardStatus.PENDING, changes.hold, reason=BY_HAND),
            "release one": lambda: self._one(AwardStatus.HELD, changes.release),
        }
        with suppress(TransitionNotAllowed):
            operations[act]()
            event(f"{act}: done")

    def take_back(self) -> None:
        """To the end, from wherever it is."""
        self.list.refresh_from_db()
        if self.list.status == ListStatus.CHECKED:
            return
        self.do("undo")
        self.do("go on")
        carry_on_award_lists()
        issue_batches.issue_batch(now=timezone.now())
        carry_on_award_lists()
        self.list.refresh_from_db()
        assert self.list.status == ListStatus.UNDONE

    @property
    def awards(self):
        return Assertion.objects.filter(pk__in=self.list.rows.granted().values("assertion"))

    def _one(self, status, operation, **kwargs):
        if award := self.awards.filter(status=status).with_badge().order_by("-pk").first():
            operation(award, by=self.by, **kwargs)


def letters(kind: str) -> Counter:
    return Counter(OutgoingEmail.objects.filter(kind=kind).values_list("key", flat=True))


def state_of(awards) -> list[tuple]:
    ids = awards.values("pk")
    entries = Entry.objects.filter(assertion__in=ids).order_by("pk")
    return [
        *awards.order_by("pk").values_list("pk", "status", "revoked_at", "ended_by", "due_at"),
        *entries.values_list("pk", "voided_at"),
        *SignedCredential.objects.filter(assertion__in=ids).order_by("pk").values_list("pk"),
    ]


def open_drawing():
    today, later = timezone.localdate(), timezone.now() + timedelta(days=30)
    sources = [{**drawing_factories.LOTTERY, "when": drawing_factories.days_after(later, 2)}]
    return drawing_factories.announced(
        opens_on=today, ends_on=later.date(), closes_at=later,
        disputes_until=later + timedelta(days=1),
        draws_at=later + timedelta(days=3), sources=sources,
    )  # fmt: skip


def test_a_list_is_taken_back_whole_once_and_alone(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(issue_batches, "BATCH", 2)
    open_drawing()
    badge = BadgeFactory()
    other_badge = BadgeFactory(issuer=badge.issuer)
    Issuer.objects.update(many_wait_minutes=0)
    by = coordinator_for(badge)
    # Others have awarded the same badge to one of them, and another badge to all.
    neighbors = [
        awarded_list(badge, PEOPLE[0], by=by),
        awarded_list(other_badge, "\n".join(PEOPLE), by=by),
    ]
    while issue_batches.issue_batch(now=timezone.now())[0]:
        pass
    neighboring = Assertion.objects.filter(
        pk__in=[pk for each in neighbors for pk in each.rows.values_list("assertion", flat=True)]
    )
    before, letters_before = state_of(neighboring), letters("badge_revoked")
    award_list = checked_list(badge, "\n".join(PEOPLE), by=by)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.sampled_from(ACTS), max_size=18))
    @example(["award", "issue", "undo", "award", "halt", "resume", "go on", "undo"])
    @example(["award", "award", "issue", "revoke one", "hold one", "undo", "halt", "issue"])
    @example(["award", "stop", "issue", "resume", "award", "stop", "undo"])
    def in_any_order(acts):
        with transaction.atomic():
            taken = Taken(AwardList.objects.get(pk=award_list.pk))
            for act in ["start", *acts]:
                taken.do(act)

            taken.take_back()

            issued = taken.awards.exclude(issued_on=None)
            revoked_letters = letters("badge_revoked") - letters_before
            assert set(issued.values_list("status", flat=True)) <= {AwardStatus.REVOKED}
            assert set(issued.values_list("revocation_reason", flat=True)) <= {BY_HAND, BECAUSE}
            assert sorted(revoked_letters.values()) == [1] * issued.count()
            never_issued = taken.awards.filter(issued_on=None)
            assert set(never_issued.values_list("status", flat=True)) <= {AwardStatus.CANCELLED}
            assert not Entry.objects.valid().filter(assertion__in=taken.awards).exists()
            assert not SignedCredential.objects.filter(assertion__in=taken.awards).exists()
            assert Assertion.objects.count() == taken.awards.count() + neighboring.count()
            assert state_of(neighboring) == before
            event(f"awards that were issued: {issued.count()}")
            transaction.set_rollback(True)

    in_any_order()
