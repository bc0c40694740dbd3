"""Acts on groups and rosters, to be killed, each with the states that it passes through."""

from __future__ import annotations

from accounts.groups import operations as groups
from accounts.models import Agency, Group, Membership, RosterImport
from accounts.rosters.operations import imports
from accounts.school_years import operations as years
from tests.factories import AgencyFactory, MembershipFactory, UserFactory

RECORDS = [
    {"what": "agency", "where": "2", "id": "s1", "name": "River School", "kind": "school"},
    {"what": "role", "where": "3", "id": "p1", "email": "ana@alder.example", "name": "Ana",
     "role": "reviewer", "place": "s1"},
    {"what": "group", "where": "4", "id": "c1", "name": "Algebra", "place": "s1", "year": ""},
    {"what": "place", "where": "5", "id": "p2", "email": "kai@alder.example", "name": "Kai",
     "group": "c1", "place": "s1", "part": "member"},
    {"what": "place", "where": "6", "id": "p1", "email": "ana@alder.example", "name": "Ana",
     "group": "c1", "place": "s1", "part": "instructor"},
]  # fmt: skip


def brought_roster(**options) -> RosterImport:
    county = AgencyFactory(kind=Agency.Kind.COUNTY_OFFICE, parent=None)
    district = AgencyFactory(kind=Agency.Kind.DISTRICT, parent=county)
    by = MembershipFactory(agency=district, role=Membership.Role.COORDINATOR).user
    records = [dict(record) for record in RECORDS]
    return imports.save(district, records, name="roster.zip", by=by, **options)


def checked_roster() -> RosterImport:
    roster = brought_roster(invites=True)
    imports.run_next_batch(roster)
    return roster


def carry_on(roster: RosterImport) -> None:
    while imports.run_next_batch(roster):
        pass


def apply_a_roster():
    roster = checked_roster()
    imports.start(roster, by=roster.made_by)
    return lambda: carry_on(roster)


def take_a_roster_back():
    roster = checked_roster()
    imports.start(roster, by=roster.made_by)
    carry_on(roster)
    imports.undo(roster, by=roster.made_by)
    return lambda: carry_on(roster)


def add_members_to_a_group():
    by = UserFactory()
    group = groups.add(AgencyFactory(), name="Algebra", by=by)
    people = [("ana@alder.example", "Ana", "en"), (UserFactory().email, "", "en")]
    return lambda: groups.add_people(Group.objects.get(pk=group.pk), people, by=by)


def begin_a_school_year():
    by = UserFactory()
    agency = AgencyFactory()
    for name in ("Algebra", "Geometry"):
        group = groups.add(agency, name=name, school_year="2025–26", by=by)
        groups.add_accounts(group, [UserFactory()], by=by)
        groups.add_instructor(group, email=UserFactory().email, name="", language="en", by=by)
    shown = years.mark_of(agency, "2025–26")
    return lambda: years.move_on(
        agency, from_year="2025–26", to_year="2026–27", copies=True, shown=shown, by=by
    )


STATES = {
    apply_a_roster: 2,
    add_members_to_a_group: 1,
    begin_a_school_year: 1,
}
