"""Roles are for adults: somebody who is marked as a minor gets none from anybody."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts import operations as accounts
from accounts.groups import operations as groups
from accounts.joining import operations as joining
from accounts.minors.roles import RoleRefused, minors_locked
from accounts.models import Membership, MinorMark, RosterImport
from accounts.people import operations as people
from accounts.rosters.operations import imports
from issuing.awards.operations import changes
from issuing.endorsements import operations as endorsing
from issuing.models import Assertion, Endorsement
from tests.accounts.links import award_to
from tests.accounts.minors import Role, mark, member
from tests.accounts.roster_files import upload
from tests.factories import AgencyFactory, SchoolFactory, UserFactory
from tests.issuing.awards import document, offered_endorsement
from tests.races import at_once

pytestmark = pytest.mark.django_db
REFUSAL = "is marked as a minor, and roles are for adults"


@pytest.fixture
def minor(learner, coordinator):
    mark(learner, coordinator)
    return learner


def roles_of(person) -> list[str]:
    return list(person.memberships.current().order_by("pk").values_list("role", flat=True))


def test_each_page_that_gives_a_role_refuses_in_words_and_keeps_what_was_typed(
    client, minor, coordinator, school
):
    client.force_login(coordinator)
    group = groups.add(school, name="Ms. Lee", by=coordinator)
    typed = {"email": minor.email, "name": "Typed Name", "role": "reviewer"}
    invited = f"new@school.example\n{minor.email}"
    agency_page = reverse("accounts:manage_agency_role", args=[school.slug])
    group_page = reverse("accounts:manage_group_instructors", args=[group.public_id])
    person_page = reverse("office:manage_person_role", args=[minor.public_id])
    answers = [
        client.post(agency_page, typed),
        client.post(group_page, {f"instructor-{name}": text for name, text in typed.items()}),
        client.post(person_page, {"role": "reviewer", "agency": school.slug}),
        client.post(
            reverse("office:manage_invitations"),
            {"people": invited, "agency": school.slug, "role": "reviewer", "confirmed": "on"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert [REFUSAL in answer.content.decode() for answer in answers] == [True] * 4
    assert ["Typed Name" in answer.content.decode() for answer in answers[:2]] == [True, True]
    assert roles_of(minor) == ["earner"]
    assert not Membership.objects.filter(user__email="new@school.example").exists()


def imported(client, by, agency, rows: list[str]) -> RosterImport:
    """A file of roles, checked and carried through."""
    client.force_login(by)
    file = upload("\n".join(["ID,Email,Name,Role,Agency", *rows, ""]))
    data = {"agency": agency.pk, "file": file}
    assert client.post(reverse("accounts:manage_rosters"), data).status_code == 302
    roster = RosterImport.objects.latest("pk")
    imports.run_next_batch(roster)
    roster.refresh_from_db()
    imports.start(roster, by=by)
    while imports.run_next_batch(roster):
        pass
    return roster


def test_a_file_refuses_the_row_and_gives_the_other_roles(client, minor, coordinator, school):
    rows = [
        f"1,{minor.email},Mina,reviewer,{school.name}",
        f"2,ann@school.example,Ann,reviewer,{school.name}",
    ]
    roster = imported(client, coordinator, school.parent, rows)

    assert [row.problem for row in roster.rows.order_by("pk")] == ["minor", ""]
    page = client.get(roster.get_absolute_url()).content.decode()
    assert "This person is marked as a minor, and roles are for adults." in page
    assert roles_of(minor) == ["earner"]


# --- Coordinators who do not see the mark ---------------------------------------------------------


@pytest.fixture
def elsewhere():
    return SchoolFactory(parent=AgencyFactory())


@pytest.fixture
def stranger(elsewhere):
    """Coordinates another part of the program."""
    return member(elsewhere.parent, Role.COORDINATOR)


@pytest.fixture
def deactivated(coordinator, county, school):
    person = member(school, name="Dan Cole")
    people.deactivate([person], agency=county, by=coordinator)
    return person


def refusals(client, agency, email: str, by) -> list[str]:
    """What each page says on which an address is typed."""
    client.force_login(by)
    group = groups.add(agency, name=f"Group of {email}", by=by)
    typed = {"email": email, "name": "Typed Name", "role": "reviewer"}
    answers = [
        client.post(reverse("accounts:manage_agency_role", args=[agency.slug]), typed),
        client.post(
            reverse("accounts:manage_group_instructors", args=[group.public_id]),
            {f"instructor-{name}": text for name, text in typed.items()},
        ),
        client.post(
            reverse("office:manage_invitations"),
            {"people": email, "agency": agency.slug, "role": "reviewer", "confirmed": "on"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    pages = [answer.content.decode().replace(email, "ADDRESS") for answer in answers]
    return [re.search(r"The (person at|account of) [^<]*", page)[0] for page in pages]


def test_elsewhere_an_address_is_refused_without_telling_that_it_is_of_a_minor(
    client, minor, deactivated, stranger, elsewhere
):
    of_minor = refusals(client, elsewhere, minor.email, stranger)
    of_other = refusals(client, elsewhere, deactivated.email, stranger)

    said = (
        "The person at ADDRESS can’t be given a role. Ask them, or the school or agency that they "
        "belong to."
    )
    assert of_minor == of_other == [said] * 3


def test_a_coordinator_reads_why_a_person_of_theirs_gets_no_role(
    client, minor, deactivated, coordinator, school
):
    assert all(REFUSAL in one for one in refusals(client, school, minor.email, coordinator))
    said = "The account of ADDRESS is deactivated. Reactivate it first."
    assert refusals(client, school, deactivated.email, coordinator) == [said] * 3


def test_a_learner_marked_elsewhere_is_known_as_a_minor_where_they_learn(
    client, minor, coordinator, stranger, elsewhere
):
    accounts.give_role(minor, elsewhere, Role.EARNER, by=stranger)

    assert all(REFUSAL in one for one in refusals(client, elsewhere, minor.email, stranger))


def test_a_file_of_another_agency_does_not_tell_that_an_address_is_of_a_minor(
    client, minor, deactivated, stranger, elsewhere
):
    rows = [
        f"{number},{person.email},,reviewer,{elsewhere.name}"
        for number, person in enumerate([minor, deactivated])
    ]
    roster = imported(client, stranger, elsewhere.parent, rows)

    assert [row.problem for row in roster.rows.order_by("pk")] == ["no_role", "no_role"]
    assert "minor" not in str(roster.rows.values_list("data", "label"))
    assert (roles_of(minor), roles_of(deactivated)) == (["earner"], ["earner"])


def test_an_invitation_that_a_minor_takes_over_gives_them_no_role(minor, coordinator, school):
    address = "mina@home.example"
    accounts.invite_to_role(
        school, email=address, name="", role="reviewer", language="en", by=coordinator
    )

    minor.emailaddress_set.create(email=address, verified=True)
    joining.confirm_address(minor, address)

    assert roles_of(minor) == ["earner"]


def test_a_learner_can_be_given_a_workplace(minor, coordinator, school):
    accounts.give_role(minor, SchoolFactory(), Role.EARNER, by=coordinator)

    assert roles_of(minor) == ["earner", "earner"]


# --- At the same moment ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["one", "list"])
def test_a_role_given_while_somebody_is_marked_is_refused_or_keeps_them_from_being_marked(
    learner, coordinator, school, way
):
    def give():
        if way == "one":
            return accounts.give_role(learner, school, Role.REVIEWER, by=coordinator)
        return people.invite_many(
            [(learner.email, "")], agency=school, role="reviewer", ends_on=None, language="en",
            by=coordinator,
        )  # fmt: skip

    outcomes = at_once(lambda: mark(learner, coordinator), give)

    is_marked, is_reviewer = MinorMark.objects.exists(), "reviewer" in roles_of(learner)
    assert (is_marked, is_reviewer) in [(True, False), (False, True)]
    assert isinstance(outcomes[1], RoleRefused) is is_marked


@pytest.mark.django_db(transaction=True)
def test_what_somebody_says_in_public_while_they_are_marked_is_withdrawn(learner, coordinator):
    about = award_to(UserFactory())
    changes.share(about, shows_name=True, items=[])

    at_once(
        lambda: mark(learner, coordinator),
        lambda: offered_endorsement(about, by=learner),
    )

    assert not Endorsement.objects.filter(endorser=learner, status="offered").exists()


def test_awards_that_showed_what_a_minor_said_are_signed_again_without_it(learner, coordinator):
    awards = [award_to(UserFactory()) for _number in range(2)]
    for award in awards:
        changes.share(award, shows_name=True, items=[])
        endorsing.accept(offered_endorsement(award, by=learner), by=award.recipient)
    assert ["endorsement" in document(award) for award in awards] == [True, True]

    mark(learner, coordinator)

    fresh = Assertion.objects.filter(pk__in=[award.pk for award in awards])
    assert ["endorsement" in document(award) for award in fresh] == [False, False]
    assert [award.is_private for award in fresh] == [False, False]
    assert minors_locked([learner]) == {learner.pk}
