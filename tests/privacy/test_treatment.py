"""Every model that can hold something about a person is in the table, field by field."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from accounts.models import User
from privacy.about_the_rest import TREATMENTS as ABOUT_PEOPLE
from privacy.treatment import NOT_ABOUT_PEOPLE, OnErasure

# Installed with the demo program only, which is nobody's data.
MODELS = {
    model._meta.label: model for model in apps.get_models() if model._meta.app_label != "demo"
}


def _fields(model):
    return {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}


def _naming_people(model):
    return {
        field.name
        for field in model._meta.concrete_fields
        if field.related_model is User or isinstance(field, models.EmailField)
    }


def test_every_model_is_in_the_table_once():
    assert set(MODELS) - {*ABOUT_PEOPLE, *NOT_ABOUT_PEOPLE} == set()
    assert set(ABOUT_PEOPLE) & set(NOT_ABOUT_PEOPLE) == set()


@pytest.mark.parametrize("label", ABOUT_PEOPLE)
def test_every_field_of_a_model_about_people_is_exported_or_left_out_on_purpose(label):
    treatment = ABOUT_PEOPLE[label]

    assert _fields(MODELS[label]) - treatment.fields == set()
    assert not {*treatment.exported.split()} & {*treatment.other.split()}
    assert set(treatment.becomes) <= treatment.fields
    assert (treatment.on_erasure == OnErasure.ANONYMISED) == bool(treatment.becomes)


@pytest.mark.parametrize("label", [label for label in NOT_ABOUT_PEOPLE if label in MODELS])
def test_other_models_name_people_only_where_the_table_says_so(label):
    assert _naming_people(MODELS[label]) == {*NOT_ABOUT_PEOPLE[label].split()}


@pytest.mark.django_db
@pytest.mark.parametrize("label", ABOUT_PEOPLE)
def test_the_table_leads_from_each_row_to_a_person(label):
    treatment, rows = ABOUT_PEOPLE[label], MODELS[label]._base_manager
    comparison = "overlap" if treatment.person == "people" else "in"

    if treatment.person:
        assert list(rows.filter(**{f"{treatment.person}__{comparison}": [1]})) == []
    if treatment.address:
        assert list(rows.filter(**{f"{treatment.address}__in": ["a@example.org"]})) == []


@pytest.mark.django_db
def test_the_public_page_says_what_happens_to_each(client):
    response = client.get(reverse("privacy:what_we_keep"))

    page = response.content.decode()
    assert [str(one.what) in page for one in ABOUT_PEOPLE.values()] == [True] * len(ABOUT_PEOPLE)
