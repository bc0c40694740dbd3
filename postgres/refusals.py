"""Which rule of the database refused a row. Only the one that is meant becomes our own refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection
from django.db.models import Model


class Broken(Exception):
    """The rule is broken, and the caller knows another way."""


@contextmanager
def broken(
    *rules: str | tuple[type[Model], str], means: type[Exception] | Exception = Broken
) -> Iterator[None]:
    """Raise `means` if the block breaks one of these rules; any other error stays what it is.

    A rule is a constraint by its name, or a model with the name of a field that is unique. The
    block is a transaction or a savepoint, so that the caller can go on.
    """
    try:
        yield
    except IntegrityError as error:
        name = error.__cause__.diag.constraint_name
        if not any(name in _names(rule) for rule in rules):
            raise
        raise means from error


def _names(rule: str | tuple[type[Model], str]) -> set[str]:
    """Django lets PostgreSQL name the constraint of a unique field."""
    if isinstance(rule, str):
        return {rule}
    model, field_name = rule
    column = model._meta.get_field(field_name).column
    with connection.cursor() as cursor:
        table = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return {
        name for name, about in table.items() if about["unique"] and about["columns"] == [column]
    }
