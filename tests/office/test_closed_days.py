"""Closed days from public holidays and school calendars."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.closed_days import calendar_reading, public_holidays
from accounts.closed_days import operations as closed_days
from accounts.closed_days.calendars import Event
from accounts.models import ClosedDay
from audit.models import AuditEntry
from program.models import Program
from tests.factories import AgencyFactory, MembershipFactory
from tests.office.calendars import calendar, event, timed

HOLIDAYS, PLACE = reverse("office:manage_holidays"), reverse("office:manage_holiday_place")
CALENDAR, CHOOSE = reverse("office:manage_calendar"), reverse("office:manage_calendar_choose")
MONDAY = date(2027, 3, 1)


@pytest.fixture
def office(db):
    return AgencyFactory(name="Alder County Office")


@pytest.fixture
def coordinator(office):
    return MembershipFactory(agency=office, role="coordinator").user


@pytest.fixture
def browser(client, coordinator):
    client.force_login(coordinator)
    return client


def found(text, first=date(2027, 1, 1), last=date(2028, 12, 31)):
    left_out, rows = calendar_reading.read(text.encode(), first=str(first), last=str(last))
    return {row["uid"]: (row["name"], row["days"]) for row in json.loads(rows)}, left_out


def days_of(agency):
    return {str(day.date): day.name for day in agency.closed_days.all()}


def monday_to_come():
    today = timezone.localdate()
    return today + timedelta(days=7 + (7 - today.weekday()) % 7)


# Public holidays


def test_holidays_of_a_state_are_named_in_the_language_of_the_page():
    with translation.override("en"):
        california = public_holidays.working_days_off("US", "CA", 2027)
    assert california[date(2027, 3, 31)] == "Cesar Chavez Day"
    assert date(2027, 7, 4) not in california  # a Sunday
    assert california[date(2027, 7, 5)].startswith("Independence Day")
    assert date(2027, 3, 31) not in public_holidays.working_days_off("US", "", 2027)
    with translation.override("es"):
        assert "Navidad" in " ".join(public_holidays.working_days_off("MX", "", 2028).values())


@pytest.mark.parametrize(("country", "state"), [("XX", ""), ("", ""), ("US", "Atlantis")])
def test_an_unknown_place_has_no_holidays_of_its_own(country, state):
    nationwide = public_holidays.working_days_off("US", "", 2027)

    known = public_holidays.working_days_off(country, state, 2027)

    assert known == (nationwide if country == "US" else {})


def test_a_holiday_can_be_left_out(browser, office):
    year = timezone.localdate().year + 1
    url = reverse("office:manage_holidays_of", args=[year])
    offered = browser.get(url).context["form"].offered
    first, *others = [str(day) for day in offered]

    browser.post(url, {"days": others})
    browser.post(url, {"days": others})  # a double click finds the list changed

    assert list(days_of(office)) == others
    assert [str(day) for day in browser.get(url).context["form"].offered] == [first]
    assert AuditEntry.objects.filter(act="closed days added").count() == 1


def test_the_country_is_a_setting_and_its_states_follow(browser):
    browser.post(PLACE, {"holiday_country": "DE", "holiday_state": "CA"})

    program = Program.objects.get()
    assert (program.holiday_country, program.holiday_state) == ("DE", "")
    states = dict(browser.get(HOLIDAYS).context["place_form"].fields["holiday_state"].choices)
    assert "BY" in states
    assert AuditEntry.objects.get(act="country of holidays changed").note == "US → DE"


def test_a_country_that_is_not_on_the_list_is_refused(browser):
    assert browser.post(PLACE, {"holiday_country": "ZZ"}).status_code == 422
    assert not Program.objects.filter(holiday_country="ZZ").exists()


def test_days_that_are_no_holidays_are_refused(browser, office):
    year = timezone.localdate().year + 1
    url = reverse("office:manage_holidays_of", args=[year])

    assert browser.post(url, {"days": [f"{year}-02-02"]}).status_code == 422
    assert browser.post(url, {}).status_code == 422
    assert browser.get(reverse("office:manage_holidays_of", args=[1900])).status_code == 404
    assert days_of(office) == {}


# What is read of a calendar


def test_all_day_events_are_read_and_those_with_a_time_are_counted():
    text = calendar(event("a", "Spring break", MONDAY, 5), timed("b", "Board meeting", MONDAY))

    events, left_out = found(text)

    assert events == {"a": ("Spring break", [str(MONDAY + timedelta(n)) for n in range(5)])}
    assert left_out["with_a_time"] == 1


def test_events_that_repeat_are_followed_within_the_window():
    weekly = event("a", "Early Friday", date(2026, 9, 4), 1, "RRULE:FREQ=WEEKLY;UNTIL=20270115")
    yearly = event("b", "Founders’ Day", date(1990, 5, 3), 1, "RRULE:FREQ=YEARLY")

    events, _left_out = found(calendar(weekly, yearly))

    assert events["a"][1] == ["2027-01-01", "2027-01-08", "2027-01-15"]
    assert events["b"][1] == ["2027-05-03", "2028-05-03"]


def test_an_occurrence_that_was_moved_or_left_out_is_not_read_on_its_old_day():
    series = event(
        "a", "Training", MONDAY, 1, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20270315"
    )
    moved = event("a", "Training", date(2027, 3, 10), 1, "RECURRENCE-ID;VALUE=DATE:20270308")

    events, _left_out = found(calendar(series, moved))

    assert events["a"][1] == ["2027-03-01", "2027-03-10", "2027-03-22"]


def test_endless_and_huge_events_are_left_out():
    daily = event("a", "Every day", MONDAY, 1, "RRULE:FREQ=DAILY")
    often = event("b", "Every second", MONDAY, 1, "RRULE:FREQ=SECONDLY")
    never = event("c", "February 30", MONDAY, 1, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    long = event("d", "The year", MONDAY, 300)

    events, left_out = found(calendar(daily, often, never, long))

    assert events == {"c": ("February 30", ["2027-03-01"])}
    assert (left_out["too_often"], left_out["too_long"]) == (2, 1)


def test_a_name_is_one_line_of_bounded_length():
    events, _left_out = found(calendar(event("a", "Break\\n<b>now</b>" + "x" * 200, MONDAY)))

    [(name, _days)] = events.values()
    assert name.startswith("Break <b>now</b>x")
    assert len(name) == 100


@pytest.mark.parametrize(
    "text", ["", "hello", "BEGIN:VCALENDAR", "\0\0\0", "<html></html>", "BEGIN:VEVENT\nEND:VEVENT"]
)
def test_what_is_no_calendar_is_refused_and_kept(browser, text):
    page = browser.post(CALENDAR, {"pasted": text})

    assert page.status_code == 422
    assert ClosedDay.objects.count() == 0
    if text == "hello":
        assert ">\nhello</textarea>" in page.content.decode()


def test_a_calendar_with_too_many_events_or_bytes_is_refused(browser):
    many = calendar(*(event(str(n), "x", MONDAY) for n in range(5001)))
    with pytest.raises(calendar_reading.NotACalendar):
        found(many)
    large = SimpleUploadedFile("a.ics", b"x" * (2 * 1024 * 1024 + 1))
    assert "2 MB" in browser.post(CALENDAR, {"file": large}).content.decode()


# Following a calendar


def choose(browser, text, *names):
    page = browser.post(CALENDAR, {"file": SimpleUploadedFile("school.ics", text.encode())})
    form = page.context["form"]
    picked = [str(n) for n, one in enumerate(form.listed) if one.name in names]
    return browser.post(CHOOSE, {"calendar": form.fields["calendar"].initial, "events": picked})


def test_chosen_events_become_closed_days_and_a_second_import_changes_nothing(browser, office):
    first = monday_to_come()
    text = calendar(event("a", "Break", first, 7), event("b", "Bake sale", first + timedelta(7)))

    choose(browser, text, "Break")
    choose(browser, text, "Break")

    week = [str(first + timedelta(n)) for n in range(5)]  # without its weekend
    assert days_of(office) == dict.fromkeys(week, "Break")
    assert AuditEntry.objects.filter(act="closed days of a calendar").count() == 1


def test_an_event_that_moved_moves_its_days(browser, office):
    first = monday_to_come()
    choose(browser, calendar(event("a", "Break", first, 2)), "Break")

    choose(browser, calendar(event("a", "Winter break", first + timedelta(1), 2)), "Winter break")

    moved = [str(first + timedelta(1)), str(first + timedelta(2))]
    assert days_of(office) == dict.fromkeys(moved, "Winter break")


def test_a_canceled_event_opens_its_days_again(browser, office):
    first = monday_to_come()
    choose(browser, calendar(event("a", "Break", first)), "Break")

    choose(browser, calendar(event("a", "Break", first, 1, "STATUS:CANCELLED")), "Break")

    assert days_of(office) == {}


def test_days_entered_by_hand_keep_their_name(browser, office, coordinator):
    first = monday_to_come()
    closed_days.add(office, name="Our own day", first=first, last=first, by=coordinator)

    choose(browser, calendar(event("a", "Break", first, 2)), "Break")

    assert days_of(office)[str(first)] == "Our own day"
    assert days_of(office)[str(first + timedelta(1))] == "Break"


def test_days_that_are_past_stay_when_an_event_moves(office, coordinator):
    today = date(2027, 3, 3)
    closed_days.follow_calendar(
        office, [Event("a", "Break", [MONDAY, today])], today=MONDAY, by=coordinator
    )

    moved = [Event("a", "Break", [date(2027, 4, 5)])]
    closed_days.follow_calendar(office, moved, today=today, by=coordinator)

    assert list(days_of(office)) == ["2027-03-01", "2027-04-05"]


def test_a_changed_or_old_page_is_refused(browser, office):
    answer = browser.post(CHOOSE, {"calendar": "made:up", "events": ["0"]})

    assert answer.url == CALENDAR
    assert days_of(office) == {}


def test_choosing_nothing_shows_the_events_again(browser):
    page = choose(browser, calendar(event("a", "Break", monday_to_come())))

    assert page.status_code == 422
    assert "Break" in page.content.decode()


def test_due_dates_leave_imported_days_out_also_below(browser, office):
    first = monday_to_come()
    friday = timezone.make_aware(timezone.datetime(first.year, first.month, first.day)) - timedelta(
        days=2
    )
    school = AgencyFactory(parent=office)

    choose(browser, calendar(event("a", "Break", first, 4)), "Break")

    assert school.working_day_after(friday, 1) == first + timedelta(4)


def test_coordinators_of_a_district_have_no_such_pages(client, office):
    district = AgencyFactory(parent=office)
    client.force_login(MembershipFactory(agency=district, role="coordinator").user)

    assert [client.get(url).status_code for url in (HOLIDAYS, CALENDAR)] == [403, 403]
    assert [client.post(url).status_code for url in (HOLIDAYS, PLACE, CALENDAR, CHOOSE)] == [
        403
    ] * 4
