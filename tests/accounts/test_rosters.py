"""Agencies, people, roles and groups from files: looked at first, then run, then taken back."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from accounts.agencies import operations as agencies
from accounts.models import Agency, Group, Membership, RosterImport, RosterRow, User
from accounts.rosters.operations import imports
from mail.models import OutgoingEmail
from mail.tasks import send_due_emails
from tests.accounts.roster_files import ONE_ROSTER, one_roster, upload
from tests.factories import AgencyFactory, IssuerFactory, MembershipFactory, UserFactory

Role = Membership.Role
pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return AgencyFactory(name="Alder County", kind=Agency.Kind.COUNTY_OFFICE, parent=None)


@pytest.fixture
def district(county):
    return AgencyFactory(name="Alder Unified", kind=Agency.Kind.DISTRICT, parent=county)


@pytest.fixture
def by(district, client):
    person = MembershipFactory(agency=district, role=Role.COORDINATOR).user
    client.force_login(person)
    return person


def bring(client, agency, file, **options) -> RosterImport:
    data = {"agency": agency.pk, "file": file, **options}
    page = client.post(reverse("accounts:manage_rosters"), data)
    assert page.status_code == 302, text_of(page)
    roster = RosterImport.objects.first()
    imports.run_next_batch(roster)
    roster.refresh_from_db()
    return roster


def run(roster, act=imports.start):
    act(roster, by=roster.made_by)
    while imports.run_next_batch(roster):
        pass
    roster.refresh_from_db()
    return roster


def refusal(client, agency, file, **options) -> str:
    page = client.post(
        reverse("accounts:manage_rosters"), {"agency": agency.pk, "file": file, **options}
    )
    assert page.status_code == 422
    assert not RosterImport.objects.exists()
    return text_of(page)


def outcomes(roster) -> list[tuple[str, str, str]]:
    return list(roster.rows.order_by("pk").values_list("kind", "outcome", "problem"))


def roles() -> set[tuple[str, str, str]]:
    return set(
        Membership.objects.confirmed().exclude(role=Role.COORDINATOR)
        .values_list("user__email", "agency__name", "role")
    )  # fmt: skip


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


AGENCIES = "ID,Name,Kind,Parent\ns1,River School,school,\ns2,Hill School,school,\n"
PEOPLE = "ID,Email,Name,Role,Agency\np1,ana@alder.example,Ana Arroyo,reviewer,River School\n"


def test_nothing_changes_until_the_button_is_pressed(client, by, district):
    roster = bring(client, district, upload(AGENCIES))

    assert outcomes(roster) == [("agency", "new", "")] * 2
    assert not district.children.exists()

    run(roster)
    assert {agency.name for agency in district.children.all()} == {"River School", "Hill School"}
    page = client.get(roster.get_absolute_url())
    assert "River School" in text_of(page)


def test_the_same_file_again_changes_nothing(client, by, district):
    for file in (AGENCIES, PEOPLE):
        run(bring(client, district, upload(file)))
        again = bring(client, district, upload(file))
        assert {outcome for _kind, outcome, _problem in outcomes(again)} == {"same"}
        assert "This file changes nothing." in text_of(client.get(again.get_absolute_url()))
        before = Membership.objects.count(), Agency.objects.count(), User.objects.count()
        run(again)
        assert (Membership.objects.count(), Agency.objects.count(), User.objects.count()) == before


def test_people_get_an_account_and_an_email_only_if_chosen(client, by, district):
    run(bring(client, district, upload(AGENCIES)))
    run(bring(client, district, upload(PEOPLE)))
    assert roles() == {("ana@alder.example", "River School", "reviewer")}
    assert not OutgoingEmail.objects.exists()

    other = PEOPLE.replace("p1,ana", "p2,ben")
    run(bring(client, district, upload(other), invites="on"))
    assert [one.to for one in OutgoingEmail.objects.all()] == ["ben@alder.example"]


def test_one_roster_makes_schools_staff_and_classes_and_leaves_students_out(client, by, district):
    roster = run(bring(client, district, one_roster()))

    [school] = district.children.all()
    [group] = Group.objects.all()
    assert (school.name, group.name, group.school_year) == ("River School", "Algebra", "2026–27")
    assert roles() == {
        ("ines@alder.example", "River School", "earner"),
        ("ines@alder.example", "River School", "instructor"),
    }
    assert User.objects.get(email="ines@alder.example").name == "Inés Ruiz"
    assert list(Group.objects.taught_by(User.objects.get(email="ines@alder.example"))) == [group]
    assert not User.objects.filter(email="kai@alder.example").exists()
    assert "mark-of-demographics" not in str(list(roster.rows.values()))
    again = bring(client, district, one_roster())
    assert {outcome for _kind, outcome, _problem in outcomes(again)} == {"same"}


def test_students_come_if_chosen(client, by, district):
    run(bring(client, district, one_roster(), with_students="on"))

    [group] = Group.objects.all()
    assert {(one.user.email, one.part) for one in group.people.current()} == {
        ("ines@alder.example", "instructor"), ("kai@alder.example", "member"),
    }  # fmt: skip


def test_students_are_minors_where_the_agency_says_so_and_get_no_email(client, by, district):
    Agency.objects.filter(pk=district.pk).update(learners_are_minors=True)

    run(roster := bring(client, district, one_roster(), with_students="on"))

    assert [one.email for one in User.objects.minors()] == ["kai@alder.example"]
    assert not OutgoingEmail.objects.filter(to="kai@alder.example").exists()
    # A mark is never deleted, and neither are its account and its school.
    run(roster, imports.undo)
    assert User.objects.minors().get().email == "kai@alder.example"
    assert roster.rows.filter(problem="used_since").count() == 2


def test_undo_takes_back_exactly_what_was_made(client, by, district):
    known = UserFactory(email="ines@alder.example")
    run(roster := bring(client, district, one_roster(), with_students="on"))

    run(roster, imports.undo)

    assert roster.status == "undone"
    assert roles() == set()
    assert not district.children.filter(closed_at=None).exists()
    assert not Group.objects.open().exists()
    assert not User.objects.filter(email="kai@alder.example").exists()
    assert User.objects.filter(pk=known.pk).exists()
    assert not roster.rows.filter(problem="used_since").exists()


def test_an_email_about_a_role_that_was_taken_back_does_not_leave(client, by, district, mailoutbox):
    run(bring(client, district, upload(AGENCIES)))
    run(roster := bring(client, district, upload(PEOPLE), invites="on"))
    run(roster, imports.undo)

    send_due_emails()

    assert mailoutbox == []
    assert OutgoingEmail.objects.get().status == OutgoingEmail.Status.UNWANTED


def test_what_has_been_used_since_stays_and_its_row_says_so(client, by, district):
    run(roster := bring(client, district, upload(AGENCIES)))
    school = district.children.get(name="River School")
    IssuerFactory(agency=school)

    run(roster, imports.undo)

    assert {one.name for one in district.children.filter(closed_at=None)} == {"River School"}
    assert roster.rows.get(problem="used_since").label == "River School"


def test_a_file_brought_again_after_undoing_makes_everything_again(client, by, district):
    for _ in range(2):
        run(roster := bring(client, district, one_roster()))
        assert roles() == {
            ("ines@alder.example", "River School", "earner"),
            ("ines@alder.example", "River School", "instructor"),
        }
        run(roster, imports.undo)


def test_people_are_known_by_their_id_before_their_address(client, by, district):
    run(bring(client, district, upload(AGENCIES)))
    run(bring(client, district, upload(PEOPLE)))
    married = PEOPLE.replace("ana@alder.example", "ana.new@alder.example")

    roster = bring(client, district, upload(married))

    assert outcomes(roster) == [("role", "same", "")]


def test_an_address_that_nobody_confirmed_is_no_person(client, by, district):
    run(bring(client, district, upload(AGENCIES)))
    squatter = UserFactory(email="ana@alder.example")
    squatter.emailaddress_set.update(verified=False)

    roster = bring(client, district, upload(PEOPLE))

    assert outcomes(roster) == [("role", "refused", "unconfirmed")]


def test_no_file_gives_a_role_at_the_root_or_outside_the_part_of_the_importer(
    client, county, district
):
    boss = MembershipFactory(agency=county, role=Role.COORDINATOR).user
    client.force_login(boss)
    other = AgencyFactory(name="Elder County", parent=None)
    file = "Email,Role,Agency\n" + "\n".join(
        f"a{number}@x.example,coordinator,{agency.name}"
        for number, agency in enumerate((county, other, district))
    )

    roster = run(bring(client, county, upload(file)))

    assert [problem for _kind, _outcome, problem in outcomes(roster)] == ["at_root", "outside", ""]
    assert Membership.objects.filter(role=Role.COORDINATOR).count() == 2


def test_another_district_can_be_neither_chosen_nor_seen(client, by, district):
    other = AgencyFactory(name="Birch Unified")
    roster = bring(client, district, upload(AGENCIES))

    assert "Select a valid choice" in text_of(
        client.post(
            reverse("accounts:manage_rosters"), {"agency": other.pk, "file": upload(AGENCIES)}
        )
    )
    client.force_login(MembershipFactory(agency=other, role=Role.COORDINATOR).user)
    assert client.get(roster.get_absolute_url()).status_code == 404
    act = reverse("accounts:manage_roster_act", args=[roster.public_id])
    assert client.post(act, {"act": "start"}).status_code == 404


def test_whoever_lost_the_role_meanwhile_changes_nothing(client, by, district):
    roster = bring(client, district, upload(AGENCIES))
    imports.start(roster, by=by)
    by.memberships.update(ended_at=roster.made_at)

    while imports.run_next_batch(roster):
        pass

    assert not district.children.exists()
    assert {problem for _kind, _outcome, problem in outcomes(roster)} == {"outside"}


def test_what_is_above_the_importer_is_left_alone(client, district):
    school = AgencyFactory(name="River School", kind=Agency.Kind.SCHOOL, parent=district)
    client.force_login(MembershipFactory(agency=school, role=Role.COORDINATOR).user)

    roster = run(bring(client, school, one_roster()))

    assert ("agency", "refused", "above") in outcomes(roster)
    assert Group.objects.get().agency == school
    assert Agency.objects.count() == 3


def test_twice_in_a_circle_without_a_parent_and_deleted(client, by, district):
    orgs = ONE_ROSTER["orgs.csv"] + (
        "s1,active,,River Again,school,,d1\nx1,active,,One,school,,x2\nx2,active,,Two,school,,x1\n"
        "l1,active,,Lost,school,,nowhere\ng1,tobedeleted,,Gone,school,,d1\n"
    )

    roster = run(bring(client, district, one_roster(orgs=orgs)))

    found = {row.label: row.problem for row in roster.rows.filter(kind="agency")}
    assert found == {
        "Alder Unified": "", "River School": "", "River Again": "twice", "One": "circle",
        "Two": "circle", "Lost": "no_parent", "Gone": "close_by_hand",
    }  # fmt: skip


def test_who_is_deleted_in_the_file_loses_the_role_and_gets_it_back_by_undoing(
    client, by, district
):
    run(bring(client, district, one_roster()))
    before = roles()
    gone = ONE_ROSTER["users.csv"].replace("t1,active", "t1,tobedeleted")

    roster = bring(client, district, one_roster(users=gone))
    assert ("role", "ended", "") in outcomes(roster)
    run(roster)
    assert ("ines@alder.example", "River School", "earner") not in roles()

    run(roster, imports.undo)
    assert roles() == before


def test_what_a_file_no_longer_has_ends_only_if_chosen(client, by, district):
    run(bring(client, district, upload(AGENCIES)))
    run(bring(client, district, upload(PEOPLE)))
    hand = MembershipFactory(agency=district, role=Role.REVIEWER)
    other = PEOPLE.replace("p1,ana", "p2,ben")

    assert len(outcomes(bring(client, district, upload(other)))) == 1
    roster = run(bring(client, district, upload(other), ends_missing="on"))

    assert [outcome for _kind, outcome, _problem in outcomes(roster)] == ["new", "ended"]
    assert roles() == {
        ("ben@alder.example", "River School", "reviewer"),
        (hand.user.email, "Alder Unified", "reviewer"),
    }


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (AGENCIES, "utf-8-sig"),
        (AGENCIES.replace(",", ";"), "utf-8"),
        (AGENCIES.replace("River School", "Peña School"), "cp1252"),
        ("codigo;Nombre;Tipo;Parte de\ns1;River School;escuela;\ns2;Hill School;escuela;", "utf-8"),
        ("SOURCED-ID\tSchool Name\tORG TYPE\ns1\tRiver School\tSCHOOL\ns2\tX\tschool", "utf-16"),
    ],
)
def test_files_are_read_as_spreadsheets_write_them(client, by, district, text, encoding):
    roster = run(bring(client, district, upload(text, encoding=encoding)))

    assert outcomes(roster) == [("agency", "new", "")] * 2
    assert district.children.filter(name__in=["River School", "Peña School"]).exists()


def test_a_formula_is_text(client, by, district):
    file = 'Name,Kind\n"=HYPERLINK(""http://x"")",school\n\'=1+1,school\n'

    run(bring(client, district, upload(file)))

    assert {one.name for one in district.children.all()} == {'=HYPERLINK("http://x")', "=1+1"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"manifest": ONE_ROSTER["manifest.csv"].replace("bulk", "delta")}, "only changes (delta)"),
        ({"manifest": None}, "no manifest.csv"),
        ({"orgs": None, "users": None}, "neither orgs.csv nor users.csv"),
        ({"orgs": "name,type\nA,school\n"}, "no column sourcedId"),
        ({"users": "x" * 60_000_000}, "far more than a roster"),
    ],
)
def test_what_is_no_full_one_roster_is_refused_with_a_sentence(client, by, district, files, said):
    assert said in refusal(client, district, one_roster(**files))


def test_no_zip_and_no_table_are_refused_with_a_sentence(client, by, district):
    assert "can’t be opened" in refusal(client, district, upload(b"PK\x03\x04 broken", "a.zip"))
    assert "must name the columns" in refusal(client, district, upload("a,b\n1,2\n"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(50):
            archive.writestr(f"{number}.csv", "x")
    assert "more files" in refusal(client, district, upload(out.getvalue(), "many.zip"))


def test_two_presses_of_the_button_run_it_once(client, by, district):
    roster = bring(client, district, upload(AGENCIES))
    act = reverse("accounts:manage_roster_act", args=[roster.public_id])

    client.post(act, {"act": "start"})
    again = client.post(act, {"act": "start"}, follow=True)

    assert "Somebody else did this in the meantime." in text_of(again)


def test_an_agency_that_closed_after_the_check_gets_nobody(client, by, district):
    run(bring(client, district, upload(AGENCIES)))
    roster = bring(client, district, upload(PEOPLE))
    agencies.close(district.children.get(name="River School"), by=by)

    run(roster)

    assert outcomes(roster) == [("role", "refused", "no_agency")]


@pytest.mark.long
def test_200_agencies_and_20_000_people(client, by, district):
    schools = "".join(f"s{n},School {n},school\n" for n in range(200))
    run(bring(client, district, upload("ID,Name,Kind\n" + schools)))
    people = "".join(
        f"p{n},person{n}@alder.example,Person {n},earner,s{n % 200}\n" for n in range(20_000)
    )
    file = "ID,Email,Name,Role,Agency\n" + people

    run(bring(client, district, upload(file)))

    assert Membership.objects.filter(role=Role.EARNER).count() == 20_000
    again = bring(client, district, upload(file))
    assert not again.rows.exclude(outcome=RosterRow.Outcome.SAME).exists()
