"""Award lists: checked, awarded once, stopped, resumed, undone."""

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
from awarding.lists.columns import ListReader
from awarding.lists.operations import batches, lists, uploads
from awarding.models import AwardList
from awarding.states import LIST_TRANSITIONS, ListStatus
from awarding.tasks import carry_on_award_lists
from catalog.models import BadgeClass
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from issuing.states import AwardStatus, GrantSource
from mail.models import OutgoingEmail
from spreadsheets import file_formats as spreadsheet_reading
from tests.awarding.lists import addresses, awarded_list, checked_list
from tests.factories import BadgeFactory, UserFactory, coordinator_for

pytestmark = pytest.mark.django_db

NEW = reverse("awarding:manage_list_new")


def problems(award_list) -> dict[int, str]:
    return dict(award_list.rows.with_problem().values_list("line", "problem"))


def grant_by_api(badge, person) -> Assertion:
    grant = Grant(person, badge.current_version, GrantSource.API, key=f"{person.pk}")
    [outcome] = grant_all([grant], by=None)
    return outcome.assertion


def test_checking_a_list_notes_each_problem_by_its_line_and_awards_nothing():
    badge, now = BadgeFactory(), timezone.localdate()
    holder = UserFactory(email="holder@school.example")
    holder.emailaddress_set.create(email="holder@home.example", verified=True)
    grant_by_api(badge, holder)
    UserFactory(email="known@school.example")

    award_list = checked_list(
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
    numbers = award_list.rows.counts()
    assert (numbers["sound"], numbers["new_people"], numbers["problems"]) == (2, 1, 2)
    assert Assertion.objects.count() == 1
    assert not User.objects.filter(email="new@school.example").exists()


def parsed_rows(words) -> list[tuple[int, str, str]]:
    reader = ListReader(spreadsheet_reading.read_text(words).lines)
    return [(row.line, row.email, row.name) for row in reader.rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_title_may_come_before_the_headings(separator):
    rows = [["Attendance, October"], [], ["Name", "Work e-mail"], ["Rosa Álvarez", "r@b.example"]]

    assert parsed_rows(
        "\n".join(separator.join(row) for row in rows).replace("Attendance, ", "")
    ) == [(4, "r@b.example", "Rosa Álvarez")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_table_of_addresses_and_names_needs_no_headings(separator, is_reversed):
    rows = [["r@b.example", "Rosa Álvarez"], ["nobody", "Bo Lind"]]
    words = "\n".join(separator.join(reversed(row) if is_reversed else row) for row in rows)

    assert parsed_rows(words) == [(1, "r@b.example", "Rosa Álvarez"), (2, "nobody", "Bo Lind")]


@pytest.mark.parametrize("row", ["r@b.example,Rosa,2026-03-15", "r@b.example,2026-03-15", "Rosa"])
def test_other_columns_without_headings_are_unreadable(row):
    with pytest.raises(spreadsheet_reading.Unreadable):
        parsed_rows(row)


def test_awarding_invites_unknown_people_and_uses_the_details_of_the_list():
    badge = BadgeFactory(waiting_hours=48)
    known = UserFactory(email="known@school.example")

    award_list = awarded_list(
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


def test_the_same_list_again_awards_nothing():
    badge = BadgeFactory(waiting_hours=48)
    words = addresses(5)
    awarded_list(badge, words)

    again = awarded_list(badge, words)

    assert Assertion.objects.count() == 5
    assert set(problems(again).values()) == {"already"}
    assert not again.rows.granted().exists()


def test_a_person_who_got_the_badge_after_the_check_is_not_awarded_again():
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked_list(badge, addresses(3))
    grant_by_api(badge, UserFactory(email="person1@school.example"))

    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()

    assert list(award_list.rows.values_list("outcome", flat=True)) == [
        "granted",
        "already",
        "granted",
    ]
    assert Assertion.objects.count() == 3


def test_a_badge_retired_after_the_check_is_refused_in_every_row():
    badge = BadgeFactory()
    award_list = checked_list(badge, addresses(2))
    BadgeClass.objects.update(status="retired")

    lists.start(award_list, by=award_list.made_by)
    carry_on_award_lists()

    rows = award_list.rows.values_list("outcome", "problem")
    assert set(rows) == {("refused", "not_published")}
    assert not Assertion.objects.exists()


def test_a_long_list_queues_its_task_again_in_case_the_first_run_found_it_locked(
    client, monkeypatch
):
    monkeypatch.setattr(batches, "CHECK_BATCH", 3)
    badge = BadgeFactory()
    client.force_login(coordinator_for(badge))
    queued = []
    for module in (lists, uploads, batches):
        monkeypatch.setattr(module, "enqueue_on_commit", queued.append)

    client.post(NEW, {"badge_class": badge.pk, "pasted": addresses(2)})
    once = queued.copy()
    client.post(NEW, {"badge_class": badge.pk, "pasted": addresses(9)})

    assert AwardList.objects.in_work().count() == 1
    assert once == ["awarding.tasks.carry_on_award_lists"]
    assert queued == once * 3


def test_stopping_takes_effect_at_the_next_batch_and_resuming_finishes_the_list(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 10)
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked_list(badge, addresses(25))
    lists.start(award_list, by=award_list.made_by)
    batches.run_next_batch(award_list)

    lists.stop(award_list, by=award_list.made_by)
    carry_on_award_lists()
    assert Assertion.objects.count() == 10

    lists.resume(award_list, by=award_list.made_by)
    carry_on_award_lists()
    award_list.refresh_from_db()
    assert (award_list.status, Assertion.objects.count()) == (ListStatus.DONE, 25)


def test_a_worker_killed_in_a_batch_leaves_no_partial_batch(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 10)
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked_list(badge, addresses(25))
    lists.start(award_list, by=award_list.made_by)
    batches.run_next_batch(award_list)
    with monkeypatch.context() as killed:
        killed.setattr(batches, "_save_outcomes", lambda rows: 1 / 0)
        carry_on_award_lists()
    assert Assertion.objects.count() == 10
    assert User.objects.filter(email__startswith="person1").count() < 25

    carry_on_award_lists()  # the schedule's next turn

    award_list.refresh_from_db()
    assert (award_list.status, Assertion.objects.count()) == (ListStatus.DONE, 25)
    assert OutgoingEmail.objects.filter(kind="award_waiting").count() == 25


def test_an_error_in_one_list_does_not_delay_the_others(monkeypatch):
    badge = BadgeFactory()
    failing, working = checked_list(badge, "a@b.example"), checked_list(badge, "c@b.example")
    for award_list in (failing, working):
        lists.start(award_list, by=award_list.made_by)
    real = batches._award_rows

    def fail(award_list, **kwargs):
        if award_list == failing:
            raise ValueError
        real(award_list, **kwargs)

    monkeypatch.setattr(batches, "_award_rows", fail)
    carry_on_award_lists()

    working.refresh_from_db()
    assert working.status == ListStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_time_award_a_list_once(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 5)
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked_list(badge, addresses(40))
    lists.start(award_list, by=award_list.made_by)
    together = threading.Barrier(2)

    def work():
        try:
            together.wait(5)
            while AwardList.objects.in_work().exists():
                batches.run_next_batch(AwardList.objects.get())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Assertion.objects.count() == award_list.rows.granted().count() == 40
    assert AuditEntry.objects.filter(act="award list done").count() == 1


def test_undoing_cancels_waiting_awards_and_revokes_issued_ones():
    badge = BadgeFactory(waiting_hours=48)
    award_list = awarded_list(badge, addresses(6))
    early = Assertion.objects.order_by("pk").first()
    Assertion.objects.filter(pk=early.pk).update(due_at=timezone.now())
    issue_batch(now=timezone.now())

    lists.undo(award_list, by=award_list.made_by, reason="The wrong file.")
    carry_on_award_lists()

    award_list.refresh_from_db()
    assert award_list.status == ListStatus.UNDONE
    numbers = award_list.rows.counts()
    assert (numbers["cancelled"], numbers["revoked"], numbers["waiting"]) == (5, 1, 0)
    assert set(Assertion.objects.exclude(pk=early.pk).values_list("status", flat=True)) == {
        AwardStatus.CANCELLED
    }
    again = awarded_list(badge, addresses(6))
    assert again.rows.counts()["granted"] == 6


def test_undoing_continues_after_a_whole_batch_was_issued_meanwhile(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    award_list = awarded_list(BadgeFactory(waiting_hours=48), addresses(5))
    early = Assertion.objects.filter(pk__in=Assertion.objects.order_by("pk").values("pk")[:2])
    take_back_all = batches.take_back_all

    def issue_then_take_back(awards, **kwargs):
        early.filter(status=AwardStatus.PENDING).update(due_at=timezone.now())
        issue_batch(now=timezone.now())
        return take_back_all(awards, **kwargs)

    monkeypatch.setattr(batches, "take_back_all", issue_then_take_back)
    lists.undo(award_list, by=award_list.made_by, reason="The wrong file.")
    carry_on_award_lists()

    award_list.refresh_from_db()
    numbers = award_list.rows.counts()
    assert award_list.status == ListStatus.UNDONE
    assert (numbers["cancelled"], numbers["revoked"], numbers["waiting"]) == (3, 2, 0)


def test_every_status_of_a_list_has_its_transitions():
    assert set(LIST_TRANSITIONS) == set(ListStatus)


@pytest.mark.parametrize("act", ["stop", "resume", "undo", "halt_undoing", "continue_undoing"])
def test_a_checked_list_can_only_be_started_or_discarded(act):
    award_list = checked_list(BadgeFactory(), addresses(2))

    reason = {"reason": "The wrong file."} if act == "undo" else {}
    with pytest.raises(TransitionNotAllowed):
        getattr(lists, act)(award_list, by=award_list.made_by, **reason)


def test_a_discarded_list_leaves_no_addresses():
    award_list = checked_list(BadgeFactory(), addresses(2))

    lists.discard(award_list, by=award_list.made_by)

    assert not AwardList.objects.exists()
    assert AuditEntry.objects.filter(act="award list discarded").count() == 1


def test_the_number_of_queries_of_a_batch_does_not_grow_with_its_rows(
    monkeypatch, django_assert_max_num_queries
):
    badge = BadgeFactory(waiting_hours=48)
    award_list = checked_list(badge, addresses(300))
    lists.start(award_list, by=award_list.made_by)

    # One of them finds the linked accounts of all people at once, and one those who are minors.
    with django_assert_max_num_queries(33):
        batches.run_next_batch(award_list)

    assert Assertion.objects.count() == 300


@pytest.mark.long
def test_reading_a_long_list_needs_little_memory():
    lines = b"E-mail,Name,Date,Text\n" + b"".join(
        b"person%d@school.example,Person %d,2026-03-15,Led the session.\n" % (n, n)
        for n in range(100_000)
    )
    file = io.BytesIO(lines)
    tracemalloc.start()

    number = sum(
        1 for row in ListReader(spreadsheet_reading.read(file).lines).rows() if not row.problem
    )

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The file, its lines, which come back from the process that reads it, and the cells of all
    # rows once, because what a column means shows only in the whole. No parsed rows.
    assert number == 100_000
    assert peak < 9 * len(lines)
