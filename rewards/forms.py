from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from rewards.logos import LogoUnreadable, clean_logo
from rewards.models import Sponsor

LARGEST_LOGO = 5 * 1024 * 1024


class SponsorForm(forms.ModelForm):
    """`logo_png` holds what was uploaded, drawn anew."""

    logo_png: bytes | None = None
    url = forms.URLField(label=_("web address"), assume_scheme="https")

    class Meta:
        model = Sponsor
        fields = [
            "name",
            "slug",
            "url",
            "thanks",
            "tier",
            "email",
            "logo",
            "since",
            "position",
            "is_current",
        ]
        help_texts = {"logo": _("PNG, JPEG or WebP, up to 5 MB. It is shown on white.")}

    def clean_logo(self):
        logo = self.cleaned_data["logo"]
        if isinstance(logo, UploadedFile):
            if logo.size > LARGEST_LOGO:
                raise forms.ValidationError(_("This picture is larger than 5 MB."))
            try:
                self.logo_png = clean_logo(logo)
            except LogoUnreadable as error:
                raise forms.ValidationError(
                    _("We could not read this picture. Save it as PNG and try again.")
                ) from error
        return logo
