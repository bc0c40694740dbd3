"""The editor of criteria, rubrics, standards and resources: rows can be added, removed and moved.

Every button submits the whole form, so nothing typed is lost and no script is needed. Row keys
are positions: "criterion-0", and for the second level of its rubric "criterion-0-level-1".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.criteria_content import AlignmentContent, CriterionContent, LevelContent
from catalog.forms import SignableTextForm
from catalog.models import BadgeVersion
from catalog.signable import SignableURLField
from catalog.vocabulary import TargetType

MAX_ROWS = {"criterion": 20, "level": 8, "alignment": 40, "resource": 30}
MAX_TEXT_LENGTH = 4000


class RowForm(SignableTextForm):
    """One row. Blank rows are dropped silently."""

    # Fields with initial values, which don't count as input.
    prefilled: frozenset[str] = frozenset()

    def is_blank(self) -> bool:
        return not any(
            str(self[name].value() or "").strip()
            for name in self.fields
            if name not in self.prefilled
        )


def _text(label, *, rows=3, **kwargs) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=MAX_TEXT_LENGTH, **kwargs)


class CriterionForm(RowForm):
    prefilled = frozenset({"accepts_files", "accepts_links", "accepts_text", "required"})

    name = forms.CharField(label=_("Name of the criterion"), max_length=150)
    description = _text(_("What must be shown"))
    evidence_prompt = _text(
        _("The evidence it asks for"), help_text=_("Explain what to send and how much is enough.")
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
                "accepts_files", _("Choose at least one kind of evidence: files, links, or text.")
            )
        return cleaned


class LevelForm(RowForm):
    name = forms.CharField(label=_("Level"), max_length=80)
    description = _text(_("What it looks like"), rows=2)
    points = forms.DecimalField(
        label=_("Points"), max_digits=5, decimal_places=2, min_value=0, required=False,
        help_text=_("What this level is worth, if the rubric uses points."),
    )  # fmt: skip


class AlignmentForm(RowForm):
    target_framework = forms.CharField(label=_("Framework"), max_length=150, required=False)
    target_code = forms.CharField(label=_("Code"), max_length=60, required=False)
    target_name = forms.CharField(label=_("Standard"), max_length=250)
    target_url = SignableURLField(label=_("Web address"))
    target_type = forms.ChoiceField(
        label=_("Kind of standard"), required=False,
        choices=[("", _("Not specified")), *TargetType.choices],
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
class EditorRow:
    kind: str
    values: dict = field(default_factory=dict)
    levels: list[EditorRow] = field(default_factory=list)
    form: RowForm | None = None
    key: str = ""

    def build_form(self, key: str, *, validate: bool) -> None:
        """Set the row's key and form: a bound form to `validate`, otherwise just the values."""
        self.key = key
        form_class = FORMS[self.kind]
        if validate:
            data = {f"{key}-{name}": value for name, value in self.values.items()}
            self.form = form_class(data, prefix=key)
        else:
            self.form = form_class(initial=self.values, prefix=key)


class CriteriaEditor:
    """All rows of the editor, read from a version or from POST data."""

    KINDS = ("criterion", "alignment", "resource")

    def __init__(self, rows: dict[str, list[EditorRow]]) -> None:
        self.rows = rows
        # The key of the row that the page scrolls to after a button was pressed.
        self.focus = ""
        self._build_forms(validate=False)

    @property
    def criteria(self) -> list[EditorRow]:
        return self.rows["criterion"]

    @property
    def alignments(self) -> list[EditorRow]:
        return self.rows["alignment"]

    @property
    def resources(self) -> list[EditorRow]:
        return self.rows["resource"]

    @classmethod
    def from_version(cls, version: BadgeVersion) -> CriteriaEditor:
        criteria = [
            EditorRow(
                "criterion",
                {name: getattr(criterion, name) for name in CriterionForm.base_fields},
                [
                    EditorRow(
                        "level", {name: getattr(level, name) for name in LevelForm.base_fields}
                    )
                    for level in criterion.levels.all()
                ],
            )
            for criterion in version.criteria.prefetch_related("levels")
        ]
        alignments = [
            EditorRow(
                "alignment", {name: getattr(alignment, name) for name in AlignmentForm.base_fields}
            )
            for alignment in version.alignments.all()
        ]
        resources = [
            EditorRow(
                "resource", {name: getattr(resource, name) for name in ResourceForm.base_fields}
            )
            for resource in version.badge_class.resources.all()
        ]
        return cls(
            {
                "criterion": criteria or [EditorRow("criterion", _defaults("criterion"))],
                "alignment": alignments,
                "resource": resources,
            }
        )

    @classmethod
    def from_post(cls, data: Mapping[str, str]) -> CriteriaEditor:
        return cls({kind: _parse_rows(data, kind, kind) for kind in cls.KINDS})

    def apply_button(self, data: Mapping[str, str]) -> bool:
        """Apply the add, remove, up or down button that was pressed; False if none was."""
        for verb in ("add", "remove", "up", "down"):
            if key := data.get(verb):
                getattr(self, f"_{verb}")(key)
                self._build_forms(validate=False)
                return True
        return False

    def is_valid(self) -> bool:
        self._drop_blank_rows()
        self._build_forms(validate=True)
        # Validate every row, so that all errors show at once.
        invalid = [row for row in self._all_rows() if row.form.errors]
        return not invalid

    @property
    def errors(self) -> list[dict]:
        """All errors with the ids of their fields, for the summary at the top."""
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

    def _all_rows(self) -> list[EditorRow]:
        rows = []
        for kind in self.KINDS:
            for row in self.rows[kind]:
                rows += [row, *row.levels]
        return rows

    def _build_forms(self, *, validate: bool) -> None:
        for kind in self.KINDS:
            for number, row in enumerate(self.rows[kind]):
                row.build_form(f"{kind}-{number}", validate=validate)
                for level_number, level in enumerate(row.levels):
                    level.build_form(f"{row.key}-level-{level_number}", validate=validate)

    def _drop_blank_rows(self) -> None:
        for row in self.criteria:
            row.levels = [level for level in row.levels if not level.form.is_blank()]
        for kind in self.KINDS:
            self.rows[kind] = [
                row for row in self.rows[kind] if row.levels or not row.form.is_blank()
            ]

    def _find(self, key: str) -> tuple[list[EditorRow], int] | None:
        """The list that contains the row, and the row's index in it."""
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
            rows, kind, prefix = self.rows[key], key, key
        elif (found := self._find(key.removesuffix("-level"))) and key.endswith("-level"):
            rows, kind, prefix = found[0][found[1]].levels, "level", key
        else:
            return
        if len(rows) < MAX_ROWS[kind]:
            rows.append(EditorRow(kind, _defaults(kind)))
            self.focus = f"{prefix}-{len(rows) - 1}"

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


def _parse_rows(data: Mapping[str, str], prefix: str, kind: str) -> list[EditorRow]:
    pattern = re.compile(rf"{prefix}-(\d{{1,3}})-")
    numbers = sorted({int(match[1]) for name in data if (match := pattern.match(name))})
    rows = []
    for number in numbers[: MAX_ROWS[kind]]:
        key = f"{prefix}-{number}"
        form = FORMS[kind](data, prefix=key)
        values = {name: form[name].data for name in form.fields}
        levels = _parse_rows(data, f"{key}-level", "level") if kind == "criterion" else []
        rows.append(EditorRow(kind, values, levels))
    return rows
