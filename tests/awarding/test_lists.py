"""Award lists: what they would do, doing it once, stopping, going on, taking back."""

from __future__ import annotations

import io
import threading
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from awarding.lists.operations import batches, lists
from awarding.lists.reading import Reading
from awarding.models import AwardList
from awarding.states import LIST_TRANSITIONS, ListStatus
from awarding.tasks import carry_on_award_lists
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus, GrantSource
from mail.models import OutgoingEmail
from spreadsheets import reading as spreadsheet_reading
from tests.awarding.lists import addresses, awarded, checked
from tests.factories import BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db

NEW = reverse("awarding:manage_list_new")


def problems(award_list) -> dict[int, str]:
    return dict(award_list.rows.with_problem().values_list("line", "problem"))


def given(badge, person) -> Assertion:
    grant = Grant(person, badge.current_version, GrantSource.API, key=f"{person.pk}")
    [outcome] = grant_all([grant], by=None)
    return outcome.assertion


def test_looking_through_names_each_problem_by_its_line_and_awards_nothing():
    badge, now = BadgeFactory(), timezone.localdate()
    holder = UserFactory(email="holder@school.example")
    holder.emailaddress_set.create(email="holder@home.example", verified=True)
    given(badge, holder)
    UserFactory(email="known@school.example")

    award_list = checked(
        badge,
        "\n".join(
            [
                "E-mail,Name,Date,Text",
                "known@school.example,,,",
                "new@school.example,New Person,2026-03-15,Led it.",
                "NEW@school.example,New Person,,",
                "holder@home.example,,,",
                "holder@school.example,,,",
                f"tomorrow@school.example,,{now + timedelta(days=1)},",
                "nobody,,,",
            ]
        ),
    )

    assert award_list.status == ListStatus.CHECKED
    assert problems(award_list) == {
        4: "twice",
        5: "already",
        6: "twice",
        7: "in_the_future",
        8: "bad_email",
    }
    numbers = award_list.rows.numbers()
    assert (numbers["sound"], numbers["new_people"], numbers["problems"]) == (2, 1, 2)
    assert Assertion.objects.count() == 1
    assert not User.objects.filter(email="new@school.example").exists()


def test_dates_that_read_two_ways_are_asked_about_when_the_list_puts_the_day_first():
    words = "E-mail,Date\na@b.example,13/02/2026\nb@b.example,03/04/2026\nc@b.example,03/03/2026"

    assert problems(checked(BadgeFactory(), words)) == {3: "date_ambiguous"}


def entries_of(words) -> list[tuple[int, str, str]]:
    reading = Reading(spreadsheet_reading.read_text(words))
    return [(entry.line, entry.email, entry.name) for entry in reading.entries()]


@pytest.mark.parametrize("cut", [",", ";", "\t"])
def test_the_title_of_a_report_may_stand_above_the_headings(cut):
    rows = [["Attendance, October"], [], ["Name", "Work e-mail"], ["Rosa Álvarez", "r@b.example"]]

    assert entries_of("\n".join(cut.join(row) for row in rows).replace("Attendance, ", "")) == [
        (4, "r@b.example", "Rosa Álvarez")
    ]


@pytest.mark.parametrize("cut", [",", ";", "\t"])
@pytest.mark.parametrize("turned", [False, True])
def test_addresses_beside_names_need_no_headings(cut, turned):
    rows = [["r@b.example", "Rosa Álvarez"], ["nobody", "Bo Lind"]]
    words = "\n".join(cut.join(reversed(row) if turned else row) for row in rows)

    assert entries_of(words) == [(1, "r@b.example", "Rosa Álvarez"), (2, "nobody", "Bo Lind")]


@pytest.mark.parametrize("row", ["r@b.example,Rosa,2026-03-15", "r@b.example,2026-03-15", "Rosa"])
def test_other_columns_without_headings_are_not_guessed_at(row):
    with pytest.raises(spreadsheet_reading.Unreadable):
        entries_of(row)


