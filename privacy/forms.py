from __future__ import annotations

from datetime import datetime

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.models import LONGEST_REASON, PrivacyRequest
from privacy.permissions import why_not_erased
from privacy.states import RequestStatus


class SureForm(forms.Form):
    sure = forms.BooleanField(
        label=_("I know that this can’t be undone"),
        error_messages={"required": _("Check this box, or go back.")},
    )


class LetterForm(forms.Form):
    """A request that came by letter or phone."""

    email = forms.EmailField(label=_("Email address of the person"))

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        person = User.objects.filter(email=email).first()
        # One answer for both: other agencies' people are none of this coordinator's business.
        if person is None or why_not_erased(self.by, User.objects.same_person(person)):
            raise forms.ValidationError(
                _("You coordinate nobody with this address who can be erased. Check the address.")
            )
        self.person = person
        return email


class AnswerForm(forms.Form):
    """Why a request is refused or on hold. Its person reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it on their own page. An email says that it is there."),
        error_messages={"required": _("Explain why, in one sentence.")},
    )


ORDERS = {
    "due": ("due_on", "pk"),
    "-asked": ("-asked_at", "-pk"),
    "asked": ("asked_at", "pk"),
    "person": ("person__name", "pk"),
    "-ended": ("-ended_at", "-pk"),
}


class RequestFilterForm(forms.Form):
    STATUSES = [
        ("waiting", _("Waiting")),
        ("late", _("Late")),
        ("", _("Any")),
        *RequestStatus.choices,
    ]
    SORTS = [
        ("due", _("Due first")),
        ("-asked", _("Newest first")),
        ("asked", _("Oldest first")),
        ("person", _("Person")),
        ("-ended", _("Last answered first")),
    ]

    q = forms.CharField(label=_("Person"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def apply(self, found: QuerySet[PrivacyRequest], *, now: datetime) -> QuerySet[PrivacyRequest]:
        """What can't be read is shown as an error and filters nothing."""
        values = self.cleaned_data
        for word in values.get("q", "").split()[:8]:
            name = Q(person__name__icontains=word) | Q(person__email__icontains=word)
            found = found.filter(name)
        match values.get("status"):
            case "waiting":
                found = found.waiting()
            case "late":
                found = found.late(now=now)
            case status if status:
                found = found.filter(status=status)
        if values.get("sort") == "-ended":
            found = found.exclude(ended_at=None)
        return found.order_by(*ORDERS.get(values.get("sort") or "due", ORDERS["due"]))

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("q", "status"))
