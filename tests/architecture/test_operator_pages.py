"""The operator's pages change nothing that the database freezes."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from tests.factories import UserFactory

FREEZES = ("frozen", "never_changes", "keeps", "stays", "never_deleted", "never_changed", "kept")


def frozen_models():
    return [
        model
        for model in admin.site._registry
        if any(
            word in trigger.name
            for trigger in getattr(model._meta, "triggers", ())
            for word in FREEZES
        )
    ]


def test_some_models_in_the_operator_s_pages_are_frozen():
    assert len(frozen_models()) > 3


@pytest.mark.django_db
def test_frozen_rows_are_read_only_there():
    request = RequestFactory().get("/operator/")
    request.user = UserFactory(is_staff=True, is_superuser=True)

    can_write = [
        model.__name__
        for model in frozen_models()
        if admin.site._registry[model].has_change_permission(request)
        or admin.site._registry[model].has_delete_permission(request)
    ]

    assert can_write == []
