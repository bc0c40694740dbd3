from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spreadsheets.file_formats import Choice


class ReadingForm(forms.Form):
    """What else of a file could be read: another sheet, hidden rows, other lists, other letters."""

    def add_readings(self, reading: dict[str, Any], choice: dict[str, Any]):
        self.choice_before = choice
        sheets = reading.get("sheets", [])
        if len(sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Sheet"),
                choices=[(sheet["name"], _sheet_words(sheet)) for sheet in sheets],
                initial=reading["sheet"],
                required=False,
            )
        if reading.get("hidden_rows") or choice.get("with_hidden_rows"):
            self.fields["with_hidden_rows"] = forms.BooleanField(
                label=_("Include the rows that are hidden in the file"),
                initial=bool(choice.get("with_hidden_rows")),
                required=False,
            )
        if reading.get("alike"):
            self.fields["with_other_tables"] = forms.BooleanField(
                label=_("Include the people of the other lists in this file"),
                help_text=_alike_words(reading["alike"]),
                initial=bool(choice.get("with_other_tables")),
                required=False,
            )
        if reading.get("readings"):
            mine = (reading["encoding"], ", ".join(reading["doubtful"]))
            others = [
                (other["encoding"], ", ".join(other["samples"])) for other in reading["readings"]
            ]
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Which names are written correctly?"),
                choices=[mine, *others],
                initial=reading["encoding"],
                widget=forms.RadioSelect,
                required=False,
            )

    @property
    def reading_fields(self) -> list[forms.BoundField]:
        names = ("sheet", "with_hidden_rows", "with_other_tables", "encoding")
        return [self[name] for name in names if name in self.fields]

    def choice(self) -> Choice | None:
        """What else of the file to read; None if that did not change. Needs no valid form."""
        reading = {**self.choice_before}
        for field in self.reading_fields:
            given = self.data.get(field.html_name, "")
            value = bool(given) if field.name.startswith("with_") else given
            known = {key for key, _words in getattr(field.field, "choices", [])}
            if value != field.initial and (not known or value in known):
                reading[field.name] = value
        return None if reading == self.choice_before else Choice(**reading)


def value_words(value: str, count: int) -> str:
    rows = ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}
    return f"{value or _('(empty)')} · {rows}"


def _alike_words(alike: list[tuple[str, int]]) -> str:
    return "; ".join(value_words(title, rows) for title, rows in alike)


def _sheet_words(sheet: dict[str, Any]) -> str:
    words = value_words(sheet["name"], sheet["rows"])
    return _("%s · hidden") % words if sheet["is_hidden"] else words