def test_awarding_invites_the_unknown_and_keeps_what_the_list_says():
    badge = BadgeFactory(waiting_hours=48)
    known = UserFactory(email="known@school.example")

    award_list = awarded(
        badge,
        "E-mail,Name,Date,Text\nknown@school.example,Other Name,,\n"
        "new@school.example,Rosa Álvarez,2026-03-15,Led it.",
    )

    assert award_list.status == ListStatus.DONE
    first, second = Assertion.objects.order_by("pk")
    assert (first.recipient, first.recipient_name) == (known, known.name)
    assert (second.recipient.is_invited, second.recipient_name) == (True, "Rosa Álvarez")
    assert (second.narrative, str(timezone.localtime(second.earned_on).date())) == (
        "Led it.",
        "2026-03-15",
    )
    assert second.granted_by == award_list.made_by
    assert {first.source, second.source} == {"list"}
    assert OutgoingEmail.objects.filter(kind="award_waiting").count() == 2
    acts = AuditEntry.objects.filter(act__startswith="award list").order_by("pk")
    assert [(entry.act, entry.actor) for entry in acts] == [
        ("award list made", award_list.made_by),
        ("award list running", award_list.made_by),
        ("award list done", None),
    ]


def test_the_same_list_twice_makes_nothing_twice():
    badge = BadgeFactory(waiting_hours=48)
    words = addresses(5)
    awarded(badge, words)

    again = awarded(badge, words)

    assert Assertion.objects.count() == 5
    assert set(problems(again).values()) == {"already"}
    assert not again.rows.granted().exists()


def test_who_was_given_the_badge_between_the_look_and_the_award_is_told_apart():
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked(badge, addresses(3))
    given(badge, UserFactory(email="person1@school.example"))

    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()

    assert list(award_list.rows.values_list("outcome", flat=True)) == [
        "granted",
        "already",
        "granted",
    ]
    assert Assertion.objects.count() == 3


def test_a_badge_retired_after_the_look_refuses_every_row_in_words():
    badge = BadgeFactory()
    award_list = checked(badge, addresses(2))
    BadgeClass.objects.update(status="retired")

    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()

    rows = award_list.rows.values_list("outcome", "problem")
    assert set(rows) == {("refused", "not_published")}
    assert not Assertion.objects.exists()


def test_a_long_list_goes_on_though_the_first_worker_found_it_taken(client, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 3)
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    woken = []
    for module in (lists, batches):
        monkeypatch.setattr(module, "enqueue_on_commit", woken.append)

    client.post(NEW, {"badge_class": badge.pk, "pasted": addresses(2)})
    once = woken.copy()
    client.post(NEW, {"badge_class": badge.pk, "pasted": addresses(9)})

    assert AwardList.objects.in_work().count() == 1
    assert once == ["awarding.tasks.carry_on_award_lists"]
    assert woken == once * 3


def test_stopping_counts_from_the_next_batch_and_going_on_finishes(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 10)
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked(badge, addresses(25))
    lists.start(award_list, by=award_list.made_by)
    batches.carry_on(award_list)

    lists.stop(award_list, by=award_list.made_by)
    carry_on_award_lists()
    assert Assertion.objects.count() == 10

    lists.resume(award_list, by=award_list.made_by)
    carry_on_award_lists()
    award_list.refresh_from_db()
    assert (award_list.status, Assertion.objects.count()) == (ListStatus.DONE, 25)


def test_a_worker_that_dies_in_a_batch_leaves_nothing_half_done(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 10)
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked(badge, addresses(25))
    lists.start(award_list, by=award_list.made_by)
    batches.carry_on(award_list)
    with monkeypatch.context() as dying:
        dying.setattr(batches, "_save_outcomes", lambda rows: 1 / 0)
        carry_on_award_lists()
    assert Assertion.objects.count() == 10
    assert User.objects.filter(email__startswith="person1").count() < 25

    carry_on_award_lists()  # the schedule's next turn

    award_list.refresh_from_db()
    assert (award_list.status, Assertion.objects.count()) == (ListStatus.DONE, 25)
    assert OutgoingEmail.objects.filter(kind="award_waiting").count() == 25


