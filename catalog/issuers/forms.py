from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from catalog.forms import SignableTextForm
from catalog.images import Art, ImageRefused, to_badge_art
from editing.forms import EditFormMixin


class LogoForm(EditFormMixin, SignableTextForm):
    # Set once an image has been accepted; without one, only the description changes.
    art: Art | None = None

    image = forms.FileField(
        label=_("Logo"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
        help_text=_(
            "PNG, JPEG, or SVG, up to 5 MB and at least 200 × 200 pixels. It becomes a square "
            "PNG; around a wide logo the corners stay transparent."
        ),
    )  # fmt: skip
    alt = forms.CharField(
        label=_("Describe the logo"), max_length=250,
        help_text=_("For people who can’t see it, in one sentence."),
    )  # fmt: skip

    def __init__(self, *args, has_logo: bool, **kwargs):
        super().__init__(*args, **kwargs)
        # The description can be changed without uploading the logo again.
        self.fields["image"].required = not has_logo

    def clean_image(self):
        file = self.cleaned_data["image"]
        if isinstance(file, UploadedFile):
            try:
                self.art = to_badge_art(file)
            except ImageRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return file
