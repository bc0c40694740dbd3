"""The fields of a badge's editor about who reads what is sent in, and how they decide."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from catalog.states import ReviewScheme

REVIEW_FIELDS = (
    "review_scheme", "second_reading_share", "second_reading_first",
    "second_reading_of_new_reviewers", "second_reading_of_declines",
)  # fmt: skip
_NUMBERS = REVIEW_FIELDS[1:4]
SCHEMES = [
    (ReviewScheme.ONE_READER, _("One reader. One person reads it and decides.")),
    (
        ReviewScheme.READER_AND_APPROVER,
        _(
            "A reader and an approver. One person judges; a second one approves it, and may change "
            "the words that the educator reads."
        ),
    ),
    (
        ReviewScheme.TWO_READERS,
        _(
            "Two independent readers. Neither sees the other’s review before both have finished; "
            "if they differ about a required criterion, a third reader decides."
        ),
    ),
]


class ReviewRulesMixin(forms.Form):
    """Second readings are of badges with one reader: the others have a second person anyway."""

    review_scheme = forms.ChoiceField(
        label=_("Who reads what is sent in"), choices=SCHEMES, required=False,
        initial=ReviewScheme.ONE_READER, widget=forms.RadioSelect,
        help_text=_("A change applies to what is sent in for the first time from then on."),
    )  # fmt: skip
    second_reading_share = forms.IntegerField(
        label=_("How many of 100, at random"), required=False, initial=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    second_reading_first = forms.IntegerField(
        label=_("The first submissions for this badge"), required=False, initial=0,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text=_("How many. 10 is a good start for a new badge."),
    )  # fmt: skip
    second_reading_of_new_reviewers = forms.IntegerField(
        label=_("The first reviews of each reviewer"), required=False, initial=0,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text=_("How many reviews for this badge."),
    )  # fmt: skip
    second_reading_of_declines = forms.BooleanField(
        label=_("Every submission that the reader wants to decline"), required=False
    )

    def clean_review_scheme(self):
        return self.cleaned_data["review_scheme"] or ReviewScheme.ONE_READER

    def clean(self):
        cleaned = super().clean()
        for name in _NUMBERS:
            if name in cleaned:
                cleaned[name] = cleaned[name] or 0
        if cleaned.get("review_scheme") != ReviewScheme.ONE_READER:
            cleaned.update(dict.fromkeys(_NUMBERS, 0), second_reading_of_declines=False)
        return cleaned
