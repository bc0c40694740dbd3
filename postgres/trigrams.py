"""Indexes for parts of words: `icontains` finds its rows without reading the table."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models.functions import Upper


class TrigramIndex(GinIndex):
    """Of one text field. Makes sure first that the database has the extension.

    As upper case, because that is what Django compares for `icontains`.
    """

    def __init__(self, *expressions, of: str = "", **kwargs) -> None:
        if of:
            expressions = (OpClass(Upper(of), name="gin_trgm_ops"),)
        super().__init__(*expressions, **kwargs)

    def create_sql(self, model, schema_editor, using="", **kwargs):
        statement = super().create_sql(model, schema_editor, using=using, **kwargs)
        statement.template = f"CREATE EXTENSION IF NOT EXISTS pg_trgm; {statement.template}"
        return statement
