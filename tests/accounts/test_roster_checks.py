"""A roster is checked by a worker, which may be killed; and what happens to its rows later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, Membership, RosterFile, RosterImport, RosterRow
from accounts.rosters.keeping import KEPT
from accounts.rosters.operations import checking, imports
from accounts.tasks import carry_on_rosters, clear_rosters
from audit.models import AuditEntry
from audit.moves import TransitionNotAllowed
from tests.accounts.roster_files import one_roster, upload
from tests.factories import AgencyFactory, MembershipFactory

Role, Status = Membership.Role, RosterImport.Status
pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    county = AgencyFactory(name="Alder County", kind=Agency.Kind.COUNTY_OFFICE, parent=None)
    return AgencyFactory(name="Alder Unified", kind=Agency.Kind.DISTRICT, parent=county)


@pytest.fixture
def by(district, client):
    person = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


def schools(many: int) -> str:
    return "ID,Name,Kind\n" + "".join(f"s{n},School {n},school\n" for n in range(many))


def bring(client, agency, file, **options) -> RosterImport:
    client.post(reverse("accounts:manage_rosters"), {"agency": agency.pk, "file": file, **options})
    return RosterImport.objects.first()


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_the_request_only_keeps_the_file(client, by, district):
    roster = bring(client, district, upload(schools(3)))

    assert (roster.status, roster.records, roster.rows.count()) == (Status.CHECKING, 3, 0)
    page = text_of(client.get(roster.get_absolute_url()))
    assert "The file is being checked." in page
    assert "Do this" not in page

    carry_on_rosters()
    roster.refresh_from_db()
    assert (roster.status, roster.rows.count()) == (Status.CHECKED, 3)
    assert not RosterFile.objects.exists()
    assert "Do this" in text_of(client.get(roster.get_absolute_url()))


def test_the_page_of_a_roster_keeps_up_until_its_work_is_done(client, by, district):
    roster = bring(client, district, upload(schools(3)))
    page = text_of(client.get(roster.get_absolute_url()))
    assert 'data-watch="2000"' in page
    assert "0 of 3 rows" in page
    assert "You can close this page." in page

    carry_on_rosters()

    page = text_of(client.get(roster.get_absolute_url()))
    assert 'id="roster" class="flow" data-watch>' in page
    assert "You can close this page." not in page


def test_an_import_that_is_not_checked_yet_cannot_run(client, by, district):
    roster = bring(client, district, upload(schools(1)))

    with pytest.raises(TransitionNotAllowed):
        imports.start(roster, by=by)


class Killed(BaseException):
    """The worker is gone."""


def test_a_check_that_was_killed_begins_again_and_ends_as_if_nothing_had_been(
    client, by, district, monkeypatch
):
    roster = bring(client, district, upload(schools(5)))
    monkeypatch.setattr(checking, "BATCH", 2)
    keep, kept = checking._keep, []

    def killed_after_one(taken, rows, *, now):
        if kept:
            raise Killed
        kept.append(len(rows))
        return keep(taken, rows, now=now)

    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(checking, "_keep", killed_after_one)
        with pytest.raises(Killed):
            checking.check(roster, now=now)
    assert roster.rows.count() == 2

    imports.run_next_batch(roster, now=now + timedelta(seconds=30))
    assert roster.rows.count() == 2, "the first worker may still be at it"
    imports.run_next_batch(roster, now=now + checking.LEASE)

    roster.refresh_from_db()
    assert (roster.status, roster.checks) == (Status.CHECKED, 2)
    labels = roster.rows.order_by("pk").values_list("label", flat=True)
    assert list(labels) == [f"School {n}" for n in range(5)]


def test_a_worker_that_was_overtaken_saves_nothing_more(client, by, district):
    roster = bring(client, district, upload(schools(2)))
    now = timezone.now()
    slow = checking._begin(roster, now=now)

    checking.check(roster, now=now + checking.LEASE)

    assert not checking._keep(slow, [], now=now + checking.LEASE)
    checking._finish(slow, now=now + checking.LEASE)
    roster.refresh_from_db()
    assert (roster.status, roster.rows.count()) == (Status.CHECKED, 2)


def test_a_file_that_kills_every_worker_is_given_up(client, by, district):
    roster = bring(client, district, upload(schools(2)))
    now = timezone.now()
    for _ in range(checking.MOST_CHECKS):
        assert checking._begin(roster, now=now)
        now += checking.LEASE

    checking.check(roster, now=now)

    roster.refresh_from_db()
    assert (roster.status, roster.due_at) == (Status.FAILED, None)
    assert not RosterFile.objects.exists()
    assert "could not be checked" in text_of(client.get(roster.get_absolute_url()))


def test_zero_characters_do_not_stop_the_check(district):
    by = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    record = {"what": "agency", "where": "2", "id": "s\0", "name": "River\0", "kind": "\0school"}

    roster = imports.save(district, [record], name="list.csv", by=by)
    carry_on_rosters()

    assert list(roster.rows.values_list("label", "outcome")) == [("River", "new")]


PEOPLE = "ID,Email,Name,Role,Agency\np1,ana@alder.example,Ana Arroyo,reviewer,River School\n"


def ended(client, agency, *, runs=True) -> RosterImport:
    AgencyFactory(name="River School", kind=Agency.Kind.SCHOOL, parent=agency)
    roster = bring(client, agency, upload(PEOPLE))
    carry_on_rosters()
    if runs:
        imports.start(roster, by=roster.made_by)
        carry_on_rosters()
    roster.refresh_from_db()
    return roster


@pytest.mark.parametrize("runs", [True, False])
def test_names_and_addresses_are_cleared_when_the_time_is_over(client, by, district, runs):
    roster = ended(client, district, runs=runs)
    assert roster.clear_at - timezone.now() > KEPT - timedelta(minutes=1)
    clear_rosters()
    assert roster.rows.filter(data__email="ana@alder.example").exists()

    RosterImport.objects.update(clear_at=timezone.now())
    clear_rosters()
    clear_rosters()

    assert list(roster.rows.values_list("label", "data")) == [("", {})]
    assert bool(roster.rows.get().made) == runs
    assert AuditEntry.objects.filter(act="roster cleared").count() == 1
    page = text_of(client.get(roster.get_absolute_url()))
    assert "can no longer be run or taken back" in page
    assert 'name="act"' not in page
    with pytest.raises(TransitionNotAllowed):
        (imports.undo if runs else imports.start)(roster, by=by)


def test_what_a_cleared_import_gave_still_ends_with_a_file_without_it(client, by, district):
    ended(client, district)
    RosterImport.objects.update(clear_at=timezone.now())
    clear_rosters()

    later = bring(client, district, upload(PEOPLE.replace("p1,ana", "p2,ben")), ends_missing="on")
    carry_on_rosters()
    imports.start(later, by=by)
    carry_on_rosters()

    held = Membership.objects.confirmed().filter(role=Role.REVIEWER)
    assert [one.user.email for one in held] == ["ben@alder.example"]


def test_a_long_chain_of_agencies_is_checked_at_once(client, by, district):
    many = 3000
    chain = "".join(f"s{n},School {n},school,s{n - 1}\n" for n in range(many, 0, -1))
    roster = bring(client, district, upload("ID,Name,Kind,Parent\n" + chain))

    carry_on_rosters()

    outcomes = set(roster.rows.values_list("outcome", "problem"))
    assert outcomes == {("refused", "no_parent")} or outcomes == {("new", "")}


def values_in_the_database() -> str:
    with connection.cursor() as cursor:
        texts = []
        for model in apps.get_models():
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')  # noqa: S608
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def test_nothing_of_demographics_is_anywhere_in_the_database(client, by, district):
    marks = [f"demographic-{number}-mark" for number in range(8)]
    text = "sourcedId,birthDate,sex,asian,white,cityOfBirth\n"
    text += f"k1,{','.join(marks[:5])}\nt1,{','.join(marks[3:])}\n"
    roster = bring(client, district, one_roster(demographics=text), with_students="on")
    packed = checking.unpack(bytes(RosterFile.objects.get().packed))
    assert not any(mark in str(packed) for mark in marks)

    carry_on_rosters()
    imports.start(roster, by=by)
    carry_on_rosters()

    assert RosterRow.objects.filter(made__has_key="membership").exists()
    found = values_in_the_database()
    assert "kai@alder.example" in found
    assert [mark for mark in marks if mark in found] == []
