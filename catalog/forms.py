from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog import art_labels
from catalog.ai_use import AiUseFields
from catalog.art import TEXT_LIMIT, ArtSpec, ArtSpecError
from catalog.editor_values import RULE_FIELDS, VERSION_FIELDS
from catalog.images import Art, ImageRefused, to_badge_art
from catalog.models import BadgeClass, BadgeVersion, Category, Issuer
from catalog.models.badges import MOST_RECORDING_MEGABYTES, USUAL_RECORDING_MEGABYTES
from catalog.review_rules_form import REVIEW_FIELDS, ReviewRulesMixin
from catalog.signable import SignableTextMixin, is_signable, unsignable_error
from catalog.vocabulary import USUAL_ACHIEVEMENT_TYPES, AchievementType
from editing.forms import EditFormMixin

MAX_TAGS = 12
MAX_TAG_LENGTH = 40
MAX_TEXT_LENGTH = 8000
MAX_VALID_MONTHS = 600  # months
DAYS_PER_MONTH = 28
SLUG_LENGTH = BadgeClass._meta.get_field("slug").max_length

# Paths under /manage/badges/ that are not a badge's.
RESERVED_SLUGS = frozenset({"new"})
LEVELS = [(value, capfirst(label)) for value, label in BadgeVersion.Level.choices]

# Achievement types: first those that programs like this award, then the rest of the standard's.
_KINDS = [(kind.value, capfirst(kind.label)) for kind in AchievementType]
_USUAL = [(value, label) for value, label in _KINDS if value in USUAL_ACHIEVEMENT_TYPES]
ACHIEVEMENT_TYPES = [
    (_("Usual here"), _USUAL),
    (_("Others"), [kind for kind in _KINDS if kind not in _USUAL]),
]


class SignableTextForm(SignableTextMixin, forms.Form):
    """A form whose text is signed later, so it rejects invisible control characters."""


