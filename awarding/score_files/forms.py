from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from awarding.lists.reading_forms import ReadingForm
from awarding.lists.seen_columns import DayOrder
from awarding.models import ScoreField, ScoreUpload
from awarding.score_files.layout import PEOPLE, RESULTS, ReadScores, ScoreColumn
from spreadsheets.dates import parse_date


class ScoreColumnsForm(ReadingForm):
    """What each column of a file with test results means."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, upload: ScoreUpload, read: ReadScores, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload, self.read = upload, read
        self.fields["revision"].initial = upload.revision
        self.add_readings(read.as_json(), upload.choice)
        for index, column in enumerate(read.columns):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=_("What is “%s”?") % column.heading,
                choices=ScoreField.choices,
                initial=column.field,
            )
        self._add_order()

    def _add_order(self) -> None:
        """Which date an ambiguous one is, if the column of dates has one."""
        words = self.read.ambiguous or next(
            (c.ambiguous for c in self.read.columns if c.field == ScoreField.DAY), ""
        )
        if not words:
            return
        month, day = (parse_date(words, prefers_day_first=first)[0] for first in (False, True))
        assumed = DayOrder.DAY_FIRST if self.read.days_first else DayOrder.MONTH_FIRST
        self.fields["day_order"] = forms.ChoiceField(
            label=_("Which date is “%s”?") % words,
            choices=[
                (DayOrder.MONTH_FIRST, date_format(month, "DATE_FORMAT")),
                (DayOrder.DAY_FIRST, date_format(day, "DATE_FORMAT")),
            ],
            initial=self.upload.day_order or assumed,
            widget=forms.RadioSelect,
            required=False,
        )

    @property
    def columns(self) -> Iterator[tuple[ScoreColumn, forms.BoundField]]:
        for index, column in enumerate(self.read.columns):
            yield column, self[f"column_{index}"]

    @property
    def order(self) -> forms.BoundField | None:
        return self["day_order"] if "day_order" in self.fields else None

    @property
    def meanings(self) -> list[str]:
        return [self.cleaned_data[f"column_{n}"] for n in range(len(self.read.columns))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        columns: dict[str, list[int]] = {}
        for index in range(len(self.read.columns)):
            columns.setdefault(cleaned.get(f"column_{index}", ""), []).append(index)
        if "" in columns:
            return cleaned
        if PEOPLE.isdisjoint(columns):
            self.add_error(None, _("Say which column has the email addresses or the IDs."))
        if RESULTS.isdisjoint(columns):
            self.add_error(None, _("Say which column has the scores or the levels."))
        for means, indexes in columns.items():
            if means != ScoreField.IGNORED and len(indexes) > 1:
                message = _("Two columns are the %s. Choose one, and “not used” for the other.")
                self.add_error(f"column_{indexes[1]}", message % ScoreField(means).label)
        return cleaned
