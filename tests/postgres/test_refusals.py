"""Only the rule that is meant becomes a refusal of ours."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from postgres.refusals import Broken, broken
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


class Refused(Exception):
    pass


def code() -> list[ast.AST]:
    ours = {Path(app.path) for app in apps.get_app_configs() if "site-packages" not in app.path}
    return [
        node
        for folder in {*ours, ROOT / "postgres"}
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
    ]


def rules_named_in(nodes: list[ast.AST]) -> set[str]:
    """Constraints given to `broken`, at once or in a variable."""
    given = [
        argument.value if isinstance(argument, ast.Starred) else argument
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "broken"
        for argument in node.args
    ]
    variables = {value.id for value in given if isinstance(value, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in variables:
            given += node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return {value.value for value in given if isinstance(value, ast.Constant)}


def test_a_constraint_is_known_by_its_name():
    person = UserFactory()

    with pytest.raises(Refused), broken("email_is_lower_case", means=Refused), transaction.atomic():
        User.objects.filter(pk=person.pk).update(email="UPPER@a.example")
    with pytest.raises(IntegrityError), broken("another", means=Refused), transaction.atomic():
        User.objects.filter(pk=person.pk).update(email="UPPER@a.example")


def test_a_unique_field_is_known_by_its_model():
    one, other = UserFactory(), UserFactory()
    rule = (User, "email")

    with pytest.raises(Broken), broken(rule), transaction.atomic():
        User.objects.filter(pk=one.pk).update(email=other.email)
    with pytest.raises(IntegrityError), broken(rule), transaction.atomic():
        User.objects.filter(pk=one.pk).update(public_id=other.public_id)


def test_every_error_of_the_database_is_told_apart_by_its_rule():
    """An `except IntegrityError` would take any broken rule for the one that was thought of."""
    caught = [
        node
        for node in code()
        if isinstance(node, ast.ExceptHandler)
        and node.type
        and "IntegrityError" in ast.unparse(node.type)
    ]

    # In postgres/refusals.py, and in postgres/bulk_insert.py, which writes the rows once more.
    assert len(caught) == 2


def test_every_rule_that_is_named_exists():
    named = rules_named_in(code())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
        )
        known = {name for (name,) in cursor.fetchall()}

    assert {"one_open_hold", "one_anchor_per_name_and_badge", "one_open_appeal"} <= named
    assert named - known == set()