def slug_for(name: str) -> str:
    """A slug made from the badge's name that no other badge has."""
    slug = slugify(name)[: SLUG_LENGTH - 5].strip("-_") or "badge"
    taken = set(BadgeClass.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    number, free = 2, slug
    while free in taken or free in RESERVED_SLUGS:
        number, free = number + 1, f"{slug}-{number}"
    return free


class CatalogForm(forms.Form):
    """Search and filters of the catalog. Invalid values are ignored rather than rejected."""

    HOURS = [("", _("Any length")), ("0-5", _("Up to 5 hours")), ("5-15", _("5 to 15 hours")),
             ("15-30", _("15 to 30 hours")), ("30-", _("More than 30 hours"))]  # fmt: skip
    SORTS = [("", _("Best match")), ("name", _("Name")), ("new", _("Newest")),
             ("short", _("Fewest hours"))]  # fmt: skip

    q = forms.CharField(
        label=_("Search badges"), required=False, max_length=200,
        widget=forms.SearchInput(attrs={"placeholder": _("For example: media, accessibility")}),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), required=False)
    level = forms.ChoiceField(
        label=_("Level"), required=False,
        choices=[("", _("Any level")), *LEVELS],
    )  # fmt: skip
    hours = forms.ChoiceField(label=_("Hours"), required=False, choices=HOURS)
    framework = forms.ChoiceField(label=_("Standards"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False,
        choices=[("", _("Any language")), *BadgeVersion._meta.get_field("language").choices],
    )  # fmt: skip
    issuer = forms.ChoiceField(label=_("Issued by"), required=False)
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=SORTS)

    def __init__(self, data, *, categories, issuers, frameworks):
        super().__init__(data)
        self.fields["category"].choices = [("", _("All categories")), *categories]
        self.fields["issuer"].choices = [("", _("Any issuer")), *issuers]
        self.fields["framework"].choices = [("", _("Any standards")), *frameworks]

    @property
    def chosen(self) -> dict[str, str]:
        """The valid values, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def chosen_filters(self) -> list[dict[str, str]]:
        """The labels of the active filters, each with the field name that removes it."""
        return [
            {
                "name": name,
                "field": self.fields[name].label,
                "label": dict(self.fields[name].choices)[value],
            }
            for name, value in self.chosen.items()
            if name not in {"q", "sort"}
        ]


class DetailsForm(AiUseFields, EditFormMixin, ReviewRulesMixin, SignableTextForm):
    """The texts of a badge's version, and the rules of the badge."""

    derived_fields = frozenset({"renewal_days_before", "recording_megabytes", *REVIEW_FIELDS[1:]})

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Short enough to read on a phone.")
    )
    slug = forms.SlugField(
        label=_("Short name in addresses"), max_length=SLUG_LENGTH, required=False,
        help_text=_("Letters, numbers, and hyphens. Leave blank to create it from the name."),
    )  # fmt: skip
    issuer = forms.ModelChoiceField(
        label=_("Issued by"), queryset=Issuer.objects.none(), empty_label=None,
        help_text=_("Who stands behind the badge. It can’t be changed after the badge is "
                    "published."),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), empty_label=_("Choose a category")
    )
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    hours = forms.DecimalField(
        label=_("Hours of learning"), max_digits=5, decimal_places=1, min_value=0, initial=0,
        help_text=_("Learning, trying it out, and writing it up."),
    )  # fmt: skip
    units = forms.DecimalField(
        label=_("University units"), max_digits=4, decimal_places=2, min_value=0, initial=0,
        help_text=_("Granted for it by a university, if any. Otherwise 0."),
    )  # fmt: skip
    achievement_type = forms.ChoiceField(
        label=_("Kind of achievement"), choices=ACHIEVEMENT_TYPES,
        initial=AchievementType.MICRO_CREDENTIAL,
        help_text=_("How wallets and employers’ systems classify it."),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Short description"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences for the card."),
    )  # fmt: skip
    about = forms.CharField(
        label=_("What it is about"), required=False, max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Markdown: **bold**, *italic*, lists with - and [links](https://…)."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), choices=BadgeVersion._meta.get_field("language").choices
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=MAX_TAGS * (MAX_TAG_LENGTH + 2),
        help_text=_("Words people may search for, separated by commas."),
    )  # fmt: skip
    turnaround_days = forms.IntegerField(
        label=_("Turnaround in working days"), initial=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("The deadline for an answer. It is promised on the badge’s page."),
    )  # fmt: skip
    waiting_hours = forms.IntegerField(
        label=_("Waiting period in hours"), required=False,
        validators=[MinValueValidator(0), MaxValueValidator(24 * 30)],
        help_text=_("Between approval and issue. Leave blank to use the issuer’s."),
    )  # fmt: skip
    valid_months = forms.IntegerField(
        label=_("Valid for how many months"), required=False,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_VALID_MONTHS)],
        help_text=_("From the day it is awarded. Leave blank for a badge that does not expire."),
    )  # fmt: skip
    renewable = forms.BooleanField(
        label=_("Can be earned again when it expires"), required=False,
        help_text=_("Otherwise no one is awarded it a second time."),
    )  # fmt: skip
    renewal_days_before = forms.IntegerField(
        label=_("How many days before it expires"), required=False,
        validators=[MinValueValidator(0), MaxValueValidator(3650)],
        help_text=_("From then on it can be earned again. Blank or 0: only once it has expired."),
    )  # fmt: skip
    shows_earner_to_reviewers = forms.BooleanField(
        label=_("Reviewers see the educator’s name"), required=False,
        help_text=_("Leave this off unless the evidence can’t be reviewed without knowing who "
                    "sent it. The badge’s page says it, and educators read it before they send."),
    )  # fmt: skip
    recording_megabytes = forms.IntegerField(
        label=_("Largest video or sound recording, in MB"), required=False,
        initial=USUAL_RECORDING_MEGABYTES,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_RECORDING_MEGABYTES)],
        help_text=_("For criteria that accept files. Blank: 500. 0: no video and no sound as "
                    "evidence."),
    )  # fmt: skip

    def __init__(self, *args, user: User, badge_class: BadgeClass | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.badge_class = badge_class
        if not settings.TAKES_RECORDINGS:
            self.fields["recording_megabytes"].help_text = _(
                "Educators can’t add video or sound at the moment, because this server has no "
                "program that checks it. The people who run the server can install it: "
                "requirements/recordings.txt. Links to recordings work as before."
            )
        offered = Category.objects.offered()
        if badge_class:  # it keeps a category that was retired meanwhile
            offered |= Category.objects.filter(pk=badge_class.category_id)
        self.fields["category"].queryset = offered
        if badge_class and badge_class.status != BadgeClass.Status.DRAFT:
            # People have earned this badge, so its slug and issuer no longer change.
            del self.fields["slug"], self.fields["issuer"]
        else:
            self.fields["issuer"].queryset = Issuer.objects.managed_by(user)

    def clean_recording_megabytes(self):
        typed = self.cleaned_data["recording_megabytes"]
        return USUAL_RECORDING_MEGABYTES if typed is None else typed

    def clean_renewal_days_before(self):
        return self.cleaned_data["renewal_days_before"] or 0

    def clean(self):
        cleaned = super().clean()
        if "valid_months" not in cleaned or "renewal_days_before" not in cleaned:
            return cleaned
        if not cleaned["renewable"]:
            cleaned["renewal_days_before"] = 0
        elif not cleaned["valid_months"]:
            self.add_error(
                "valid_months",
                _(
                    "Enter how many months it is valid: a badge that does not expire is not "
                    "renewed."
                ),
            )
        elif cleaned["renewal_days_before"] > cleaned["valid_months"] * DAYS_PER_MONTH:
            self.add_error("renewal_days_before", _("This is longer than the badge is valid."))
        return cleaned

    def clean_tags(self):
        if not is_signable(self.cleaned_data["tags"]):
            raise unsignable_error(self.fields["tags"].label)
        tags = [" ".join(tag.split()) for tag in self.cleaned_data["tags"].split(",")]
        # Drop repeated tags; the first one keeps its place.
        tags = list({tag.casefold(): tag for tag in reversed(tags) if tag}.values())[::-1]
        if len(tags) > MAX_TAGS:
            raise forms.ValidationError(
                _("Use at most %(limit)d tags."), params={"limit": MAX_TAGS}
            )
        if any(len(tag) > MAX_TAG_LENGTH for tag in tags):
            raise forms.ValidationError(
                _("A tag has at most %(limit)d characters. Separate tags with commas."),
                params={"limit": MAX_TAG_LENGTH},
            )
        return tags

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if not slug:
            return slug_for(self.cleaned_data.get("name", ""))
        taken = BadgeClass.objects.filter(slug=slug)
        if self.badge_class:
            taken = taken.exclude(pk=self.badge_class.pk)
        if slug in RESERVED_SLUGS or taken.exists():
            raise _taken(slug)
        return slug

    def add_slug_taken_error(self) -> None:
        """Add the error for a slug that was taken after this form was validated."""
        self.add_error("slug", _taken(self.cleaned_data["slug"]))

    @property
    def version_fields(self) -> dict:
        return {name: self.cleaned_data[name] for name in VERSION_FIELDS}

    @property
    def rules(self) -> dict:
        return {name: self.cleaned_data[name] for name in RULE_FIELDS if name in self.fields}


def _taken(slug: str) -> forms.ValidationError:
    return forms.ValidationError(
        _("This address is taken. “%(free)s” is available."), params={"free": slug_for(slug)}
    )


def _alt_field() -> forms.CharField:
    return forms.CharField(
        label=_("Describe the artwork"), max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For people who can’t see it: what is on the badge, in one sentence."),
    )  # fmt: skip


class ComposeArtForm(EditFormMixin, SignableTextForm):
    """Composes an ArtSpec, with one choice for each part of the pin."""

    LABELS = {
        "shape": _("Shape"), "palette": _("Colors"), "metal": _("Metal"), "rim": _("Rim"),
        "pattern": _("Pattern"), "field": _("Middle"), "icon": _("Icon"), "ribbon": _("Ribbon"),
    }  # fmt: skip

    text = forms.CharField(
        label=_("Text on the ribbon"), required=False, max_length=TEXT_LIMIT,
        help_text=_("Up to 20 characters. Leave blank for a badge without a ribbon."),
    )  # fmt: skip
    image_alt = _alt_field()
    # The name of an uploaded file, to notice that another artwork was uploaded meanwhile.
    artwork = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in self.LABELS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=art_labels.choices(name), initial=getattr(ArtSpec(), name)
            )
        self.order_fields([*self.LABELS, "text", "image_alt"])

    def clean(self):
        cleaned = super().clean()
        if "artwork" in self.changed_elsewhere:
            self.add_error(
                None,
                _(
                    "Another artwork was saved in another window. It is shown above. To replace "
                    "it with yours, save again."
                ),
            )
        if all(name in cleaned for name in (*self.LABELS, "text")):
            try:
                self.spec = ArtSpec(
                    text=cleaned["text"], **{name: cleaned[name] for name in self.LABELS}
                )
            except ArtSpecError as refusal:
                # Only the text can be invalid here; the other fields have validated their choices.
                self.add_error(
                    refusal.field,
                    _("Some of this can’t be engraved. Use letters, numbers, and plain signs."),
                )
        return cleaned

    @property
    def preview_spec(self) -> ArtSpec:
        """The form's current choices, with defaults in place of invalid ones."""
        chosen = {name: self[name].value() for name in (*self.LABELS, "text")}
        default = ArtSpec()
        for name, value in chosen.items():
            try:
                ArtSpec(**{name: value or getattr(default, name)})
            except ArtSpecError:
                chosen[name] = None
        return ArtSpec(**{name: value or getattr(default, name) for name, value in chosen.items()})


class DescribedImageForm(EditFormMixin, SignableTextForm):
    """For an `image` with a description, which can be changed without uploading the image again."""

    # Set once an image has been accepted; without one, only the description changes.
    art: Art | None = None

    def __init__(self, *args, has_image: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["image"].required = not has_image

    def clean_image(self):
        file = self.cleaned_data["image"]
        if isinstance(file, UploadedFile):
            try:
                self.art = to_badge_art(file)
            except ImageRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return file


class UploadArtForm(DescribedImageForm):
    image = forms.FileField(
        label=_("Image"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
        help_text=_(
            "PNG, JPEG, or SVG, up to 5 MB and at least 200 × 200 pixels. It becomes a square "
            "PNG, and an SVG is kept with it. Corners can be transparent."
        ),
    )  # fmt: skip
    image_alt = _alt_field()
