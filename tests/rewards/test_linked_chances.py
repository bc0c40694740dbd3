"""The chances of a person with several accounts are those of the union of what they have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.links import operations as links
from accounts.models import AccountLink, Membership, User
from issuing.awards.operations import changes
from issuing.awards.operations.granting import Grant, grant_all
from issuing.awards.operations.issue_batches import issue_batch
from issuing.states import GrantSource
from rewards.chances import frozen_lists, standing
from rewards.chances import operations as chances
from rewards.drawings.operations import life_cycle as drawings
from rewards.models import Drawing, Entry
from tests.accounts.links import link
from tests.factories import BadgeFactory, MembershipFactory, UserFactory
from tests.races import at_once
from tests.rewards.drawing_factories import (
    CLOSE,
    DRAW,
    IN_THE_PERIOD,
    VALUES,
    announced,
    award,
    closed,
    drafted,
    draw_with,
    listed_entries,
    person_codes_on,
)

pytestmark = pytest.mark.django_db


def chances_of(user, drawing) -> int:
    return standing.count_chances(user, Drawing.objects.get(pk=drawing.pk))


def give(person, badges) -> None:
    grants = [
        Grant(person, badge.current_version, GrantSource.LIST, key=f"{person.pk}:{badge.pk}")
        for badge in badges
    ]
    grant_all(grants, by=None, now=IN_THE_PERIOD)
    issue_batch(now=IN_THE_PERIOD)


@pytest.fixture
def badges():
    return [BadgeFactory() for _ in range(4)]


SETS = st.lists(st.sets(st.integers(0, 3)), min_size=2, max_size=3)


@pytest.mark.long
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(held=SETS, per_badge=st.sampled_from([1, 2]), most=st.sampled_from([None, 2, 3]))
def test_linked_accounts_have_the_chances_of_the_union_and_apart_those_of_each(
    badges, held, per_badge, most
):
    def count(numbers):
        return min(len(numbers) * per_badge, most or 99)

    with transaction.atomic():
        drawing = announced(prizes=1, chances_per_badge=per_badge, most_chances=most)
        people = [UserFactory() for _ in held]
        for person, numbers in zip(people, held, strict=True):
            give(person, [badges[number] for number in numbers])
        entries = Entry.objects.valid().count()

        made = [link(person, people[0]) for person in people[1:]]

        union = set().union(*held)
        assert [chances_of(person, drawing) for person in people] == [count(union)] * len(people)
        assert chances.odds_before_close([drawing])[drawing.pk] == (
            len(union) * per_badge,
            1 if union else 0,
        )
        assert Entry.objects.valid().count() == entries
        frozen = frozen_lists.freeze(drawing, now=CLOSE)
        assert (frozen.count, frozen.people) == (count(union), 1 if union else 0)

        for linked in made:
            links.unlink(linked, by=people[0])

        apart = [count(numbers) for numbers in held]
        assert [chances_of(person, drawing) for person in people] == apart
        assert frozen_lists.freeze(drawing, now=CLOSE).count == sum(apart)
        transaction.set_rollback(True)


def test_a_workplace_of_one_account_lets_the_badges_of_the_other_count():
    teacher = MembershipFactory(role=Membership.Role.EARNER).user
    drawing = local_drawing(teacher)
    at_home = award().recipient
    assert chances_of(at_home, drawing) == 0

    linked = link(at_home, teacher)

    assert chances_of(teacher, drawing) == chances_of(at_home, drawing) == 1

    links.unlink(linked, by=teacher)

    assert chances_of(at_home, drawing) == 0
    assert Entry.objects.get(drawing=drawing).voided_because == "accounts were unlinked"

    link(at_home, teacher)

    assert chances_of(teacher, drawing) == 1


def local_drawing(teacher) -> Drawing:
    draft = drafted()
    draft.rules_versions.get().agencies.set([teacher.memberships.get().agency])
    return announced(drawing=draft)


def test_two_accounts_of_a_person_have_one_free_entry():
    drawing, one, other = announced(), UserFactory(), UserFactory()
    linked = link(one, other)
    first = chances.take_free_entry(drawing, user=one, now=IN_THE_PERIOD)

    assert chances.take_free_entry(drawing, user=other, now=IN_THE_PERIOD) == first
    links.unlink(linked, by=one)
    assert chances.take_free_entry(drawing, user=other, now=IN_THE_PERIOD) != first


def test_a_person_excluded_with_one_account_is_excluded_with_all():
    drawing = announced()
    one = award().recipient
    staff = MembershipFactory(agency=drawing.agency, role=Membership.Role.COORDINATOR).user

    link(one, staff)

    assert chances_of(one, drawing) == 0
    assert frozen_lists.freeze(drawing, now=CLOSE).count == 0


def test_a_revoked_copy_leaves_the_other_ones_chance():
    drawing = announced()
    first = award()
    twin = award(badge_class=first.badge_class)
    link(twin.recipient, first.recipient)

    changes.revoke(first, by=UserFactory(), reason="A mistake.", now=IN_THE_PERIOD)

    assert chances_of(first.recipient, drawing) == 1
    drawings.close(drawing, now=CLOSE)
    assert [entry.assertion for entry in listed_entries(drawing)] == [twin]


def test_a_frozen_list_stays_as_it_is_when_accounts_are_linked_and_unlinked():
    drawing = closed(awards=3)
    before = b"".join(frozen_lists.entries_csv(drawing.lists.get()))
    one, other = (entry.user for entry in Entry.objects.all()[:2])

    linked = link(one, other, now=CLOSE + timedelta(hours=1))
    while_linked = b"".join(frozen_lists.entries_csv(drawing.lists.get()))
    links.unlink(linked, by=one, now=CLOSE + timedelta(hours=2))

    assert while_linked == before == b"".join(frozen_lists.entries_csv(drawing.lists.get()))
    assert Drawing.objects.get(pk=drawing.pk).lists.count() == 1


def test_accounts_linked_before_the_numbers_win_once_and_the_count_says_so():
    drawing = closed(awards=2)
    one, other = (entry.user for entry in Entry.objects.all())
    link(one, other, now=CLOSE)
    assert chances_of(one, drawing) == 1

    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    assert made.wins.count() == 1
    assert made.skips.get().reason == "the same person as another on the list"


@pytest.mark.parametrize("when", ["before the numbers", "after them"])
def test_a_link_counts_for_the_draw_as_it_was_when_the_first_number_could_be_known(when):
    drawing = closed(awards=2)
    one, other = (entry.user for entry in Entry.objects.all())
    final = drawings.final_at(drawing.announced_rules)
    moment = final - timedelta(hours=1) if when == "before the numbers" else final

    linked = link(one, other, now=CLOSE)
    links.unlink(linked, by=one, now=moment)
    link(one, other, now=final + timedelta(hours=1))

    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)

    assert made.wins.count() == (2 if when == "before the numbers" else 1)


def test_the_winner_confirms_with_either_account(client):
    drawing = closed(awards=2)
    made = draw_with(drawing, values=VALUES, by=UserFactory(), now=DRAW)
    win = made.wins.first()
    person = UserFactory()
    client.force_login(person)
    page = reverse("rewards:prize", args=[win.pk])
    assert client.get(page).status_code in {403, 404}

    link(win.line.entry.user, person)

    assert client.get(page).status_code == 200


# --- At the same moment ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_linking_both_ways_at_once_links_once():
    one, other = UserFactory(), UserFactory()

    outcomes = at_once(lambda: link(one, other), lambda: link(other, one))

    assert {type(outcome) for outcome in outcomes} == {AccountLink, links.CannotLink}
    assert User.objects.exclude(linked_to=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_linking_again_while_it_is_undone_leaves_one_state():
    one, other = UserFactory(), UserFactory()
    linked = link(one, other)

    at_once(lambda: links.unlink(linked, by=one), lambda: link(one, other))

    in_force = AccountLink.objects.in_force().filter(account=one)
    assert User.objects.filter(pk=one.pk, linked_to=other).exists() is in_force.exists()


@pytest.mark.django_db(transaction=True)
def test_a_chain_made_at_once_is_one_person():
    one, two, three = (UserFactory() for _ in range(3))

    outcomes = at_once(lambda: link(one, two), lambda: link(two, three))

    assert {type(outcome) for outcome in outcomes} == {AccountLink}
    assert {*User.objects.filter(linked_to=three)} == {one, two}


@pytest.mark.django_db(transaction=True)
def test_linking_while_a_list_is_frozen_counts_the_person_once_or_twice_and_nothing_between():
    drawing = announced()
    first = award()
    twin = award(badge_class=first.badge_class)

    at_once(
        lambda: link(twin.recipient, first.recipient, now=CLOSE),
        lambda: drawings.close(drawing, now=CLOSE),
    )

    frozen = drawing.lists.get()
    assert (frozen.count, frozen.people) in {(1, 1), (2, 2)}
    assert len(person_codes_on(frozen)) == frozen.count
