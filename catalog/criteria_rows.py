"""One row of the badge editor's lists: its form, its values, and what they are compared with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog.forms import SignableTextForm
from catalog.models import Question
from catalog.signable import SignableURLField
from catalog.vocabulary import TargetType
from editing.fingerprints import fingerprint
from editing.forms import EditFormMixin

MAX_TEXT_LENGTH = 4000
MIN_OPTIONS, MAX_OPTIONS, MAX_OPTION_LENGTH = 2, 30, 200


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
    asks_questions = False  # whether the row has questions of its own

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
        kinds = ("accepts_files", "accepts_links", "accepts_text")
        if not self.asks_questions and not any(cleaned.get(name) for name in kinds):
            self.add_error(
                "accepts_files",
                _("Choose at least one kind of evidence (files, links, text), or add a question."),
            )
        return cleaned


class LevelForm(RowForm):
    name = forms.CharField(label=_("Level"), max_length=80)
    description = _text(_("What it looks like"), rows=2)
    points = forms.DecimalField(
        label=_("Points"), max_digits=5, decimal_places=2, min_value=0, required=False,
        help_text=_("What this level is worth, if the rubric uses points."),
    )  # fmt: skip


class QuestionForm(RowForm):
    prefilled = frozenset({"kind", "required"})

    text = forms.CharField(label=_("Question"), max_length=300)
    kind = forms.ChoiceField(
        label=_("Answer"),
        choices=[(value, capfirst(label)) for value, label in Question.Kind.choices],
        initial=Question.Kind.SHORT,
    )
    options = _text(
        _("Choices"), rows=4, required=False, help_text=_("One on each line, at least two.")
    )
    help_text = forms.CharField(
        label=_("Help"), max_length=500, required=False,
        help_text=_("What a good answer has in it, or how long it should be."),
    )  # fmt: skip
    required = forms.BooleanField(label=_("An answer is required"), required=False, initial=True)

    def clean_options(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        return "\n".join(dict.fromkeys(line for line in lines if line))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") not in Question.CHOOSING:
            cleaned["options"] = ""
            return cleaned
        options = cleaned.get("options", "").splitlines()
        if "options" in cleaned and len(options) < MIN_OPTIONS:
            self.add_error("options", _("Write at least two choices, one on each line."))
        if len(options) > MAX_OPTIONS or any(len(each) > MAX_OPTION_LENGTH for each in options):
            self.add_error(
                "options",
                _("Write at most %(count)s choices of %(length)s characters each.")
                % {"count": MAX_OPTIONS, "length": MAX_OPTION_LENGTH},
            )
        return cleaned


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
    "question": QuestionForm,
    "alignment": AlignmentForm,
    "resource": ResourceForm,
}


_TITLES = {
    "criterion": _("Criterion %(number)s"),
    "level": _("Level %(number)s"),
    "question": _("Question %(number)s"),
    "alignment": _("Standard %(number)s"),
    "resource": _("Resource %(number)s"),
}


@dataclass
class EditorRow:
    kind: str
    values: dict = field(default_factory=dict)
    # The rows that belong to it, by kind: "level" and "question" of a criterion.
    parts: dict[str, list[EditorRow]] = field(default_factory=dict)
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
        self.form.asks_questions = bool(self.questions)

    @property
    def levels(self) -> list[EditorRow]:
        return self.parts.get("level", [])

    @property
    def questions(self) -> list[EditorRow]:
        return self.parts.get("question", [])

    @property
    def all_parts(self) -> list[EditorRow]:
        return [row for rows in self.parts.values() for row in rows]

    @property
    def title(self) -> str:
        """The row's headings on the page: "Criterion 1", or "Criterion 1, Level 2"."""
        parts = self.key.split("-")
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return ", ".join(_TITLES[kind] % {"number": int(number) + 1} for kind, number in pairs)

    @property
    def marks(self) -> dict[str, str]:
        """Fingerprints of the values, and one of the rows that belong to it, of each kind."""
        own = FORMS[self.kind](initial=self.values).stored_fingerprints
        return own | {
            kind: fingerprint([[row.thread, row.marks] for row in rows])
            for kind, rows in self.parts.items()
        }


def defaults_of(kind: str) -> dict:
    return {name: f.initial for name, f in FORMS[kind].base_fields.items() if f.initial is not None}
