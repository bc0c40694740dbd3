"""Filters of open reviews, in the address, and what a coordinator does with chosen ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.forms import ReasonForm
from reviewing.models import Assignment, Place

MOST_AT_ONCE = 100
NOBODY = "nobody"


class OpenReviewsForm(forms.Form):
    reviewer = forms.ChoiceField(label=_("Reviewer"), required=False)
    badge = forms.ChoiceField(label=_("Badge"), required=False)
    late = forms.BooleanField(label=_("Only late ones"), required=False)

    def __init__(self, *args, people: Iterable[User], badges, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [
            ("", _("Any")),
            (NOBODY, _("Nobody yet")),
            *sorted(((str(one.pk), str(one)) for one in people), key=lambda choice: choice[1]),
        ]
        self.fields["badge"].choices = [("", _("Any")), *badges]

    def apply(self, places: QuerySet[Place], *, today: date) -> QuerySet[Place]:
        """What can't be read filters nothing, and is shown as an error."""
        values = self.cleaned_data
        unfinished = Assignment.objects.unfinished()
        if (reviewer := values.get("reviewer")) == NOBODY:
            places = places.exclude(pk__in=unfinished.values("place"))
        elif reviewer:
            person = User.objects.filter(pk=reviewer).values("person_key")
            theirs = unfinished.filter(reviewer__person_key__in=person)
            places = places.filter(pk__in=theirs.values("place"))
        if badge := values.get("badge"):
            places = places.filter(attempt__submission__badge_class__slug=badge)
        if values.get("late"):
            places = places.filter(attempt__submission__due_on__lt=today)
        return places

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)


class ToForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Give to"),
        required=False,
        empty_label=_("Back to the queue"),
        error_messages={"invalid_choice": _("This person is no reviewer any more. Choose again.")},
    )

    def __init__(self, *args, reviewers: QuerySet[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = reviewers


class MoveForm(ToForm, ReasonForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The previous reviewer reads it, and it is in the activity log."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Explain why, in one sentence.")},
    )
    field_order = ["to", "reason"]


def chosen_keys(values: Collection[str]) -> dict[int, int | None]:
    """Places with the assignments that the page showed, of values like `12-34` and `12-`."""
    found: dict[int, int | None] = {}
    for value in values:
        place, _sign, reader = value.partition("-")
        if _is_key(place) and (not reader or _is_key(reader)):
            found[int(place)] = int(reader) if reader else None
    return found


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
