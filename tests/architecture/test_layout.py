"""The layout that docs/architecture.md promises, checked against the code and the URLs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from measure import figures
from measure.checkout import Checkout
from tests.access.addresses import named_addresses

ROOT = Path(__file__).parents[2]


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
        (address.route, address.name, address.pattern.callback.__module__)
        for address in named_addresses()
        if len(
            {
                address.is_managed,
                address.name.partition(":")[2].startswith("manage_"),
                address.pattern.callback.__module__.endswith("manage_views"),
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
