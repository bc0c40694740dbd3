from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviewing.calibration.forms import NewAnchorForm
from submissions.models import EvidenceItem


class AnchorFromWorkForm(NewAnchorForm):
    """Which pieces of somebody's work are copied into a new anchor."""

    items = forms.MultipleChoiceField(
        label=gettext_lazy("What is copied"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Names that we know are taken out of texts. Look at files and links yourself, and "
            "choose those without anybody’s name or face."
        ),
    )

    def __init__(self, *args, copyable: Sequence[EvidenceItem], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.copyable = copyable
        self.fields["items"].choices = [(str(one.pk), _label(one)) for one in copyable]
        texts = [str(one.pk) for one in copyable if one.kind == EvidenceItem.Kind.TEXT]
        self.fields["items"].initial = texts

    @property
    def chosen(self) -> list[EvidenceItem]:
        return [one for one in self.copyable if str(one.pk) in self.cleaned_data["items"]]


def _label(item: EvidenceItem) -> str:
    about = {"criterion": item.criterion.name, "item": item}
    return _("%(criterion)s: %(item)s") % about
