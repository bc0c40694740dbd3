"""Numbers by where people work: a school issues nothing, yet its teachers have badges."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from issuing.models import Assertion
from reporting.periods import Period
from reporting.scopes import Basis, Scope
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    DraftFactory,
    IssuerFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
)
from tests.issuing.awards import issued_award, revoked_award

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("reporting:manage_overview")
EVER = Period(None, None)


@pytest.fixture
def county():
    return AgencyFactory(name="Alder County")


@pytest.fixture
def creekside(county):
    return SchoolFactory(name="Creekside", parent=county)


@pytest.fixture
def hilltop(county):
    return SchoolFactory(name="Hilltop", parent=county)


@pytest.fixture
def badge(county):
    return BadgeFactory(issuer=IssuerFactory(agency=county))


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def teacher(school, *, since: int = 400, until: int | None = None, **fields):
    """Somebody who works at the school from `since` to `until` days ago."""
    person = fields.pop("person", None) or UserFactory()
    MembershipFactory(
        user=person,
        agency=school,
        role=Membership.Role.EARNER,
        begun_at=days_ago(since),
        **{"confirmed_at": days_ago(since), **fields},
        ended_at=days_ago(until) if until is not None else None,
    )
    return person


def earned(person, badge, *, days: int = 30) -> Assertion:
    return issued_award(earner=person, badge_class=badge, now=days_ago(days))


def counted(*agencies) -> dict:
    counts = Scope([agency.pk for agency in agencies], Basis.WORKPLACE).held_by_agency(EVER)
    return {agency.name: counts.get(agency.pk, (0, 0)) for agency in agencies}


def test_a_school_counts_what_its_teachers_have(badge, county, creekside, hilltop):
    earned(teacher(creekside), badge)
    earned(teacher(creekside), badge)
    earned(UserFactory(), badge)

    assert counted(county, creekside, hilltop) == {
        "Alder County": (2, 2), "Creekside": (2, 2), "Hilltop": (0, 0),
    }  # fmt: skip


def test_who_moves_takes_nothing_from_the_first_school(badge, county, creekside, hilltop):
    person = teacher(creekside, since=400, until=100)
    teacher(hilltop, person=person, since=100)
    earned(person, badge, days=200)

    assert counted(creekside, hilltop) == {"Creekside": (1, 1), "Hilltop": (0, 0)}


def test_what_was_earned_before_any_workplace_was_named_counts_for_the_later_one(
    badge, county, creekside
):
    person = teacher(creekside, since=10)
    earned(person, badge, days=200)

    assert counted(creekside) == {"Creekside": (1, 1)}


def test_a_workplace_counts_only_once_it_is_confirmed(badge, county, creekside):
    earned(teacher(creekside, confirmed_at=None), badge)

    assert counted(county, creekside) == {"Alder County": (0, 0), "Creekside": (0, 0)}


def test_who_works_at_two_schools_counts_once_in_their_district(badge, county, creekside, hilltop):
    person = teacher(creekside)
    teacher(hilltop, person=person)
    earned(person, badge)

    assert counted(county, creekside, hilltop) == {
        "Alder County": (1, 1), "Creekside": (1, 1), "Hilltop": (1, 1),
    }  # fmt: skip


def test_revoked_badges_do_not_count(badge, county, creekside):
    revoked_award(earner=teacher(creekside), badge_class=badge)

    assert counted(creekside) == {"Creekside": (0, 0)}


def test_a_reporter_of_a_school_sees_its_numbers_and_those_of_no_other(
    client, sign_in, badge, creekside, hilltop
):
    earned(teacher(creekside), badge)
    DraftFactory(badge_class=badge, earner=teacher(creekside))
    earned(teacher(hilltop), badge)
    sign_in(creekside)

    page = client.get(OVERVIEW, {"by": "workplace", "span": "all"})

    assert page.context["awards"]["total"] == 1
    assert page.context["funnel"].started == 2
    assert [row["agency"].name for row in page.context["by_agency"]] == ["Creekside"]
    assert [row["issued"] for row in page.context["rows"]] == [1]
    assert "issued.csv" not in page.text


def test_by_issuer_a_school_that_issues_nothing_has_nothing(client, sign_in, badge, creekside):
    earned(teacher(creekside), badge)
    sign_in(creekside)

    assert client.get(OVERVIEW, {"span": "all"}).context["awards"]["total"] == 0


def test_agencies_stand_below_what_they_belong_to(
    client, sign_in, badge, county, creekside, hilltop
):
    earned(teacher(hilltop), badge)
    sign_in(county)

    rows = client.get(OVERVIEW, {"by": "workplace", "span": "all"}).context["by_agency"]

    assert [(row["agency"].name, row["depth"], row["badges"]) for row in rows] == [
        ("Alder County", 0, 1), ("Creekside", 1, 0), ("Hilltop", 1, 1),
    ]  # fmt: skip


def test_any_days_can_be_chosen(client, sign_in, badge, county):
    earned(UserFactory(), badge, days=40)
    earned(UserFactory(), badge, days=4)
    sign_in(county)
    first, last = (timezone.localdate(days_ago(days)).isoformat() for days in (45, 35))

    assert client.get(OVERVIEW, {"first": first}).context["awards"]["in_period"] == 2
    page = client.get(OVERVIEW, {"first": first, "last": last})
    assert page.context["awards"]["in_period"] == 1
    assert f'value="{first}"' in page.text


def test_reversed_days_are_said_to_be_so(client, sign_in, county):
    sign_in(county)

    page = client.get(OVERVIEW, {"first": "2026-03-02", "last": "2026-03-01"})

    assert page.status_code == 422
    assert "This day is before the first one" in page.text
    assert 'value="2026-03-02"' in page.text


def test_the_statements_stay_the_same_with_many_agencies(
    client, sign_in, badge, county, django_assert_num_queries, django_assert_max_num_queries
):
    sign_in(county)
    question = {"by": "workplace", "span": "all"}
    earned(teacher(SchoolFactory(parent=county)), badge)
    client.get(OVERVIEW, question)
    with django_assert_max_num_queries(14) as few:
        client.get(OVERVIEW, question)
    for _ in range(4):
        earned(teacher(SchoolFactory(parent=county)), badge)

    with django_assert_num_queries(len(few)):
        client.get(OVERVIEW, question)


def test_numbers_by_workplace_are_a_table_to_download_without_names(
    client, sign_in, badge, county, creekside, hilltop
):
    earned(teacher(creekside), badge)
    sign_in(county)
    chosen = {"by": "workplace", "span": "all"}

    page = client.get(OVERVIEW, chosen)
    answer = client.get(reverse("reporting:manage_workplaces_csv"), chosen)

    assert "workplaces.csv?by=workplace&amp;span=all" in page.text
    assert b"".join(answer).decode("utf-8-sig").splitlines() == [
        "Agency,Part of,Badges,People,From,Through",
        "Alder County,,1,1,,",
        "Creekside,Alder County,1,1,,",
        "Hilltop,Alder County,0,0,,",
    ]
    assert client.get(reverse("reporting:manage_workplaces_xlsx"), chosen).status_code == 200
