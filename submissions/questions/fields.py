"""The fields of the evidence page for the questions of a criterion.

None is required there, because a draft is saved bit by bit. Sending asks for the required ones.
"""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog.models import Criterion, Question
from submissions.questions.answered import field_of

Kind = Question.Kind

LONGEST = {Kind.SHORT: 300, Kind.LONG: 10_000, Kind.NUMBER: 40}
_NUMBER = re.compile(r"[+-−]?\s?\d[\d.,'’\s]*%?")
_WIDGETS = {
    Kind.SHORT: lambda: forms.TextInput(),
    Kind.LONG: lambda: forms.Textarea(attrs={"rows": 5}),
    Kind.NUMBER: lambda: forms.TextInput(attrs={"inputmode": "decimal"}),
}


class WordsField(forms.CharField):
    """Text exactly as typed, except for normalized line ends and removed NULs."""

    def to_python(self, value):
        value = value or ""
        return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


class NumberField(WordsField):
    """A number as it was typed: “1,200” is not the same number everywhere."""

    def clean(self, value):
        value = super().clean(value).strip()
        if value and not _NUMBER.fullmatch(value):
            raise ValidationError(_("Write a number in digits, such as 12 or 3.5."))
        return value


class Choices(forms.CheckboxSelectMultiple):
    """Boxes that the page posts also when none is checked, unless it leaves the question out."""

    def render(self, name, value, attrs=None, renderer=None):
        boxes = super().render(name, value, attrs, renderer)
        return format_html('<input type="hidden" name="{}" value="">{}', name, boxes)

    def value_from_datadict(self, data, files, name):
        return [value for value in super().value_from_datadict(data, files, name) or [] if value]

    def value_omitted_from_data(self, data, files, name):
        return name not in data


def fields_for(criterion: Criterion) -> dict[str, forms.Field]:
    if not criterion.asks_questions:
        return {}
    return {field_of(question): _field(question) for question in criterion.questions.all()}


def _field(question: Question) -> forms.Field:
    words = {"label": question.text, "help_text": question.help_text, "required": False}
    choices = [(choice, choice) for choice in question.choices]
    made: forms.Field
    if question.kind == Kind.ONE:
        choices.append(("", _("No answer")))
        made = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
    elif question.kind == Kind.SEVERAL:
        made = forms.MultipleChoiceField(choices=choices, widget=Choices, **words)
    elif question.kind == Kind.DATE:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        made = forms.DateField(widget=widget, **words)
    else:
        kind = Kind(question.kind)
        field_class = NumberField if kind == Kind.NUMBER else WordsField
        made = field_class(max_length=LONGEST[kind], widget=_WIDGETS[kind](), **words)
        # The page counts instead of cutting off what is pasted.
        made.widget.attrs.pop("maxlength", None)
        made.widget.attrs["data-longest"] = LONGEST[kind]
    made.widget.attrs["data-autosave"] = ""
    made.is_optional = not question.required  # type: ignore[attr-defined]
    return made
