"""Operators read the names of models on their pages: no plural is made by adding an s."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.utils.functional import Promise

ROOT = Path(__file__).parents[2]
MODELS = [
    model
    for model in apps.get_models()
    if (ROOT / model._meta.app_label).is_dir() and not model._meta.auto_created
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_has_a_translated_name_for_one_and_for_many(model):
    written = model._meta.original_attrs

    assert {"verbose_name", "verbose_name_plural"} <= written.keys()
    for name in ("verbose_name", "verbose_name_plural"):
        assert isinstance(written[name], Promise)


def test_the_models_of_every_app_are_looked_at():
    assert {"audit.AuditEntry", "rewards.Prize"} <= {model._meta.label for model in MODELS}
