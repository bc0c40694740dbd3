from django import forms
from django.utils.translation import gettext_lazy as _


class PaperForm(forms.Form):
    size = forms.ChoiceField(
        label=_("Paper"), choices=[("letter", _("Letter (US)")), ("a4", "A4")], initial="letter"
    )
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[("landscape", _("Landscape")), ("portrait", _("Portrait"))],
        initial="landscape",
    )

    @classmethod
    def chosen(cls, data) -> dict[str, str]:
        """The valid choices in `data`, with defaults for missing and unknown ones."""
        form = cls(data)
        form.is_valid()
        defaults = {name: field.initial for name, field in form.fields.items()}
        return defaults | form.cleaned_data
