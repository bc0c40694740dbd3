from __future__ import annotations

import hashlib
from datetime import timedelta

import pgtrigger
import pytest
from django.db import InternalError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from audit.moves import TransitionNotAllowed
from issuing.awards.operations import changes as issuing
from issuing.awards.operations.issue_batches import issue_batch
from issuing.models import Assertion
from rewards import rfc3797
from rewards.chances import frozen_lists, standing
from rewards.chances import operations as chances
from rewards.draw import operations as draws
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Entry, ExcludedPerson, Win
from rewards.prizes import operations as prizes
from tests.accounts.links import link
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, approved_submission
from tests.rewards.drawing_factories import (
    CLOSE,
    DISPUTES,
    DRAW,
    IN_THE_PERIOD,
    OTHER_VALUES,
    VALUES,
    announced,
    award,
    closed,
    drafted,
    draw_with,
    listed_entries,
    person_codes_on,
    type_values,
)

pytestmark = pytest.mark.django_db


def test_a_badge_issued_in_the_period_gives_one_chance():
    drawing = announced()

    assertion = award()

    entry = Entry.objects.get()
    assert (entry.drawing, entry.assertion, entry.user) == (drawing, assertion, assertion.recipient)


def test_a_badge_issued_before_the_announcement_counts_too():
    assertion = award()

    announced()

    assert [entry.assertion for entry in Entry.objects.all()] == [assertion]


def test_the_number_of_queries_does_not_grow_with_the_awards():
    early = [award() for _ in range(4)]
    drawing = announced()
    with pgtrigger.ignore("rewards.Entry:entry_is_never_deleted"):
        drawing.entries.all()._raw_delete("default")

    with CaptureQueriesContext(connection) as one:
        chances.add_entries(early[:1])
    with CaptureQueriesContext(connection) as many:
        chances.add_entries(early)

    assert len(many) == len(one)
    assert {entry.assertion for entry in drawing.entries.all()} == set(early)


def test_a_badge_outside_the_period_gives_no_chance():
    announced()

    award(now=IN_THE_PERIOD - timedelta(days=60))

    assert not Entry.objects.exists()


def test_a_revoked_badge_loses_its_chance_before_the_close():
    drawing = announced()
    assertion, other = award(), award()

    issuing.revoke(assertion, by=UserFactory(), reason="Issued by mistake.")
    drawings.close(drawing, now=CLOSE)

    assert [entry.assertion for entry in listed_entries(drawing)] == [other]


def test_a_draft_has_no_list_that_could_be_closed():
    drawing = drafted()

    with pytest.raises(TransitionNotAllowed):
        drawings.close(drawing, now=CLOSE)

    assert not drawing.lists.exists()


