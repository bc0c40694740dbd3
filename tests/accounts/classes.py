"""Learners without email in a group, made by the real operations."""

from __future__ import annotations

from django.urls import reverse

from accounts.classes import operations as classes
from accounts.classes.operations import Card
from accounts.groups import operations as groups
from accounts.models import Agency, ClassCode, Group, Membership, User
from tests.factories import MembershipFactory, SchoolFactory


def coordinator_of(agency: Agency) -> User:
    return MembershipFactory(agency=agency, role=Membership.Role.COORDINATOR).user


def class_of(*names: str, agency: Agency | None = None, by: User | None = None):
    """A new group with these learners, and the card of each."""
    agency = agency or SchoolFactory()
    by = by or coordinator_of(agency)
    group = groups.add(agency, name=f"Class {Group.objects.count()}", by=by)
    cards = classes.add_learners(group, [*names], by=by, language="en") if names else []
    return group, cards


def learner_of(group: Group, card: Card) -> User:
    return User.objects.get(class_sign_ins__group=group, class_sign_ins__user_name=card.user_name)


def code_of(group: Group) -> ClassCode:
    return ClassCode.objects.current().get(group=group)


def learner_without_email(name: str = "Ana Ruiz", *, agency: Agency | None = None) -> User:
    group, [card] = class_of(name, agency=agency)
    return learner_of(group, card)


def sign_in(client, group: Group, card: Card, *, secret: str = ""):
    data = {"user_name": card.user_name, "secret": secret or card.secret}
    return client.post(code_of(group).get_sign_in_url(), data)


def type_secret_again(client, card: Card, *, secret: str = "", next_page: str = "/account/email/"):
    """Before a page on which somebody changes how they sign in."""
    address = reverse("accounts:class_again", query={"next": next_page})
    return client.post(address, {"secret": secret or card.secret})
