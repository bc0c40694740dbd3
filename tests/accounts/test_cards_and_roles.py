"""What a class card can never open, and what nobody can type about accounts without email."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import operations as accounts
from accounts.classes import limits
from accounts.groups import operations as groups
from accounts.links import operations as links
from accounts.links.operations import CannotLink
from accounts.models import AccountLink, Membership, User
from awarding.lists.columns import is_address
from mail.no_mailbox import validate_mailbox
from privacy.closing import operations as closing
from tests.accounts.classes import class_of, coordinator_of, learner_of, sign_in
from tests.accounts.links import link
from tests.accounts.minors import Role, mark, member
from tests.factories import AgencyFactory, MembershipFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


def linked_by(coordinator, account, main):
    source = AccountLink.Source.COORDINATOR
    return links.link(account, main, by=coordinator, source=source, reason="By phone.")


def test_a_card_opens_no_account_that_got_a_role(client):
    group, [card] = class_of("Ana Ruiz")
    ana = learner_of(group, card)
    signed_in = sign_in(client, group, card).status_code
    User.objects.filter(pk=ana.pk).update(email="ana@home.example")
    ana.refresh_from_db()
    accounts.give_role(ana, group.agency, Role.REVIEWER, by=coordinator_of(group.agency))

    later = client.get("/account/profile/").status_code
    again = sign_in(client, group, card).status_code

    assert (signed_in, later, again) == (302, 302, 422)


def test_a_card_opens_no_account_whose_person_has_a_role_with_another_one(client):
    group, [card] = class_of("Ana Ruiz")
    link(learner_of(group, card), member(group.agency, Role.COORDINATOR))

    assert sign_in(client, group, card).status_code == 422


def test_wrong_tries_are_limited_for_a_day_also_where_the_account_is_known():
    times, seconds = limits.TRIES_WHERE_KNOWN_A_DAY

    assert (times, seconds) == (50, limits.DAY)


@pytest.mark.parametrize("address", ["a@no-email.invalid", "a@erased.invalid", "A@X.INVALID"])
def test_nobody_types_an_address_that_cannot_exist(client, address):
    school = SchoolFactory()
    by = coordinator_of(school)
    group = groups.add(school, name="Room 7", by=by)
    client.force_login(by)
    typed = {"instructor-email": address, "email": address, "role": "reviewer"}

    pages = [
        reverse("accounts:manage_group_instructors", args=[group.public_id]),
        reverse("accounts:manage_agency_role", args=[school.slug]),
    ]
    answers = [client.post(page, typed).status_code for page in pages]

    assert answers == [422, 422]
    assert not is_address(address)
    with pytest.raises(ValidationError):
        validate_mailbox(address)


def test_ticked_people_may_be_any_text(client):
    group, [_card] = class_of("Ana Ruiz")
    client.force_login(coordinator_of(group.agency))
    ticked = {"people": ["9" * 5000, "9" * 18, "-1", "x"]}

    answers = [
        client.post(reverse(name, args=[group.public_id]), ticked).status_code
        for name in ("accounts:manage_class_cards", "awarding:manage_group_award")
    ]

    assert answers == [302, 422]


def test_an_account_with_a_role_is_not_linked_to_that_of_a_minor():
    school = SchoolFactory()
    by = member(school.parent, Role.COORDINATOR)
    minor, reviewer = member(school), member(school, Role.REVIEWER)
    mark(minor, by)

    for account, main in [(minor, reviewer), (reviewer, minor)]:
        with pytest.raises(CannotLink, match="roles are for adults"):
            linked_by(by, account, main)


def test_a_coordinator_does_not_learn_of_a_mark_that_others_made():
    school, elsewhere = SchoolFactory(), SchoolFactory(parent=AgencyFactory())
    by, reviewer = member(school.parent, Role.COORDINATOR), member(school, Role.REVIEWER)
    minor = member(elsewhere)
    mark(minor, member(elsewhere.parent, Role.COORDINATOR))
    Membership.objects.filter(user=minor).update(ended_at=timezone.now())
    MembershipFactory(user=minor, agency=school)

    with pytest.raises(CannotLink) as refused:
        linked_by(by, minor, reviewer)

    assert str(refused.value).startswith("These accounts can’t be linked here.")


def test_nobody_is_linked_to_an_account_that_is_being_closed():
    school = SchoolFactory()
    by = member(school.parent, Role.COORDINATOR)
    leaving, staying = member(school), member(school)
    closing.ask(leaving, keeps_badges=True)

    with pytest.raises(CannotLink, match="being closed"):
        linked_by(by, staying, leaving)


def test_an_account_that_is_no_longer_linked_does_not_close():
    account, main = UserFactory(), UserFactory()
    linked = link(account, main)
    asked = closing.ask(main, keeps_badges=True)

    links.unlink(linked, by=main)

    assert User.objects.get(pk=account.pk).closes_at is None
    assert User.objects.get(pk=main.pk).closes_at == asked.due_at


def test_only_coordinators_who_can_act_let_another_one_leave():
    agency = AgencyFactory()
    leaving = member(agency, Role.COORDINATOR)
    member(agency, Role.COORDINATOR, is_active=False)
    member(agency, Role.COORDINATOR, joined_at=None, invited_at=timezone.now())
    too = member(agency, Role.COORDINATOR)
    before = closing.why_not_closed(leaving)

    closing.ask(too, keeps_badges=True)

    assert before == ""
    assert "only coordinator" in closing.why_not_closed(leaving)