def test_the_published_list_has_the_published_digest():
    drawing = closed()
    frozen = drawing.lists.get()

    published = b"".join(frozen_lists.entries_csv(frozen))

    assert hashlib.sha256(published).hexdigest() == frozen.sha256
    header, *rows = published.decode().splitlines()
    assert header == "number,entry,person"
    assert [row.split(",")[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row.split(",")[1] for row in rows] == sorted(
        Entry.objects.values_list("token", flat=True)
    )


def test_a_frozen_list_never_changes():
    frozen = closed().lists.get()

    with pytest.raises(InternalError), transaction.atomic():
        frozen.pieces.update(text="")
    with pytest.raises(InternalError), transaction.atomic():
        frozen.pieces.all().delete()
    with pytest.raises(ProtectedError):
        frozen.delete()


def test_every_line_is_found_by_its_number_and_by_its_token(monkeypatch):
    monkeypatch.setattr(frozen_lists, "LINES_PER_PIECE", 3)
    frozen = closed(awards=8).lists.get()
    published = b"".join(frozen_lists.entries_csv(frozen)).decode().splitlines()[1:]

    by_number = frozen_lists.lines_by_number(frozen, range(-2, 12))

    assert frozen.pieces.count() == 3
    assert [f"{n},{line.token},{line.person}" for n, line in by_number.items()] == published
    for line in by_number.values():
        assert frozen_lists.lines_by_token(frozen, [line.token]) == [line]
    all_tokens = [line.token for line in by_number.values()]
    assert frozen_lists.lines_by_token(frozen, reversed(all_tokens)) == list(by_number.values())
    unknown = ["", "0" * 16, "f" * 16, "zz"]
    assert frozen_lists.lines_by_token(frozen, unknown) == []


def test_a_list_may_be_empty():
    drawing = closed(awards=0)
    frozen = drawing.lists.get()

    assert (frozen.count, frozen.people) == (0, 0)
    assert b"".join(frozen_lists.entries_csv(frozen)) == b"number,entry,person\n"
    assert frozen_lists.lines_by_token(frozen, ["0" * 16]) == []


def test_an_entry_cannot_be_deleted_or_get_another_token():
    drawing = closed(awards=1)

    with pytest.raises(InternalError), transaction.atomic():
        drawing.entries.all()._raw_delete("default")
    with pytest.raises(InternalError), transaction.atomic():
        drawing.entries.update(token="1234567890abcdef")


def test_the_same_badge_on_two_accounts_of_a_person_counts_once():
    drawing = announced()
    first = award()
    twin = award(badge_class=first.badge_class)
    other_badge = award(twin.recipient)
    link(twin.recipient, first.recipient)

    drawings.close(drawing, now=CLOSE)

    assert {entry.assertion for entry in listed_entries(drawing)} == {first, other_badge}
    assert len(set(person_codes_on(drawing.lists.get()))) == drawing.lists.get().people == 1


def test_a_person_has_no_more_chances_than_the_cap():
    drawing = announced(most_chances=2)
    earner = UserFactory()
    for _ in range(3):
        award(earner)

    drawings.close(drawing, now=CLOSE)

    assert drawing.lists.get().count == 2
    assert standing.count_chances(earner, Drawing.objects.get()) == 2


def test_excluded_people_are_not_on_the_list():
    drawing = announced()
    relative, other = award(), award()
    ExcludedPerson.objects.create(
        drawing=drawing,
        user=relative.recipient,
        reason="sponsor's family",
        excluded_by=UserFactory(),
    )

    drawings.close(drawing, now=CLOSE)

    assert [entry.assertion for entry in listed_entries(drawing)] == [other]


def test_the_draw_gives_each_prize_to_a_different_person():
    drawing = closed()

    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    wins = made.wins.all()
    assert [win.prize.position for win in wins] == [1, 2]
    assert len({win.line.entry.user for win in wins}) == 2
    assert made.key.startswith("9.18.26.34.41.45./4312.7/")


def test_a_draw_before_the_stated_time_is_refused():
    drawing = closed()
    type_values(drawing)

    with pytest.raises(drawings.NotReady):
        draws.draw(drawing, by=UserFactory(), now=DRAW - timedelta(hours=1))


def test_a_second_draw_without_a_reason_is_refused():
    drawing = closed()
    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    with pytest.raises(draws.AlreadyDrawn):
        draw_with(drawing, values=OTHER_VALUES, by=UserFactory(), now=DRAW)
    with pytest.raises(InternalError), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(key="1./2./")


def test_a_declined_prize_goes_to_the_next_in_the_sequence():
    made = draw_with(closed(), values=VALUES, by=UserFactory(), now=DRAW)
    first, second = made.wins.all()

    prizes.decline(first, by=first.line.entry.user, now=DRAW + timedelta(days=1))

    wins = list(Win.objects.order_by("position"))
    assert [win.pk for win in wins[:2]] == [first.pk, second.pk]
    assert (wins[2].prize, wins[2].piece) == (first.prize, first.piece)
    assert wins[2].line.entry.user not in {first.line.entry.user, second.line.entry.user}


def test_a_prize_not_confirmed_in_time_is_passed_on():
    made = draw_with(closed(), values=VALUES, by=UserFactory(), now=DRAW)
    first = made.wins.first()

    prizes.lapse(first, now=first.confirm_by)

    assert made.wins.filter(prize=first.prize).count() == 2


def test_a_badge_revoked_after_the_close_is_skipped_in_the_draw():
    drawing = closed(awards=3)
    revoked = Entry.objects.first().assertion
    issuing.revoke(revoked, by=UserFactory(), reason="Evidence was not their own.", now=CLOSE)

    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    assert revoked not in {win.line.entry.assertion for win in made.wins.all()}
    assert made.skips.get().reason == "badge revoked"


def test_anyone_recomputes_the_same_winners_from_what_is_published():
    made = draw_with(closed(), values=VALUES, by=UserFactory(), now=DRAW)
    prizes.decline(made.wins.first(), by=UserFactory(), now=DRAW)
    published = b"".join(frozen_lists.entries_csv(made.entry_list)).decode()
    people = [row.split(",")[2] for row in published.splitlines()[1:]]

    picks = rfc3797.draw(people, draws.published_inputs(made))

    assert [(pick.position, pick.number) for pick in picks if pick.prize] == [
        (win.position, win.line.number) for win in made.wins.order_by("position")
    ]


def test_announced_rules_cannot_change():
    drawing = announced()

    with pytest.raises(InternalError), transaction.atomic():
        type(drawing.rules).objects.update(most_chances=1)


def test_two_awards_of_a_badge_in_the_period_give_one_chance():
    drawing = announced()
    first = award()
    issuing.revoke(first, by=UserFactory(), reason="Renewed.")
    # As for a badge that is renewed while the earlier award still counts.
    drawing.entries.update(voided_at=None, voided_because="")

    award(first.recipient, badge_class=first.badge_class)

    assert [entry.assertion for entry in drawing.entries.all()] == [first]


def test_a_badge_issued_after_the_list_was_frozen_gives_no_chance():
    drawing = closed(awards=1)
    [listed_entry] = drawing.entries.all()
    late = award(listed_entry.user)

    late_entry = Entry.objects.create(drawing=drawing, user=listed_entry.user, assertion=late)

    assert standing.count_chances(listed_entry.user, drawing) == 1
    assert list(standing.entries_of(listed_entry.user, drawing)) == [listed_entry]
    assert late_entry in listed_entry.user.entries.all()


def test_a_badge_issued_after_the_stated_close_gives_no_chance_even_if_the_worker_is_late():
    drawing = announced(counts_by="approved")
    approved_submission(now=IN_THE_PERIOD, earner=UserFactory())

    issue_batch(now=CLOSE + timedelta(seconds=1))

    assert Assertion.objects.issued().count() == 1
    assert not drawing.entries.exists()


def test_a_prize_cannot_be_confirmed_after_its_deadline_even_if_the_worker_is_late():
    made = draw_with(closed(), values=VALUES, by=UserFactory(), now=DRAW)
    win = made.wins.first()

    with pytest.raises(TransitionNotAllowed):
        prizes.confirm(win, shows_name=False, now=win.confirm_by)

    win.refresh_from_db()
    assert win.status == win.Status.TOLD


def test_revoking_one_of_two_awards_of_a_badge_keeps_its_chance():
    first = award()
    renewal = award(badge_class=first.badge_class)
    Assertion.objects.filter(pk=first.pk).update(renewed_at=IN_THE_PERIOD)
    with pgtrigger.ignore("issuing.Assertion:assertion_keeps_what_was_earned"):
        Assertion.objects.filter(pk=renewal.pk).update(recipient=first.recipient)
    valid = announced().entries.valid()
    entered = valid.get().assertion
    [other] = {first, renewal} - {entered}

    issuing.revoke(entered, by=UserFactory(), reason="Donated by mistake.", now=IN_THE_PERIOD)

    assert valid.get().assertion == other


def test_a_corrected_list_has_missing_entries_and_no_late_or_revoked_ones():
    drawing = closed(awards=2)
    correct, lost = drawing.entries.order_by("pk")
    drawing.entries.filter(pk=lost.pk).update(voided_at=CLOSE, voided_because="an error")
    never_entered, revoked, late = award(), award(), award(now=CLOSE + timedelta(minutes=1))
    issuing.revoke(revoked, by=UserFactory(), reason="Donated by mistake.", now=CLOSE)
    for wrong in (revoked, late):
        Entry.objects.create(drawing=drawing, user=wrong.recipient, assertion=wrong)

    corrected = drawings.correct_list(
        drawing, by=UserFactory(), reason="Two receipts were missing.", now=DISPUTES
    )

    assert (corrected.number, corrected.reason) == (2, "Two receipts were missing.")
    assertions = {entry.assertion for entry in listed_entries(drawing)}
    assert assertions == {correct.assertion, lost.assertion, never_entered}
    assert lost in listed_entries(drawing)


def test_a_corrected_list_restores_one_of_two_awards_of_a_badge():
    drawing = closed(awards=2)
    first, second = drawing.entries.order_by("pk")
    with pgtrigger.ignore("issuing.Assertion:assertion_keeps_what_was_earned"):
        Assertion.objects.filter(pk=first.assertion_id).update(renewed_at=CLOSE)
        Assertion.objects.filter(pk=second.assertion_id).update(
            recipient=first.user, badge_class=first.assertion.badge_class
        )
    with pgtrigger.ignore("rewards.Entry:entry_keeps_its_token"):
        drawing.entries.update(user=first.user, voided_at=CLOSE, voided_because="an error")

    drawings.correct_list(drawing, by=UserFactory(), reason="Missing.", now=DISPUTES)

    assert listed_entries(drawing) == [first]


def test_people_who_left_the_agency_after_the_close_stay_on_a_corrected_list():
    district = AgencyFactory()
    drawing = drafted(agency=district)
    drawing.rules_versions.get().agencies.add(district)
    drawings.announce(drawing, by=UserFactory(), now=IN_THE_PERIOD)
    role = MembershipFactory(agency=district)
    award(role.user)
    award()
    drawings.close(drawing, now=CLOSE)
    role.delete()

    drawings.correct_list(drawing, by=UserFactory(), reason="Look again.", now=DISPUTES)

    assert [entry.user for entry in listed_entries(drawing)] == [role.user]
