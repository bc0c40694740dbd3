"""The editor of criteria, rubrics, standards and resources: rows that come, go and change places.

Every button submits the whole form, so nothing typed is lost and no script is needed. A row is
named by its place: "criterion-0", and the second level of its rubric "criterion-0-level-1".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.content import AlignmentContent, CriterionContent, LevelContent
from catalog.forms import SignableTextForm
from catalog.models import BadgeVersion
from catalog.signable import SignableURLField
from catalog.vocabulary import TargetType

MOST_ROWS = {"criterion": 20, "level": 8, "alignment": 40, "resource": 30}
LONGEST_TEXT = 4000


class RowForm(SignableTextForm):
    """One row. A row in which nothing was written is left out without a word."""

    # What is filled from the start says nothing about whether the person wrote something.
    prefilled: frozenset[str] = frozenset()

    def is_blank(self) -> bool:
        return not any(
            str(self[name].value() or "").strip()
            for name in self.fields
            if name not in self.prefilled
        )


def _text(label, *, rows=3, **kwargs) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=LONGEST_TEXT, **kwargs)


class CriterionForm(RowForm):
    prefilled = frozenset({"accepts_files", "accepts_links", "accepts_text", "required"})

    name = forms.CharField(label=_("Name of the criterion"), max_length=150)
    description = _text(_("What must be shown"))
    evidence_prompt = _text(
        _("The evidence it asks for"), help_text=_("Say what to send, and how much is enough.")
    )
    accepts_files = forms.BooleanField(label=_("Files"), required=False, initial=True)
    accepts_links = forms.BooleanField(label=_("Links"), required=False, initial=True)
    accepts_text = forms.BooleanField(label=_("Text"), required=False, initial=True)
    required = forms.BooleanField(label=_("Required for the badge"), required=False, initial=True)

    def clean(self):
        cleaned = super().clean()
        if not any(
            cleaned.get(name) for name in ("accepts_files", "accepts_links", "accepts_text")
        ):
            self.add_error(
                "accepts_files", _("Choose at least one kind of evidence: files, links or text.")
            )
        return cleaned


class LevelForm(RowForm):
    name = forms.CharField(label=_("Level"), max_length=80)
    description = _text(_("What it looks like"), rows=2)
    points = forms.DecimalField(
        label=_("Points"), max_digits=5, decimal_places=2, min_value=0, required=False,
        help_text=_("What this level is worth, if the rubric counts."),
    )  # fmt: skip


class AlignmentForm(RowForm):
    target_framework = forms.CharField(label=_("Framework"), max_length=150, required=False)
    target_code = forms.CharField(label=_("Code"), max_length=60, required=False)
    target_name = forms.CharField(label=_("Standard"), max_length=250)
    target_url = SignableURLField(label=_("Web address"))
    target_type = forms.ChoiceField(
        label=_("Kind of standard"), required=False,
        choices=[("", _("Not said")), *TargetType.choices],
        help_text=_("If the framework is published as CASE or in the Credential Registry."),
    )  # fmt: skip
    target_description = _text(_("Description"), rows=2, required=False)


class ResourceForm(RowForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    url = SignableURLField(label=_("Web address"))
    kind = forms.CharField(
        label=_("Kind"), max_length=40, required=False, help_text=_("For example: course, video.")
    )


FORMS = {
    "criterion": CriterionForm,
    "level": LevelForm,
    "alignment": AlignmentForm,
    "resource": ResourceForm,
}


@dataclass
class Row:
    kind: str
    values: dict = field(default_factory=dict)
    levels: list[Row] = field(default_factory=list)
    form: RowForm | None = None
    key: str = ""

    def show(self, key: str, *, judged: bool) -> None:
        """Give the row its place and its form: `judged` with errors, otherwise just as typed."""
        self.key = key
        form_class = FORMS[self.kind]
        if judged:
            data = {f"{key}-{name}": value for name, value in self.values.items()}
            self.form = form_class(data, prefix=key)
        else:
            self.form = form_class(initial=self.values, prefix=key)


class BadgeEditor:
    """All rows of a badge's editor, read from a version or from what was posted."""

    KINDS = ("criterion", "alignment", "resource")

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.rows = rows
        # The row to which the page scrolls after a button was pressed.
        self.focus = ""
        self._show(judged=False)

    @property
    def criteria(self) -> list[Row]:
        return self.rows["criterion"]

    @property
    def alignments(self) -> list[Row]:
        return self.rows["alignment"]

    @property
    def resources(self) -> list[Row]:
        return self.rows["resource"]

    @classmethod
    def of(cls, version: BadgeVersion) -> BadgeEditor:
        criteria = [
            Row(
                "criterion",
                {name: getattr(criterion, name) for name in CriterionForm.base_fields},
                [
                    Row("level", {name: getattr(level, name) for name in LevelForm.base_fields})
                    for level in criterion.levels.all()
                ],
            )
            for criterion in version.criteria.prefetch_related("levels")
        ]
        alignments = [
            Row("alignment", {name: getattr(alignment, name) for name in AlignmentForm.base_fields})
            for alignment in version.alignments.all()
        ]
        resources = [
            Row("resource", {name: getattr(resource, name) for name in ResourceForm.base_fields})
            for resource in version.badge_class.resources.all()
        ]
        return cls(
            {
                "criterion": criteria or [Row("criterion", _defaults("criterion"))],
                "alignment": alignments,
                "resource": resources,
            }
        )

    @classmethod
    def posted(cls, data: Mapping[str, str]) -> BadgeEditor:
        return cls({kind: _read_rows(data, kind, kind) for kind in cls.KINDS})

    def press(self, data: Mapping[str, str]) -> bool:
        """Do what the pressed button says; False if it was none of ours."""
        for verb in ("add", "remove", "up", "down"):
            if key := data.get(verb):
                getattr(self, f"_{verb}")(key)
                self._show(judged=False)
                return True
        return False

    def is_valid(self) -> bool:
        self._drop_blank_rows()
        self._show(judged=True)
        # Every row is judged, so that all refusals show at once.
        refused = [row for row in self._all_rows() if row.form.errors]
        return not refused

    @property
    def errors(self) -> list[dict]:
        """Every refusal with the address of its field, for the summary at the top."""
        return [
            {"id": row.form[name].id_for_label, "label": row.form[name].label, "text": text}
            for row in self._all_rows()
            if row.form.is_bound
            for name, texts in row.form.errors.items()
            for text in texts
        ]

    @property
    def contents(self) -> dict[str, list]:
        return {
            "criteria": [
                CriterionContent(
                    **row.form.cleaned_data,
                    levels=[LevelContent(**level.form.cleaned_data) for level in row.levels],
                )
                for row in self.criteria
            ],
            "alignments": [AlignmentContent(**row.form.cleaned_data) for row in self.alignments],
            "resources": [
                (row.form.cleaned_data["title"], row.form.cleaned_data["url"],
                 row.form.cleaned_data["kind"])
                for row in self.resources
            ],
        }  # fmt: skip

    def _all_rows(self) -> list[Row]:
        rows = []
        for kind in self.KINDS:
            for row in self.rows[kind]:
                rows += [row, *row.levels]
        return rows

    def _show(self, *, judged: bool) -> None:
        for kind in self.KINDS:
            for number, row in enumerate(self.rows[kind]):
                row.show(f"{kind}-{number}", judged=judged)
                for level_number, level in enumerate(row.levels):
                    level.show(f"{row.key}-level-{level_number}", judged=judged)

    def _drop_blank_rows(self) -> None:
        for row in self.criteria:
            row.levels = [level for level in row.levels if not level.form.is_blank()]
        for kind in self.KINDS:
            self.rows[kind] = [
                row for row in self.rows[kind] if row.levels or not row.form.is_blank()
            ]

    def _find(self, key: str) -> tuple[list[Row], int] | None:
        """The list in which the row stands, and its place there."""
        for kind in self.KINDS:
            for number, row in enumerate(self.rows[kind]):
                if row.key == key:
                    return self.rows[kind], number
                for level_number, level in enumerate(row.levels):
                    if level.key == key:
                        return row.levels, level_number
        return None

    def _add(self, key: str) -> None:
        if key in self.KINDS:
            rows, kind, first = self.rows[key], key, key
        elif (found := self._find(key.removesuffix("-level"))) and key.endswith("-level"):
            rows, kind, first = found[0][found[1]].levels, "level", key
        else:
            return
        if len(rows) < MOST_ROWS[kind]:
            rows.append(Row(kind, _defaults(kind)))
            self.focus = f"{first}-{len(rows) - 1}"

    def _remove(self, key: str) -> None:
        if found := self._find(key):
            rows, number = found
            del rows[number]

    def _up(self, key: str) -> None:
        self._shift(key, by=-1)

    def _down(self, key: str) -> None:
        self._shift(key, by=1)

    def _shift(self, key: str, *, by: int) -> None:
        found = self._find(key)
        if found and 0 <= (to := found[1] + by) < len(found[0]):
            rows, number = found
            rows[number], rows[to] = rows[to], rows[number]
            self.focus = f"{key.rpartition('-')[0]}-{to}"


def _defaults(kind: str) -> dict:
    return {name: f.initial for name, f in FORMS[kind].base_fields.items() if f.initial is not None}


def _read_rows(data: Mapping[str, str], prefix: str, kind: str) -> list[Row]:
    place = re.compile(rf"{prefix}-(\d{{1,3}})-")
    numbers = sorted({int(match[1]) for name in data if (match := place.match(name))})
    rows = []
    for number in numbers[: MOST_ROWS[kind]]:
        key = f"{prefix}-{number}"
        form = FORMS[kind](data, prefix=key)
        values = {name: form[name].data for name in form.fields}
        levels = _read_rows(data, f"{key}-level", "level") if kind == "criterion" else []
        rows.append(Row(kind, values, levels))
    return rows
