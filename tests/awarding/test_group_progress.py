"""What instructors see of the people of their own groups, and what they never see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.groups import operations as groups
from accounts.models import Membership
from awarding.groups import operations
from awarding.groups.progress import badges_of, progress_of
from awarding.scores import operations as scores
from catalog.pathways import operations as pathways
from tests.awarding.score_imports import HEAD, reader_of
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SentSubmissionFactory,
    UserFactory,
    coordinator_for,
)
from tests.issuing.awards import issued_award

pytestmark = pytest.mark.django_db


@pytest.fixture
def badge():
    return BadgeFactory()


@pytest.fixture
def by(badge):
    return coordinator_for(badge)


@pytest.fixture
def group(badge, by):
    group = groups.add(badge.issuer.agency, name="Algebra", by=by)
    operations.allow(group, badge, by=by)
    return group


@pytest.fixture
def instructor(group, by, client):
    person = UserFactory()
    groups.add_instructor(group, email=person.email, name="", language="en", by=by)
    client.force_login(person)
    return person


@pytest.fixture
def member(group, by):
    person = UserFactory(name="Ana Ruiz")
    groups.add_accounts(group, [person], by=by)
    return person


def page_of(group, name="group", *more):
    return reverse(f"awarding:{name}", args=[group.public_id, *more])


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def place_of(group, person):
    return group.people.get(user=person)


def bring_scores(agency, words, by):
    return scores.save_import(agency, reader=reader_of(HEAD + words), name="results.csv", by=by)


def seen_tests(client, group) -> list[str]:
    page = client.get(page_of(group, "group_scores"))
    return [result.test for _place, result in page.context["results"]]


def test_a_submission_shows_its_state_and_nothing_else(client, group, badge, instructor, by):
    drafted = DraftFactory(badge_class=badge)
    sent = SentSubmissionFactory(badge_class=badge)
    groups.add_accounts(group, [drafted.earner, sent.earner], by=by)

    places = list(group.people.members().select_related("user").order_by("pk"))
    lines = progress_of(places, badges_of(group))

    assert [line.cells[0].state for line in lines] == ["begun", "in_review"]
    for page in (page_of(group), page_of(group, "group_person", places[1].pk)):
        assert str(sent.public_id) not in text_of(client.get(page))


def test_the_steps_of_a_pathway_are_counted(client, group, member, instructor, by):
    agency = group.agency
    top, first, second = (BadgeFactory(issuer__agency=agency) for _ in range(3))
    pathways.create(top, steps=[first, second], by=by)
    operations.allow(group, top, by=by)
    issued_award(badge_class=first, earner=member)

    text = text_of(client.get(page_of(group)))
    own_page = client.get(page_of(group, "group_person", place_of(group, member).pk))

    assert "1 of 2 steps" in text
    steps = {badge: steps for badge, _state, steps in own_page.context["badges"]}
    assert steps[top] == [(first, "held"), (second, "")]


def test_the_table_is_sorted_by_a_badge(client, group, badge, member, instructor, by):
    earned = issued_award(badge_class=badge)
    groups.add_accounts(group, [earned.recipient], by=by)

    def order(sort):
        page = client.get(page_of(group), {"sort": sort})
        return [line.place.user for line in page.context["lines"]]

    assert order(f"badge-{badge.pk}") == [earned.recipient, member]
    assert order(f"-badge-{badge.pk}") == [member, earned.recipient]
    assert order("-earned") == [earned.recipient, member]
    assert order("name") == order("-name")[::-1]
    assert order("nothing known") == order("name")


def test_scores_are_those_of_members_in_files_of_the_own_and_higher_agencies(
    client, group, member, instructor, by
):
    above = AgencyFactory(name="The county")
    group.agency.parent = above
    group.agency.save(update_fields=["parent"])
    sibling = AgencyFactory(parent=above)
    below = AgencyFactory(parent=group.agency)
    for agency, test in (
        (group.agency, "Own"), (above, "Above"), (sibling, "Sibling"), (below, "Below"),
    ):  # fmt: skip
        bring_scores(agency, f"{member.email},Ana,{test},2026-01-05,,230,\n", by)
    bring_scores(group.agency, "stranger@adult.example,Bo,Stranger,2026-01-05,,230,\n", by)

    assert sorted(seen_tests(client, group)) == ["Above", "Own"]
    page = client.get(page_of(group, "group_person", place_of(group, member).pk))
    assert [result.test for _place, result in page.context["results"]] == ["Above", "Own"]


def test_who_left_the_group_is_no_longer_seen(client, group, member, instructor, by):
    bring_scores(group.agency, f"{member.email},Ana,Own,2026-01-05,,230,\n", by)
    place = place_of(group, member)
    assert seen_tests(client, group) == ["Own"]

    groups.end_place(place, by=by)

    assert seen_tests(client, group) == []
    assert client.get(page_of(group, "group_person", place.pk)).status_code == 404
    assert member.name not in text_of(client.get(page_of(group)))


def test_the_code_has_a_page_for_the_room_with_its_qr_code(client, group, badge, instructor):
    code = operations.make_code(group, badge, days=1, by=instructor)

    page = client.get(page_of(group, "group_code_show", code.public_id))
    picture = client.get(page_of(group, "group_code_qr", code.public_id))

    assert code.in_groups in text_of(page)
    assert page_of(group, "group_code_qr", code.public_id) in text_of(page)
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def own_pages(group, place, code) -> list[str]:
    return [
        page_of(group),
        page_of(group, "group_scores"),
        page_of(group, "group_person", place.pk),
        page_of(group, "group_code_show", code.public_id),
        page_of(group, "group_code_qr", code.public_id),
    ]


@pytest.mark.parametrize("way", ["left the group", "role ended yesterday", "group closed"])
def test_nothing_is_seen_afterwards(client, group, badge, member, instructor, by, way):
    code = operations.make_code(group, badge, days=1, by=instructor)
    pages = own_pages(group, place_of(group, member), code)
    assert {client.get(page).status_code for page in pages} == {200}

    if way == "left the group":
        groups.end_place(place_of(group, instructor), by=by)
    elif way == "group closed":
        groups.close(group, by=by)
    else:
        yesterday = timezone.localdate() - timedelta(days=1)
        instructor.memberships.update(ends_on=yesterday)

    expected = {403} if way == "role ended yesterday" else {404}
    assert {client.get(page).status_code for page in pages} == expected


def test_records_of_another_group_are_not_found_through_the_own_one(
    client, group, badge, member, instructor, by
):
    other = groups.add(group.agency, name="Geometry", by=by)
    operations.allow(other, badge, by=by)
    teacher = UserFactory()
    groups.add_instructor(other, email=teacher.email, name="", language="en", by=by)
    groups.add_accounts(other, [UserFactory()], by=by)
    theirs = operations.make_code(other, badge, days=1, by=teacher)
    place = other.people.members().get()

    for page in own_pages(other, place, theirs) + own_pages(group, place, theirs)[2:]:
        assert client.get(page).status_code == 404
    ended = client.post(page_of(group, "group_code_end", theirs.public_id))
    assert ended.status_code == 404


def test_the_private_things_of_an_award_stay_closed(client, group, badge, member, instructor):
    award = issued_award(badge_class=badge, earner=member)
    award.is_private = True
    award.save(update_fields=["is_private"])

    assert client.get(award.get_absolute_url()).status_code in {403, 404}
    page = client.get(page_of(group, "group_person", place_of(group, member).pk))
    assert award.get_absolute_url() not in text_of(page)
    assert member.email not in text_of(page)


def test_an_instructor_opens_no_page_of_a_coordinator(client, group, badge, instructor, by):
    code = operations.make_code(group, badge, days=1, by=instructor)
    imported = bring_scores(group.agency, "x@adult.example,X,Own,2026-01-05,,230,\n", by)

    for page in (
        group.get_absolute_url(),
        code.get_absolute_url(),
        reverse("awarding:manage_code_qr", args=[code.public_id]),
        imported.get_absolute_url(),
        reverse("awarding:manage_scores"),
        reverse("accounts:manage_rosters"),
    ):
        assert client.get(page).status_code == 403


def test_a_role_of_instructor_without_a_place_in_the_group_is_not_enough(client, group):
    role = MembershipFactory(agency=group.agency, role=Membership.Role.INSTRUCTOR)
    client.force_login(role.user)

    assert list(client.get(reverse("awarding:groups")).context["page"]) == []
    assert client.get(page_of(group)).status_code == 404
