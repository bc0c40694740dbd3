"""One row of the criteria editor: its form, its values, and what they are compared with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import SignableTextForm
from catalog.signable import SignableURLField
from catalog.vocabulary import TargetType
from editing.fingerprints import fingerprint
from editing.forms import EditFormMixin

MAX_TEXT_LENGTH = 4000


class RowForm(EditFormMixin, SignableTextForm):
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


_TITLES = {
    "criterion": _("Criterion %(number)s"),
    "level": _("Level %(number)s"),
    "alignment": _("Standard %(number)s"),
    "resource": _("Resource %(number)s"),
}


@dataclass
class EditorRow:
    kind: str
    values: dict = field(default_factory=dict)
    levels: list[EditorRow] = field(default_factory=list)
    thread: str = field(default_factory=lambda: str(uuid.uuid4()))
    form: RowForm | None = None
    key: str = ""
    # What is stored, and the marks of what the page was opened with; None for a new row.
    stored: dict | None = None
    opened: dict | None = None
    # Why this row has to be looked at before it is saved.
    notice: str = ""

    def build_form(self, key: str, *, validate: bool) -> None:
        """Set the row's key and form: a bound form to `validate`, otherwise just the values."""
        self.key = key
        form_class = FORMS[self.kind]
        if validate:
            data = {f"{key}-{name}": value for name, value in self.values.items()}
            self.form = form_class(
                data, prefix=key, initial=self.stored or {}, opened=self.opened or {}
            )
        else:
            self.form = form_class(initial=self.values, prefix=key)

    @property
    def title(self) -> str:
        """The row's headings on the page: "Criterion 1", or "Criterion 1, Level 2"."""
        parts = self.key.split("-")
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return ", ".join(_TITLES[kind] % {"number": int(number) + 1} for kind, number in pairs)

    @property
    def marks(self) -> dict[str, str]:
        """Fingerprints of the values, and one of the rubric's levels."""
        own = FORMS[self.kind](initial=self.values).stored_fingerprints
        return own | {"levels": fingerprint([[row.thread, row.marks] for row in self.levels])}


def defaults_of(kind: str) -> dict:
    return {name: f.initial for name, f in FORMS[kind].base_fields.items() if f.initial is not None}
