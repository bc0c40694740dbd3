from __future__ import annotations

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Criterion
from editing.forms import EditFormMixin
from submissions.models import SelfMark
from submissions.self_check.operations import field_of


class SelfCheckForm(EditFormMixin, forms.Form):
    """For each criterion the levels of its rubric, or “met” and “not yet”."""

    def __init__(self, data=None, *, criteria: list[Criterion], initial: dict[str, str]):
        super().__init__(data, initial={field_of(one): "" for one in criteria} | initial)
        for criterion in criteria:
            levels = [
                (str(level.pk), f"{level.name}: {level.description}")
                for level in criterion.levels.all()
            ]
            verdicts = [(value, capfirst(label)) for value, label in SelfMark.Verdict.choices]
            self.fields[field_of(criterion)] = forms.ChoiceField(
                label=_("My mark"),
                required=False,
                widget=forms.RadioSelect,
                choices=[*(levels or verdicts), ("", _("I have not decided"))],
            )
