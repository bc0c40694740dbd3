"""A category takes only palettes and icons that the art composer has."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog.art import CHOICES
from catalog.models import Category
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("field", "part"), [("palette", "palette"), ("icon", "icon")])
def test_the_model_and_the_database_take_known_words_only(field, part):
    category = CategoryFactory()
    for known in ("", *CHOICES[part]):
        setattr(category, field, known)
        category.full_clean()
        category.save()

    for unknown in ("mauve", "Poppy", " ", "poppy "):
        setattr(category, field, unknown)
        with pytest.raises(ValidationError):
            category.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            Category.objects.filter(pk=category.pk).update(**{field: unknown})
