"""The forms of the set-up, one for each step."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from accounts.one_line import OneLineField
from catalog.forms import DescribedImageForm
from catalog.signable import SignableTextMixin
from editing.forms import EditFormMixin
from office.settings.forms import LogoForm
from office.setup.suggestions import SUGGESTIONS
from program.models import LONGEST_NAME, LONGEST_PURPOSE

MOST_INVITED = 20
# The swatches of the settings, in words; every other color is chosen there.
ACCENTS = [
    ("", _("Dark teal, the color of the software")), ("#12487f", _("Blue")),
    ("#3b3a98", _("Indigo")), ("#6b2f87", _("Purple")), ("#9b1f5a", _("Magenta")),
    ("#9c2c1c", _("Red")), ("#7a4a00", _("Brown")), ("#3f5a14", _("Green")),
]  # fmt: skip
PICTURES = "image/png,image/jpeg,image/svg+xml"


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"), max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Four groups of four. Upper or lower case, with or without hyphens."),
    )  # fmt: skip


def _new_password() -> forms.CharField:
    return forms.CharField(
        label=_("Password"), max_length=128, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("A few words that you can remember make a good one."),
    )  # fmt: skip


class YouForm(forms.Form):
    name = OneLineField(
        label=_("Your name"), max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your email address"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("You sign in with it."),
    )  # fmt: skip
    password = _new_password()

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean(self):
        cleaned = super().clean()
        user = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
        _check_password(self, user)
        return cleaned


class PasswordForm(forms.Form):
    """For the first coordinator who comes back with a new code."""

    password = _new_password()

    def clean(self):
        _check_password(self, None)
        return super().clean()


def _check_password(form: forms.Form, user: User | None) -> None:
    if password := form.cleaned_data.get("password"):
        try:
            password_validation.validate_password(password, user)
        except ValidationError as error:
            form.add_error("password", error)


class ProgramStepForm(SignableTextMixin, EditFormMixin, forms.Form):
    name = OneLineField(
        label=_("Name of the program"), max_length=LONGEST_NAME,
        help_text=_("At the top of every page and email. Short enough for a phone."),
    )  # fmt: skip
    name_es = OneLineField(
        label=_("Name in Spanish"), max_length=LONGEST_NAME, required=False,
        help_text=_("Blank: the same name in both languages."),
    )  # fmt: skip
    purpose = OneLineField(
        label=_("What the program is for"), max_length=LONGEST_PURPOSE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence, first on the home page."),
    )  # fmt: skip
    purpose_es = OneLineField(
        label=_("What the program is for, in Spanish"), max_length=LONGEST_PURPOSE,
        required=False, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages of the pages"), choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )  # fmt: skip
    accent = forms.ChoiceField(
        label=_("Accent color"), required=False, choices=ACCENTS, widget=forms.RadioSelect,
        help_text=_("Of buttons and links. You can change it later."),
    )  # fmt: skip

    def clean_languages(self):
        chosen = self.cleaned_data["languages"]
        return [code for code, _name in settings.LANGUAGES if code in chosen]


class ProgramLogoForm(LogoForm):
    """Without a file, nothing changes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["logo"].required = False


class IssuerLogoForm(DescribedImageForm):
    """Without a file, nothing changes."""

    image = forms.FileField(
        label=_("Logo"), required=False, widget=forms.FileInput(attrs={"accept": PICTURES}),
        help_text=_("PNG, JPEG, or SVG, up to 5 MB and at least 200 × 200 pixels."),
    )  # fmt: skip

    alt = forms.CharField(
        label=_("Describe the logo"), max_length=250, required=False,
        help_text=_("For people who can’t see it, in one sentence."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, has_image=True, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if self.art and not cleaned.get("alt"):
            self.add_error("alt", _("Describe the logo in one sentence."))
        return cleaned


class OfficeForm(EditFormMixin, forms.Form):
    """The agency at the root, and how to reach it."""

    name = OneLineField(
        label=_("Name of the office"), max_length=200,
        help_text=_("The organization that runs the program. Districts and schools come later."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Agency.Kind, initial=Agency.Kind.COUNTY_OFFICE
    )
    office_email = forms.EmailField(
        label=_("Public email address"), max_length=254,
        help_text=_("An office address, not a person’s: answers to emails go there."),
    )  # fmt: skip
    postal_address = forms.CharField(
        label=_("Postal address"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The law requires it in emails to a mailing list."),
    )  # fmt: skip


class CategoriesForm(forms.Form):
    suggested = forms.MultipleChoiceField(
        label=_("Categories"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other = OneLineField(label=_("Another one"), max_length=100, required=False)

    def __init__(self, *args, taken: set[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.taken = taken
        spanish = (get_language() or "").startswith("es")
        self.fields["suggested"].choices = [
            (one.name, one.name_es if spanish else one.name)
            for one in SUGGESTIONS
            if one.name.casefold() not in taken
        ]

    def clean_other(self):
        other = self.cleaned_data["other"]
        if other.casefold() in self.taken:
            raise ValidationError(_("There is such a category already."))
        return other

    def clean(self):
        cleaned = super().clean()
        chosen = cleaned.get("suggested", [])
        if not self.errors and not (chosen or cleaned.get("other") or self.taken):
            self.add_error("suggested", _("Choose at least one: every badge is in a category."))
        if cleaned.get("other", "").casefold() in {name.casefold() for name in chosen}:
            self.add_error("other", _("This one is chosen above."))
        return cleaned

    @property
    def chosen(self) -> list[dict[str, str]]:
        """The fields of each category to add."""
        picked = self.cleaned_data["suggested"]
        new = [one._asdict() for one in SUGGESTIONS if one.name in picked]
        return new + ([{"name": other}] if (other := self.cleaned_data["other"]) else [])


class PeopleForm(forms.Form):
    addresses = forms.CharField(
        label=_("Email addresses"), required=False, max_length=6000,
        widget=forms.Textarea(
            attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "none"}
        ),
        help_text=_("One on each line. Each person gets an email with a link."),
    )  # fmt: skip

    def clean_addresses(self):
        lines = [line.strip().lower() for line in self.cleaned_data["addresses"].splitlines()]
        addresses = list(dict.fromkeys(line for line in lines if line))
        wrong = [address for address in addresses if not _is_address(address)]
        if wrong:
            raise ValidationError(
                _("Correct this line, or remove it: %(line)s"), params={"line": wrong[0][:100]}
            )
        if len(addresses) > MOST_INVITED:
            raise ValidationError(
                _("These are more than %(most)s. Invite the others later, under “Agencies”."),
                params={"most": MOST_INVITED},
            )
        return addresses


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254
