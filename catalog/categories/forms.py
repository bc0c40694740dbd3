from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from catalog import art_labels
from catalog.models import Category
from catalog.signable import SignableTextMixin
from editing.forms import EditFormMixin


def _with_none(choices: list, none: str) -> list:
    return [("", none), *choices]


class CategoryForm(SignableTextMixin, EditFormMixin, forms.Form):
    name = OneLineField(label=_("Name"), max_length=100)
    name_es = OneLineField(
        label=_("Name in Spanish"), max_length=100, required=False,
        help_text=_("Leave blank to use the other name there, too."),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Description"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("At the top of its page."),
    )  # fmt: skip
    description_es = forms.CharField(
        label=_("Description in Spanish"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    palette = forms.ChoiceField(
        label=_("Colors"), required=False,
        choices=lambda: _with_none(art_labels.palettes(), _("None of its own")),
        help_text=_("Of its page, its cards, and the boards behind its badges."),
    )  # fmt: skip
    icon = forms.ChoiceField(
        label=_("Icon"), required=False,
        choices=lambda: _with_none(art_labels.icons(), _("No icon")),
    )  # fmt: skip


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Category.objects.none(), label=_("Merge it into"), to_field_name="slug",
        empty_label=_("Choose a category"),
    )  # fmt: skip

    def __init__(self, *args, category: Category, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Category.objects.offered().exclude(pk=category.pk)
