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
    def chosen(cls, given) -> dict[str, str]:
        """What was chosen; what is missing or unknown is as usual."""
        form = cls(given)
        form.is_valid()
        usual = {name: field.initial for name, field in form.fields.items()}
        return usual | form.cleaned_data
