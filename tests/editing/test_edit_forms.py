"""A form compares what was opened, what is posted and what is stored, field by field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from editing.forms import Edit, EditConflict, EditFormMixin

COLORS = [("red", "Red"), ("blue", "Blue"), ("green", "Green")]


class PinForm(EditFormMixin, forms.Form):
    name = forms.CharField(required=False)
    notes = forms.CharField(required=False, widget=forms.Textarea)
    hours = forms.DecimalField(required=False)
    color = forms.ChoiceField(choices=[("", "None"), *COLORS], required=False)
    colors = forms.MultipleChoiceField(choices=COLORS, required=False)
    boxes = forms.MultipleChoiceField(
        choices=COLORS, required=False, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(choices=COLORS, required=False, widget=forms.RadioSelect)
    shown = forms.BooleanField(required=False)
    at = forms.DateTimeField(required=False, widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M"))


STORED = {
    "name": "Oak", "notes": "One.\nTwo.", "hours": Decimal("5.0"), "color": "red",
    "colors": ["red", "blue"], "boxes": ["blue"], "kind": "red", "shown": True,
    "at": datetime(2026, 5, 1, 10, 30, 12, tzinfo=UTC),
}  # fmt: skip
OTHER = {
    "name": "Elm", "notes": "Three.", "hours": Decimal("7.5"), "color": "blue",
    "colors": ["green"], "boxes": ["red", "green"], "kind": "green", "shown": False,
    "at": datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
}  # fmt: skip
THIRD = {
    "name": "Ash", "notes": "Four.", "hours": Decimal("9.0"), "color": "green",
    "colors": [], "boxes": [], "kind": "blue", "shown": True,
    "at": datetime(2026, 7, 1, 9, 0, tzinfo=UTC),
}  # fmt: skip
names = st.sets(st.sampled_from(list(STORED)))


def as_browser(stored: dict, **typed) -> QueryDict:
    """What a browser posts from a page that showed `stored`, with some fields changed."""
    form = PinForm(initial={**stored, **typed})
    opened = PinForm(initial=stored)
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if isinstance(field.widget, forms.CheckboxInput):
            if value:
                data[name] = "on"
        elif isinstance(value, list):
            data.setlist(name, value)
        else:
            text = str(field.widget.format_value(value) if name != "kind" else value)
            data[name] = text.replace("['", "").replace("']", "").replace("\n", "\r\n")
    data["opened"] = json.dumps(opened.stored_fingerprints)
    return data


@given(mine=names, theirs=names)
def test_each_field_goes_to_the_person_who_changed_it(mine, theirs):
    stored = {**STORED, **{name: OTHER[name] for name in theirs}}

    form = PinForm(as_browser(STORED, **{name: OTHER[name] for name in mine}), initial=stored)

    assert form.is_valid(), form.errors
    assert form.edit.changes.keys() == mine - theirs
    assert {name: PinForm().fingerprint_of(name, form.cleaned_data[name]) for name in STORED} == {
        name: PinForm().fingerprint_of(name, value)
        for name, value in {**stored, **{name: OTHER[name] for name in mine}}.items()
    }


@given(mine=names.filter(bool), theirs=names)
def test_a_field_that_both_changed_is_refused_and_shows_both(mine, theirs):
    typed = {name: THIRD[name] for name in mine if THIRD[name] != STORED[name]}
    stored = {**STORED, **{name: OTHER[name] for name in theirs}}

    form = PinForm(as_browser(STORED, **typed), initial=stored)

    assert form.errors.keys() == typed.keys() & theirs
    assert form.conflicts.keys() == typed.keys() & theirs
    for name in form.conflicts:
        assert form[name].stored_elsewhere
    again = PinForm(form.data, initial=stored)
    again.data = form.data.copy()
    again.data["opened"] = json.dumps(form.stored_fingerprints)
    assert again.is_valid()
    assert again.edit.changes.keys() == {name for name in typed if typed[name] != stored[name]}


def test_the_other_version_is_shown_in_words():
    form = PinForm(as_browser(STORED, **THIRD), initial=OTHER)

    assert not form.is_valid()
    assert form.conflicts == {
        "name": "Elm",
        "notes": "Three.",
        "hours": "7.5",
        "color": "Blue",
        "colors": "Green",
        "boxes": "Green, Red",
        "kind": "Green",
        "at": "06/01/2026, 2:00 AM",
    }


def test_an_unchanged_page_changes_nothing():
    form = PinForm(as_browser(STORED), initial=STORED)

    assert form.is_valid()
    assert form.edit.changes == {}


def test_an_edit_is_refused_if_the_record_moves_on_before_the_lock():
    form = PinForm(as_browser(STORED, name="Elm"), initial=STORED)
    assert form.is_valid()

    form.edit.check(STORED)
    with pytest.raises(EditConflict):
        form.edit.check({**STORED, "notes": "Changed at the last moment."})


def test_an_edit_without_a_form_has_nothing_to_compare():
    Edit({"name": "Elm"}).check({"name": "Anything"})


@pytest.mark.parametrize(
    "opened", ["", "[]", "{", '{"name": 5}', "[" * 100_000, '{"name": "' + "x" * 300_000 + '"}']
)
def test_an_unreadable_hidden_field_counts_as_a_page_opened_just_now(opened):
    data = as_browser(STORED, name="Elm")
    data["opened"] = opened

    form = PinForm(data, initial=STORED)

    assert form.is_valid()
    assert form.edit.changes == {"name": "Elm"}


def test_a_script_can_save_the_rest_while_a_conflict_waits():
    stored = {**STORED, "name": "Elm", "kind": "green"}
    form = PinForm(as_browser(STORED, name="Ash", notes="New."), initial=stored)

    assert form.set_conflicts_aside()

    assert form.is_valid()
    assert form.edit.changes == {"notes": "New."}
    answer = form.answer_for_script()
    assert answer["conflicts"] == {"name": {"words": "Elm", "value": "Elm"}}
    assert answer["theirs"] == {"kind": "green"}
    assert answer["marks"]["notes"] == form.fingerprint_of("notes", "New.")
    assert answer["marks"]["name"] == form.fingerprint_of("name", "Elm")
