"""Roles are for adults: somebody who is marked as a minor gets none, whoever gives it and when."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import operations as accounts
from accounts.groups import operations as groups
from accounts.joining import operations as joining
from accounts.minors import operations as minors
from accounts.minors.operations import IsMinor
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
def county():
    return AgencyFactory()


@pytest.fixture
def school(county):
    return SchoolFactory(parent=county)


@pytest.fixture
def coordinator(county):
    return member(county, Role.COORDINATOR)


@pytest.fixture
def learner(school):
    return member(school, name="Mina Park")


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


def test_a_file_refuses_the_row_and_gives_the_other_roles(client, minor, coordinator, school):
    client.force_login(coordinator)
    file = upload(
        "ID,Email,Name,Role,Agency\n"
        f"1,{minor.email},Mina,reviewer,{school.name}\n2,ann@school.example,Ann,reviewer,{school.name}\n"
    )
    data = {"agency": school.parent.pk, "file": file}
    assert client.post(reverse("accounts:manage_rosters"), data).status_code == 302
    roster = RosterImport.objects.get()
    imports.run_next_batch(roster)
    roster.refresh_from_db()
    imports.start(roster, by=coordinator)
    while imports.run_next_batch(roster):
        pass

    assert [row.problem for row in roster.rows.order_by("pk")] == ["minor", ""]
    page = client.get(roster.get_absolute_url()).content.decode()
    assert "This person is marked as a minor, and roles are for adults." in page
    assert roles_of(minor) == ["earner"]


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
    assert isinstance(outcomes[1], IsMinor) is is_marked


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
    assert minors.minors_locked([learner]) == {learner.pk}
