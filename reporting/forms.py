from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from reporting.activity import Act
from reporting.periods import Period, Span, period_of
from reporting.permissions import agencies_reported_to
from reporting.scopes import Basis, Scope


class PeriodForm(forms.Form):
    """Agency and period. An invalid choice is shown as an error and falls back to the default."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, empty_label=_("All agencies")
    )
    by = forms.ChoiceField(label=_("Count by"), choices=Basis, required=False)
    span = forms.ChoiceField(label=_("Period"), choices=Span, required=False)
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)  # the period of this page

    def __init__(self, *args, agencies, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.agencies = list(agencies)
        field = self.fields["agency"]
        field.queryset = agencies
        # Loaded once, for the choices and for the numbers.
        field.choices = [("", field.empty_label), *((one.pk, str(one)) for one in self.agencies)]

    @classmethod
    def asked(cls, request, *, span: Span = Span.SCHOOL_YEAR) -> PeriodForm:
        """What the address of a report asks for, among what its reader may see."""
        form = cls(
            _with_one_period({"span": span, **request.GET.dict()}),
            agencies=agencies_reported_to(request.user),
            today=timezone.localdate(),
        )
        form.is_valid()
        return form

    def chosen_agencies(self) -> list[int]:
        """Keys of the chosen agency and its descendants, limited to those the user may see."""
        allowed = [agency.pk for agency in self.agencies]
        if chosen := self.cleaned_data.get("agency"):
            below = set(Agency.objects.within(chosen).values_list("pk", flat=True))
            allowed = [pk for pk in allowed if pk in below]
        return allowed

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first one. Choose a later day."))
        typed = self.data.get("first") or self.data.get("last")
        if cleaned.get("span") == Span.DAYS and not typed:
            self.add_error("first", _("Enter the first day, the last day, or both."))
        return cleaned

    def chosen_scope(self) -> Scope:
        basis = Basis(self.cleaned_data.get("by") or Basis.ISSUER)
        return Scope(self.chosen_agencies(), basis)

    def chosen_period(self) -> Period:
        """The days that were typed, or the period if there are none."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first or last:
            return Period(first, last)
        span = self.cleaned_data.get("span") or Span.DAYS
        return period_of(Span.SCHOOL_YEAR if span == Span.DAYS else span, today=self.today)


def _with_one_period(data: dict) -> dict:
    """Days that are entered are the period, until another period is chosen: then they are gone."""
    if data.get("shown") == Span.DAYS != data["span"]:
        data |= {"first": "", "last": ""}
    elif data.get("first") or data.get("last"):
        data["span"] = Span.DAYS
    return data | {"shown": data["span"]}


class ActivityForm(forms.Form):
    person = forms.CharField(
        label=_("Name of the person, or part of it; or their email address"),
        required=False,
        max_length=254,
    )
    act = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Everything")), *Act.choices]
    )
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("Through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def chosen_period(self) -> Period:
        return Period(self.cleaned_data.get("first"), self.cleaned_data.get("last"))
