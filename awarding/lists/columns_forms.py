from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awarding.lists import headings
from awarding.lists.assigned import HAS_DAY, NO_DAY
from awarding.lists.operations.uploads import Answers
from awarding.lists.reading_forms import ReadingForm, value_words
from awarding.lists.seen_columns import Asked, DayOrder
from awarding.models import ColumnField, ListUpload
from catalog.models import BadgeClass
from spreadsheets.dates import parse_date

# Any number of columns can be one of these; of the others there is one in a list.
_MANY = {
    ColumnField.IGNORED, ColumnField.DECIDES, ColumnField.ID, ColumnField.EVIDENCE,
    ColumnField.PUBLIC_LINK,
}  # fmt: skip
NOTHING = "nothing"


@dataclass
class AskedColumn:
    """One column on the page: what it was taken for, and the questions that follow from that."""

    column: dict[str, Any]
    means: forms.BoundField
    who: forms.BoundField | None
    at_least: forms.BoundField | None
    order: forms.BoundField | None
    badges: list[forms.BoundField]
    was: str  # what it was the last time, in words

    @property
    def is_question(self) -> bool:
        has_errors = self.means.errors or any(badge.errors for badge in self.badges)
        return bool(self.column["asked"] or self.who or self.badges or has_errors)


class ColumnsForm(ReadingForm):
    """What each column of an upload means, and who gets the badge by those that decide."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, upload: ListUpload, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.upload, self.user = upload, user
        self.fields["revision"].initial = upload.revision
        self.add_readings(upload.reading, upload.choice)
        for index, column in enumerate(upload.columns):
            means = self._add_meaning(index, column)
            if _decides(column, means):
                self._add_who(index, column, means)
            elif means == ColumnField.BADGE:
                self._add_badges(index, column)
            if column.get("ambiguous") and means in {ColumnField.DAY, ColumnField.EXPIRES}:
                self._add_order(index, column)

    def _add_meaning(self, index: int, column: dict[str, Any]) -> str:
        name = f"column_{index}"
        label = _("What is “%s”?") % column["heading"]
        self.fields[name] = forms.ChoiceField(
            label=label, choices=ColumnField.choices, initial=column["field"]
        )
        return self.data.get(self.add_prefix(name), "") if self.is_bound else column["field"]

    def _add_who(self, index: int, column: dict[str, Any], means: str):
        if means == ColumnField.DAY:
            values = [
                (_("with a date"), HAS_DAY, column["filled"]),
                (_("without a date"), NO_DAY, column["blank"]),
            ]
        else:
            values = column["values"]
        choices = [(f"={key}", value_words(value, count)) for value, key, count in values]
        if column["has_numbers"] and means != ColumnField.DAY:
            self.fields[f"at_least_{index}"] = forms.DecimalField(
                label=_("Or: everybody with at least"),
                initial=column["at_least"],
                required=False,
                max_digits=9,
                decimal_places=3,
            )
        nothing = _("This column decides nothing: every row counts")
        self.fields[f"who_{index}"] = forms.MultipleChoiceField(
            label=_("Who gets the badge, by “%s”?") % column["heading"],
            choices=[*choices, (NOTHING, nothing)],
            initial=self._chosen(column),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    def _chosen(self, column: dict[str, Any]) -> list[str]:
        if column["chosen"] is not None:
            return [f"={key}" for key in column["chosen"]]
        return (
            [] if column["asked"] or column["at_least"] or self.upload.has_questions else [NOTHING]
        )

    def _add_order(self, index: int, column: dict[str, Any]):
        words = column["ambiguous"]
        month, day = (parse_date(words, prefers_day_first=first)[0] for first in (False, True))
        self.fields[f"order_{index}"] = forms.ChoiceField(
            label=_("Which date is “%s”?") % words,
            choices=[
                (DayOrder.MONTH_FIRST, date_format(month, "DATE_FORMAT")),
                (DayOrder.DAY_FIRST, date_format(day, "DATE_FORMAT")),
            ],
            initial=column["day_order"] or DayOrder.MONTH_FIRST,
            widget=forms.RadioSelect,
            required=False,
        )

    def _add_badges(self, index: int, column: dict[str, Any]):
        offered = [(str(badge.pk), badge.current_version.name) for badge in self.badges]
        choices = [("", _("Choose a badge")), *offered, ("0", _("leave these rows out"))]
        for number, (value, key, count) in enumerate(column.get("pieces") or column["values"]):
            named = self.upload.badges.get(key)
            self.fields[f"badge_{index}_{number}"] = forms.ChoiceField(
                label=value_words(value, count),
                choices=choices,
                initial="" if named is None else str(named),
                error_messages={"required": _("Choose the badge of these rows.")},
            )

    @cached_property
    def badges(self) -> list[BadgeClass]:
        badges = BadgeClass.objects.managed_by(self.user).published()
        return list(
            badges.select_related("current_version").order_by("current_version__name", "pk")
        )

    @property
    def several_decide(self) -> bool:
        """Whether a row has to fit more than one column."""
        return sum(asked.who is not None for asked in self.questions) > 1

    @property
    def questions(self) -> list[AskedColumn]:
        return [asked for asked in self._asked_columns if asked.is_question]

    @property
    def other_columns(self) -> list[AskedColumn]:
        return [asked for asked in self._asked_columns if not asked.is_question]

    @cached_property
    def _asked_columns(self) -> list[AskedColumn]:
        found = []
        for index, column in enumerate(self.upload.columns):
            who, at_least, order = f"who_{index}", f"at_least_{index}", f"order_{index}"
            badges = [name for name in self.fields if name.startswith(f"badge_{index}_")]
            was = column["remembered"]
            found.append(
                AskedColumn(
                    column,
                    self[f"column_{index}"],
                    self[who] if who in self.fields else None,
                    self[at_least] if at_least in self.fields else None,
                    self[order] if order in self.fields else None,
                    [self[name] for name in badges],
                    str(ColumnField(was).label) if was else "",
                )
            )
        return found

    def said(self) -> dict[str, str]:
        """What was chosen for each heading, also in a form with errors."""
        return {
            headings.remembered_as(column["heading"]): given
            for index, column in enumerate(self.upload.columns)
            if (given := self.data.get(self.add_prefix(f"column_{index}"))) in ColumnField
        }

    def clean(self):
        cleaned = super().clean()
        if not self.upload.columns:
            return cleaned
        self._check_fields(cleaned)
        for index, column in enumerate(self.upload.columns):
            if f"who_{index}" in self.fields:
                at_least = cleaned.get(f"at_least_{index}")
                self._check_who(index, column, cleaned.get(f"who_{index}", []), at_least)
        return cleaned

    def _check_fields(self, cleaned):
        columns: dict[str, list[int]] = {}
        for index in range(len(self.upload.columns)):
            columns.setdefault(cleaned.get(f"column_{index}", ""), []).append(index)
        if not {ColumnField.EMAIL, ColumnField.ID, ""} & columns.keys():
            self.add_error(None, _("Say which column has the email addresses or the IDs."))
        for index in columns.get(ColumnField.BADGE, []):
            if self.upload.columns[index]["has_more_values"]:
                message = _("This column has too many different values to be the badge.")
                self.add_error(f"column_{index}", message)
        for means, indexes in columns.items():
            if means and means not in _MANY and len(indexes) > 1:
                message = _("Two columns are the %s. Choose one, and “not used” for the other.")
                label = ColumnField(means).label
                self.add_error(f"column_{indexes[1]}", message % label)

    def _check_who(self, index: int, column: dict[str, Any], chosen: list[str], at_least):
        field = f"who_{index}"
        if f"at_least_{index}" in self.errors:
            return
        if at_least is not None:
            if chosen:
                self.add_error(field, _("Check values, or enter a number; not both."))
        elif not chosen and column["has_numbers"]:
            self.add_error(
                field, _("Check values, enter a number, or say that the column decides nothing.")
            )
        elif not chosen and column["has_more_values"]:
            message = gettext_lazy(
                "This column has too many different values to choose from. Say that it decides "
                "nothing, or upload only the rows of the people who get the badge."
            )
            self.add_error(field, message)
        elif not chosen:
            self.add_error(
                field, _("Check the values that get the badge, or that it decides nothing.")
            )
        elif NOTHING in chosen and len(chosen) > 1:
            self.add_error(field, _("Check values, or that it decides nothing; not both."))

    def answers(self) -> Answers:
        fields, chosen, at_least, badges, orders = [], {}, {}, {}, {}
        for index, column in enumerate(self.upload.columns):
            means = self.cleaned_data[f"column_{index}"]
            who = self.cleaned_data.get(f"who_{index}")
            if who == [NOTHING]:
                means = ColumnField.IGNORED if means == ColumnField.DECIDES else means
            elif who:
                chosen[index] = [value.removeprefix("=") for value in who]
            if (number := self.cleaned_data.get(f"at_least_{index}")) is not None:
                at_least[index] = f"{number:f}"
            if order := self.cleaned_data.get(f"order_{index}"):
                orders[index] = order
            fields.append(str(means))
            for number, (_value, key, _count) in enumerate(
                column.get("pieces") or column["values"]
            ):
                if named := self.cleaned_data.get(f"badge_{index}_{number}"):
                    badges[key] = int(named)
        return Answers(fields, chosen, at_least, orders, badges)


def _decides(column: dict[str, Any], means: str) -> bool:
    if means == ColumnField.DAY and column["blank"]:
        asked = column["asked"] == Asked.NO_DAY or column["chosen"] is not None
        return asked or headings.says_when_finished(column["heading"])
    return means == ColumnField.DECIDES
