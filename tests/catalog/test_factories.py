from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from tests.factories import (
    LONG_AGO,
    BadgeFactory,
    CategoryFactory,
    IssuerFactory,
    PublishedBadgeFactory,
)

pytestmark = pytest.mark.django_db

DIFFER = (models.UUIDField, models.FileField, models.BinaryField)
OF_KEYS = {"fragment", "public_pem", "subject", "subject_key"}


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param({}, id="as it comes"),
        pytest.param({"valid_months": 12, "version": {"hours": 3, "about": "Other."}}, id="own"),
    ],
)
def test_a_badge_of_the_factory_has_the_rows_that_publishing_writes(chosen):
    same = {"slug": "balance", "name": "Balance"}
    same |= {"issuer": IssuerFactory(), "category": CategoryFactory()}

    published = rows_made_by(lambda: PublishedBadgeFactory(**same, **chosen))
    written = rows_made_by(lambda: BadgeFactory(**same, **chosen))

    assert written == published
    assert sum(written.values()) > 10


def rows_made_by(make) -> Counter:
    """All that is new in the database afterwards, which is then as it was before."""
    with transaction.atomic():
        before = all_keys()
        make()
        new = [
            row
            for model, keys in before.items()
            for row in model._base_manager.exclude(pk__in=keys)
        ]
        transaction.set_rollback(True)
    return Counter((type(row), *(comparable(row, field) for field in fields(row))) for row in new)


def all_keys() -> dict[type[models.Model], list]:
    return {
        model: list(model._base_manager.values_list("pk", flat=True))
        for model in apps.get_models()
        if model._meta.managed
    }


def fields(row: models.Model) -> list[models.Field]:
    return [field for field in row._meta.concrete_fields if not field.primary_key]


def comparable(row: models.Model, field: models.Field) -> Any:
    """The value; of what is new for each row, whether there is any."""
    value = getattr(row, field.attname)
    if isinstance(value, datetime):
        return value if value == LONG_AGO else "now"
    if field.is_relation or isinstance(field, DIFFER) or field.name in OF_KEYS:
        return bool(value)
    return repr(value)
