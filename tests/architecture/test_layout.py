"""The layout that docs/architecture.md promises, checked against the code and the URLs."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership
from measure import figures
from measure.checkout import Checkout
from tests.factories import MembershipFactory, UserFactory

ROOT = Path(__file__).parents[2]
SOMETHING = {"slug": "something", "uuid": uuid.UUID(int=7), "int": 7, "str": "something"}


def addresses(resolver=None, before="", namespace=""):
    """Every named URL pattern, as (route, name, pattern)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = namespace or (f"{pattern.namespace}:" if pattern.namespace else "")
            yield from addresses(pattern, route, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield route, namespace + pattern.name, pattern


def manage_addresses():
    return [found for found in addresses() if found[0].startswith("manage/")]


def some_address(name, pattern_route):
    kinds = re.findall(r"<(\w+):(\w+)>", pattern_route)
    return reverse(name, kwargs={argument: SOMETHING[kind] for kind, argument in kinds})


def answer_at(client, address):
    answer = client.get(address)
    return client.post(address) if answer.status_code == 405 else answer


@pytest.fixture(scope="module")
def checkout() -> Checkout:
    return Checkout.at(ROOT)


def test_transactions_are_only_in_operations(checkout):
    # COPY uses its own savepoints, inside the transaction of any operation.
    assert figures.misplaced_transactions(checkout).places == ("postgres/bulk_insert.py: 2",)


def test_no_room_holds_more_than_a_quarter_of_the_code(checkout):
    lines = {
        room: sum(len(source.lines) for source in sources)
        for room, sources in checkout.rooms.items()
    }

    assert max(lines.values()) <= sum(lines.values()) / 4


def test_no_file_of_the_product_has_400_lines(checkout):
    long = [
        source.path for source in checkout.sources if source.is_code if len(source.lines) >= 400
    ]

    assert long == []


def test_addresses_names_and_modules_of_coordinator_pages_agree():
    differing = [
        (route, name, pattern.callback.__module__)
        for route, name, pattern in addresses()
        if len(
            {
                route.startswith("manage/"),
                name.partition(":")[2].startswith("manage_"),
                pattern.callback.__module__.endswith("manage_views"),
            }
        )
        > 1
    ]

    assert differing == []


def test_templates_of_coordinator_pages_are_in_manage_folders():
    rendered = {
        str(path.relative_to(ROOT)): re.findall(r'"(\w+/[\w/]+\.html)"', path.read_text())
        for path in ROOT.glob("*/**/*manage_views.py")
    }

    assert len(rendered) > 10
    assert [
        (path, template)
        for path, templates in rendered.items()
        for template in templates
        if template.split("/")[1] != "manage"
    ] == []


@pytest.mark.django_db
def test_coordinator_pages_ask_visitors_to_sign_in(client):
    for route, name, _pattern in manage_addresses():
        answer = answer_at(client, some_address(name, route))

        assert (name, answer.status_code) == (name, 302)
        assert answer.url.startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Membership.Role.EARNER, Membership.Role.REVIEWER])
def test_coordinator_pages_are_forbidden_for_everybody_else(client, role):
    client.force_login(MembershipFactory(role=role).user if role else UserFactory())

    answers = {
        name: answer_at(client, some_address(name, route)) for route, name, _ in manage_addresses()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        answers, 403
    )


@pytest.mark.django_db
def test_coordinators_get_404_for_unknown_records(client):
    client.force_login(MembershipFactory(role=Membership.Role.COORDINATOR).user)

    answers = {
        name: answer_at(client, some_address(name, route)).status_code
        for route, name, _ in manage_addresses()
        if "<" in route
    }

    assert answers == dict.fromkeys(answers, 404)
