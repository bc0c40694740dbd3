"""An agency has closed days of its own, kept by its coordinators; those above count, too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.agencies import operations as agencies
from accounts.models import Agency, ClosedDay
from reviewing.deadlines import closed_days
from tests.factories import AgencyFactory, BadgeFactory, MembershipFactory, SentSubmissionFactory
from tests.office.calendars import calendar, event

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return AgencyFactory(name="Alder County", kind=Agency.Kind.COUNTY_OFFICE, parent=None)


@pytest.fixture
def district(county):
    return AgencyFactory(name="Alder Unified", parent=county)


@pytest.fixture
def coordinator(district):
    return MembershipFactory(agency=district, role="coordinator").user


@pytest.fixture
def browser(client, coordinator):
    client.force_login(coordinator)
    return client


def url(name, agency, *more) -> str:
    return reverse(f"office:manage_agency_{name}", args=[agency.slug, *more])


def monday_to_come() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def weekday_after(day: date) -> date:
    return day + timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))


def days_of(agency) -> list[date]:
    return list(agency.closed_days.values_list("date", flat=True))


def close(agency, *days, name="Closed") -> None:
    ClosedDay.objects.bulk_create(ClosedDay(agency=agency, date=day, name=name) for day in days)


def due_on(agency) -> date:
    return SentSubmissionFactory(badge_class=BadgeFactory(issuer__agency=agency)).due_on


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_a_coordinator_closes_a_day_of_the_own_agency_and_opens_it_again(browser, district):
    monday = monday_to_come()

    browser.post(url("days", district), {"name": "Founders’ day", "first": monday})
    assert days_of(district) == [monday]
    assert "Founders’ day" in text_of(browser.get(url("days", district)))

    remove = url("day_remove", district, district.closed_days.get().pk)
    assert browser.post(remove).status_code == 302
    assert browser.post(remove).status_code == 404
    assert days_of(district) == []


def test_what_was_typed_stays_when_it_is_refused(browser, district):
    monday = monday_to_come()
    typed = {"name": "Break", "first": monday, "last": monday - timedelta(days=1)}

    page = browser.post(url("days", district), typed)

    assert page.status_code == 422
    assert 'value="Break"' in text_of(page)


def test_holidays_that_are_closed_above_are_not_offered_again(browser, county, district):
    year = timezone.localdate().year + 1
    page = url("holidays", district, year)
    offered = list(browser.get(page).context["form"].offered)
    close(county, offered[0])

    assert list(browser.get(page).context["form"].offered) == offered[1:]
    browser.post(page, {"days": [str(offered[1])]})
    assert days_of(district) == [offered[1]]
    assert browser.get(url("holidays", district, 1900)).status_code == 404


def test_a_calendar_of_the_district_closes_its_days_alone(browser, county, district):
    monday = monday_to_come()
    text = calendar(event("a", "No school", monday))
    page = browser.post(url("calendar", district), {"pasted": text})
    assert url("calendar_choose", district) in text_of(page)

    packed = page.context["form"]["calendar"].value()
    browser.post(url("calendar_choose", district), {"calendar": packed, "events": ["0"]})

    assert days_of(district) == [monday]
    assert days_of(county) == []


def test_due_days_count_the_own_closed_days_and_those_above(county, district):
    plain = due_on(AgencyFactory(parent=county))
    sibling = AgencyFactory(parent=county)

    close(district, plain)
    assert due_on(district) == weekday_after(plain)
    assert due_on(sibling) == plain

    close(county, weekday_after(plain))
    assert due_on(district) == weekday_after(weekday_after(plain))
    assert due_on(sibling) == plain


def test_a_moved_agency_counts_the_days_of_its_new_place(county, district, coordinator):
    other = AgencyFactory(name="Other district", parent=county)
    monday, tuesday, wednesday = (monday_to_come() + timedelta(days=n) for n in range(3))
    school = AgencyFactory(name="River School", parent=district)
    for agency, day in ((district, monday), (other, tuesday), (school, wednesday)):
        close(agency, day)

    agencies.move(school, other, by=coordinator)

    found = closed_days([school.pk], since=timezone.localdate())
    assert found == {school.pk: {tuesday, wednesday}}


def test_a_merged_agency_counts_the_other_ones_days_and_keeps_the_past(county, coordinator):
    old, new = AgencyFactory(name="Old", parent=county), AgencyFactory(name="New", parent=county)
    past, monday = timezone.localdate() - timedelta(days=7), monday_to_come()
    close(old, past, monday)
    close(new, monday + timedelta(days=1))

    agencies.merge(old, new, by=coordinator)

    found = closed_days([old.pk], since=past)
    assert found == {old.pk: {past, monday + timedelta(days=1)}}


def test_a_closed_agency_keeps_its_days_and_they_are_no_longer_changed(
    browser, district, coordinator
):
    close(district, monday_to_come())

    agencies.close(district, by=coordinator)

    assert days_of(district) == [monday_to_come()]
    assert browser.get(url("days", district)).status_code in {403, 404}


def test_no_coordinator_changes_the_days_of_another_district(browser, county, district):
    sibling = AgencyFactory(parent=county)
    close(sibling, monday_to_come())
    day = sibling.closed_days.get()

    for agency in (sibling, county):
        for page in (url("days", agency), url("calendar", agency)):
            assert browser.get(page).status_code == 404
        typed = {"name": "Break", "first": monday_to_come()}
        assert browser.post(url("days", agency), typed).status_code == 404
    assert browser.post(url("day_remove", sibling, day.pk)).status_code == 404
    assert browser.post(url("day_remove", district, day.pk)).status_code == 404
    assert ClosedDay.objects.get() == day


def test_closed_days_are_under_settings_in_the_menu(client, county):
    client.force_login(MembershipFactory(agency=county, role="coordinator").user)

    for name in ("manage_closed_days", "manage_holidays", "manage_calendar"):
        text = text_of(client.get(reverse(f"office:{name}")))
        link = text.split(f'href="{reverse("office:manage_settings")}"', 1)[1]
        assert link.startswith(' aria-current="'), name


def test_the_closed_days_of_an_agency_keep_their_query_count(
    browser, district, django_assert_max_num_queries
):
    close(district, *(monday_to_come() + timedelta(days=n) for n in range(60)))

    with django_assert_max_num_queries(12):
        browser.get(url("days", district))
