"""Names left in evidence are noticed, and ordinary words are not taken for names."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from hypothesis import given
from hypothesis import strategies as st

from accounts.groups import operations as groups
from accounts.models import AgencyDomain, Membership
from submissions.precheck.names import (
    is_looked_for,
    names_in,
    names_in_link,
    names_not_wanted,
)
from tests.factories import (
    AgencyFactory,
    BadgeFactory,
    DraftFactory,
    MembershipFactory,
    SchoolFactory,
    UserFactory,
)

NAME = "José Núñez-Ortega"


@pytest.mark.parametrize(
    "text",
    [
        "Written by José Núñez-Ortega in May.", "JOSE NUNEZ ORTEGA", "jose_nunez-ortega_plan.pdf",
        "José\nNúñez Ortega", "José, Núñez. Ortega",
    ],
)  # fmt: skip
def test_a_name_is_found_whatever_its_case_accents_and_punctuation(text):
    assert names_in(text, [NAME]) == [NAME]


@pytest.mark.parametrize("text", ["", "José Núñez", "Josefina Núñez Ortega", "Ortega José Núñez"])
def test_parts_of_a_name_and_other_names_are_not_found(text):
    assert names_in(text, [NAME]) == []


@pytest.mark.parametrize("name", ["", "May", "Hope", "A B", "   "])
def test_a_word_that_may_be_an_ordinary_one_is_not_looked_for(name):
    assert not is_looked_for(name)


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_a_name_between_any_words_is_found(before, after):
    assert names_in(f"{before} {NAME} {after}", [NAME]) == [NAME]


@pytest.mark.django_db
def test_the_names_are_those_of_the_earner_and_of_where_they_work():
    earner = UserFactory(name="Rosa Alvarez", email="rosa@creekside.example")
    EmailAddress.objects.create(user=earner, email="r.alvarez@home.example", verified=True)
    school = SchoolFactory(name="Creekside School")
    MembershipFactory(user=earner, agency=school)
    AgencyDomain.objects.create(agency=school, domain="creekside.example")
    other = SchoolFactory(name="Hillside School")
    MembershipFactory(user=earner, agency=other, role=Membership.Role.REVIEWER)

    found = names_not_wanted(DraftFactory(earner=earner))

    assert set(found) == {
        "Rosa Alvarez", "rosa@creekside.example", "r.alvarez@home.example",
        "Creekside School", "creekside.example", "Hillside School",
    }  # fmt: skip
    assert UserFactory(name="Somebody Else").name not in found


@pytest.mark.django_db
def test_where_reviewers_know_the_earner_only_names_of_learners_are_looked_for():
    earner = UserFactory(name="Rosa Alvarez")
    badge = BadgeFactory(version={"shows_earner_to_reviewers": True})

    assert names_not_wanted(DraftFactory(earner=earner, badge_class=badge)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://sites.example/rosa-alvarez/plan", "https://rosaalvarez.example/",
        "https://video.example/@RosaAlvarez", "https://sites.example/%72osa%20alvarez",
        "https://docs.example/?by=rosa.alvarez",
    ],
)  # fmt: skip
def test_a_name_is_found_in_a_link_also_in_one_piece(url):
    assert names_in_link(url, ["Rosa Alvarez"]) == ["Rosa Alvarez"]


def test_a_short_name_in_one_piece_is_not_looked_for():
    assert names_in_link("https://videos.example/annaliese", ["Ann Ali"]) == []


@pytest.mark.django_db
def test_learners_in_groups_that_they_teach_count_and_those_of_others_do_not():
    agency, teacher = AgencyFactory(), UserFactory(name="Rosa Alvarez")
    by = {"by": MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user}
    MembershipFactory(user=teacher, agency=agency, role=Membership.Role.INSTRUCTOR)
    taught, other = (groups.add(agency, name=name, **by) for name in ("4b", "5a"))
    groups.add_instructor(taught, email=teacher.email, name="", language="en", **by)
    groups.add_accounts(taught, [UserFactory(name="Milo Okafor")], **by)
    groups.add_accounts(other, [UserFactory(name="Nina Petrov")], **by)

    found = names_not_wanted(DraftFactory(earner=teacher))

    assert "Milo Okafor" in found
    assert "Nina Petrov" not in found
