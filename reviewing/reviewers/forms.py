from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from editing.forms import EditFormMixin
from reviewing.models.reviewers import MOST_IN_A_WEEK

Choices = Mapping[str, Iterable[tuple[int, str]]]


class _Keys(forms.TypedMultipleChoiceField):
    """Boxes to tick, each for the key of a row."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs) -> None:
        super().__init__(coerce=int, empty_value=[], required=False, **kwargs)


class SettingsForm(EditFormMixin, forms.Form):
    weekly_maximum = forms.IntegerField(
        label=_("At most so many new submissions a week"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_IN_A_WEEK)],
        help_text=_("Counted from Monday. Empty: no limit. It is always possible to take more."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of submissions"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: all languages."),
    )
    categories = _Keys(label=_("Categories known well"))
    badges = _Keys(label=_("Badges known well"))

    def __init__(self, *args, categories, badges: Choices, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = list(categories)
        self.fields["badges"].choices = list(badges.items())


class AbsenceForm(forms.Form):
    first_day = forms.DateField(
        label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first one."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", _("That is over. Choose days to come."))
        return cleaned


class SchoolsForm(forms.Form):
    """Lists the schools that were found, but accepts any."""

    schools = forms.ModelMultipleChoiceField(
        Agency.objects.filter(kind__in=Agency.SCHOOLS),
        label=_("Schools where you worked or learned"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one, or say that you were never at one.")},
    )

    def __init__(self, *args, shown: Iterable[Agency], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schools"].choices = [
            (school.pk, f"{school.name}, {school.parent.name}" if school.parent else school.name)
            for school in shown
        ]


class NamePersonForm(forms.Form):
    address = forms.EmailField(
        label=_("Their email address"),
        help_text=_("They are not told, and nothing shows whether they have an account here."),
    )