def test_one_list_in_trouble_keeps_no_other_waiting(monkeypatch):
    badge = BadgeFactory()
    troubled, sound = checked(badge, "a@b.example"), checked(badge, "c@b.example")
    for award_list in (troubled, sound):
        lists.start(award_list, by=award_list.made_by)
    real = batches._award

    def breaks(award_list, **kwargs):
        if award_list == troubled:
            raise ValueError
        real(award_list, **kwargs)

    monkeypatch.setattr(batches, "_award", breaks)
    carry_on_award_lists()

    sound.refresh_from_db()
    assert sound.status == ListStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_award_a_list_once(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 5)
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked(badge, addresses(40))
    lists.start(award_list, by=award_list.made_by)
    together = threading.Barrier(2)

    def work():
        try:
            together.wait(5)
            while AwardList.objects.in_work().exists():
                batches.carry_on(AwardList.objects.get())
        finally:
            connection.close()

    hands = [threading.Thread(target=work) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert Assertion.objects.count() == award_list.rows.granted().count() == 40
    assert AuditEntry.objects.filter(act="award list done").count() == 1


def test_undoing_cancels_what_waits_and_says_what_was_issued_before():
    badge = BadgeFactory(waiting_hours=48)
    award_list = awarded(badge, addresses(6))
    early = Assertion.objects.order_by("pk").first()
    Assertion.objects.filter(pk=early.pk).update(due_at=timezone.now())
    issue_batch(now=timezone.now())

    lists.undo(award_list, by=award_list.made_by)
    carry_on_award_lists()

    award_list.refresh_from_db()
    assert award_list.status == ListStatus.UNDONE
    numbers = award_list.rows.numbers()
    assert (numbers["cancelled"], numbers["issued"], numbers["waiting"]) == (5, 1, 0)
    assert set(Assertion.objects.exclude(pk=early.pk).values_list("status", flat=True)) == {
        AwardStatus.CANCELLED
    }
    cancelled = AuditEntry.objects.filter(act="award cancelled", actor=award_list.made_by)
    assert cancelled.count() == 5
    again = awarded(badge, addresses(6))
    assert again.rows.numbers()["granted"] == 5


def test_undoing_goes_on_where_a_whole_batch_was_issued_in_the_meantime(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    award_list = awarded(BadgeFactory(waiting_hours=48), addresses(5))
    early = Assertion.objects.filter(pk__in=Assertion.objects.order_by("pk").values("pk")[:2])
    cancel_all = batches.cancel_all

    def after_they_are_issued(awards, **kwargs):
        early.filter(status=AwardStatus.PENDING).update(due_at=timezone.now())
        issue_batch(now=timezone.now())
        return cancel_all(awards, **kwargs)

    monkeypatch.setattr(batches, "cancel_all", after_they_are_issued)
    lists.undo(award_list, by=award_list.made_by)
    carry_on_award_lists()

    award_list.refresh_from_db()
    numbers = award_list.rows.numbers()
    assert award_list.status == ListStatus.UNDONE
    assert (numbers["cancelled"], numbers["issued"], numbers["waiting"]) == (3, 2, 0)


def test_every_status_of_a_list_says_where_it_may_go():
    assert set(LIST_TRANSITIONS) == set(ListStatus)


@pytest.mark.parametrize("act", ["stop", "resume", "undo"])
def test_a_list_that_awarded_nothing_can_only_be_started_or_thrown_away(act):
    award_list = checked(BadgeFactory(), addresses(2))

    with pytest.raises(TransitionNotAllowed):
        getattr(lists, act)(award_list, by=award_list.made_by)


def test_a_list_that_is_thrown_away_leaves_no_address_behind():
    award_list = checked(BadgeFactory(), addresses(2))

    lists.discard(award_list, by=award_list.made_by)

    assert not AwardList.objects.exists()
    assert AuditEntry.objects.filter(act="award list discarded").count() == 1


def test_three_batches_take_as_many_statements_each_as_they_have_rows_or_not(
    monkeypatch, django_assert_max_num_queries
):
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked(badge, addresses(300))
    lists.start(award_list, by=award_list.made_by)

    with django_assert_max_num_queries(31):
        batches.carry_on(award_list)

    assert Assertion.objects.count() == 300


@pytest.mark.long
def test_reading_a_long_list_holds_little_of_it_in_memory():
    lines = b"E-mail,Name,Date,Text\n" + b"".join(
        b"person%d@school.example,Person %d,2026-03-15,Led the session.\n" % (n, n)
        for n in range(100_000)
    )
    file = io.BytesIO(lines)
    tracemalloc.start()

    number = sum(
        1 for entry in Reading(spreadsheet_reading.read(file)).entries() if not entry.problem
    )

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number == 100_000
    assert peak < 2_000_000
