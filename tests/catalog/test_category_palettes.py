"""A category takes only palettes and icons that the art composer has."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalog.art import CHOICES
from catalog.models import Category
from tests.factories import CategoryFactory, UserFactory
from tests.issuing.pages import signed_in

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


def test_operators_choose_from_a_list_and_are_told_about_another_word():
    category = CategoryFactory(palette="poppy")
    operator = signed_in(UserFactory(is_staff=True, is_superuser=True))
    address = reverse("admin:catalog_category_change", args=[category.pk])

    page = operator.get(address)
    form = page.context["adminform"].form
    answer = operator.post(address, {**form.initial, "palette": "mauve"})

    assert '<option value="poppy" selected>' in page.text
    assert "Select a valid choice. mauve is not one of the available choices." in answer.text
    category.refresh_from_db()
    assert category.palette == "poppy"
