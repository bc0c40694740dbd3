from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from editing.forms import EditFormMixin
from rewards.models import Sponsor
from rewards.slugs import unique_slug
from rewards.sponsors.logos import ACCEPT, FILE_IS_LOST, LogoUnreadable, clean_logo


class SponsorForm(EditFormMixin, forms.ModelForm):
    """`logo_png` holds the uploaded logo, re-encoded as PNG.

    With `user`, only the agencies that this person coordinates can be chosen; operators choose any.
    """

    logo_png: bytes | None = None
    url = forms.URLField(label=_("Web address"), assume_scheme="https", required=False)
    since = forms.IntegerField(
        label=_("Sponsor since (year)"), required=False, min_value=1900, max_value=2100
    )

    class Meta:
        model = Sponsor
        fields = [
            "agency",
            "name",
            "url",
            "thanks",
            "tier",
            "email",
            "language",
            "logo",
            "since",
            "is_current",
            "position",
            "slug",
        ]
        # Not an ImageField, which would decode the file here, in the web process.
        field_classes = {"logo": forms.FileField}
        widgets = {"logo": forms.ClearableFileInput(attrs={"accept": ACCEPT})}
        help_texts = {
            "logo": _(
                "PNG, JPEG, or WebP, up to 5 MB. It is shown on white; a white logo gets a "
                "dark ground."
            ),
            "position": _("The smallest number is shown first."),
            "slug": _("Leave blank to create it from the name."),
        }

    def __init__(self, *args, user: User | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["language"].required = False
        if user is not None:
            agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
            self.fields["agency"].queryset = agencies
            if not self.instance.pk and (first := agencies.order_by("pk").first()):
                self.initial.setdefault("agency", first.pk)

    def clean(self):
        cleaned = super().clean()
        if self.errors and self.logo_png is not None:
            self.add_error("logo", FILE_IS_LOST)
        return cleaned

    def clean_slug(self):
        typed = self.cleaned_data["slug"] or self.instance.slug
        return typed or unique_slug(Sponsor, self.cleaned_data.get("name", ""), longest=90)

    def clean_language(self):
        return self.cleaned_data["language"] or self.instance.language

    def clean_logo(self):
        logo = self.cleaned_data["logo"]
        if isinstance(logo, UploadedFile):
            try:
                self.logo_png = clean_logo(logo)
            except LogoUnreadable as error:
                raise forms.ValidationError(str(error)) from error
        return logo
