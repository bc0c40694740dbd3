"""Public holidays and school calendars, chosen day by day."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core import signing
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.closed_days import public_holidays
from accounts.closed_days.calendars import LARGEST_FILE, Event, Found, Unreadable, read
from accounts.one_line import OneLineField
from editing.forms import EditFormMixin

YEARS_AHEAD = 3
LONGEST_CLOSED = 100  # days
_SALT = "office.closed_days"
_KEPT_SECONDS = 24 * 60 * 60
# In names of days off, in both languages. Events with them are ticked at first.
_DAYS_OFF = (
    "no school", "holiday", "break", "recess", "closed", "day off", "vacation", "no classes",
    "sin clases", "feriado", "festivo", "vacaciones", "receso", "cerrado",
)  # fmt: skip


class ClosedDayForm(forms.Form):
    """A holiday, or a stretch of days such as a winter break."""

    name = OneLineField(
        label=gettext_lazy("What"),
        max_length=100,
        help_text=gettext_lazy("For example “Winter break”."),
    )
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Blank for a single day."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last") or cleaned.get("first")
        if first and last:
            cleaned["last"] = last
            if last < first:
                self.add_error("last", _("The last day is before the first."))
            elif (last - first).days >= LONGEST_CLOSED:
                self.add_error("last", _("This is longer than a summer. Check both days."))
            elif abs((first - timezone.localdate()).days) > 3 * 366:
                self.add_error("first", _("Check the year: this is years away."))
        return cleaned


class PlaceForm(EditFormMixin, forms.Form):
    """Whose holidays are offered. After another country, its states can be chosen."""

    holiday_country = forms.ChoiceField(label=gettext_lazy("Country"))
    holiday_state = forms.ChoiceField(
        label=gettext_lazy("State or region"), required=False,
        help_text=gettext_lazy("After choosing another country, press the button to see its own."),
    )  # fmt: skip

    def __init__(self, *args, country: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["holiday_country"].choices = public_holidays.country_choices()
        self.fields["holiday_state"].choices = [
            ("", _("The whole country")), *public_holidays.state_choices(country),
        ]  # fmt: skip


class HolidaysForm(forms.Form):
    """The holidays of one year. Those that are closed already are not offered."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days"), widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one day."),
            "invalid_choice": gettext_lazy("The list has changed. Look at it again."),
        },
    )  # fmt: skip

    def __init__(self, *args, offered: dict[date, str], **kwargs):
        kwargs.setdefault("initial", {"days": [str(day) for day in offered]})
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["days"].choices = [
            (str(day), f"{formats.date_format(day, 'D, M j')}: {name}")
            for day, name in offered.items()
        ]

    @property
    def chosen(self) -> dict[date, str]:
        picked = set(self.cleaned_data["days"])
        return {day: name for day, name in self.offered.items() if str(day) in picked}


class CalendarForm(forms.Form):
    """`found` holds the events of the file."""

    found: Found | None = None
    file = forms.FileField(
        label=gettext_lazy("Calendar file"), required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=gettext_lazy("iCalendar (.ics), up to 2 MB."),
    )  # fmt: skip
    pasted = forms.CharField(
        label=gettext_lazy("Or paste it here"), required=False, max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("It begins with BEGIN:VCALENDAR."),
    )  # fmt: skip

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        cleaned = super().clean()
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "").strip()
        if self.errors:
            return cleaned
        field = "file" if file else "pasted"
        if not file and not pasted:
            self.add_error("file", _("Choose a file, or paste a calendar."))
            return cleaned
        data = file.read(LARGEST_FILE + 1) if file else pasted.encode()
        try:
            self.found = read(data, today=self.today)
        except Unreadable as error:
            self.add_error(field, str(error))
            return cleaned
        if not self.found.events:
            self.add_error(field, _("There is no all-day event on a working day to come in it."))
        return cleaned


class EventsForm(forms.Form):
    """The events of a calendar that was read before, which the page carries along, signed."""

    calendar = forms.CharField(widget=forms.HiddenInput)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one event.")},
    )  # fmt: skip

    def __init__(self, *args, events: list[Event], known: set[str], **kwargs):
        super().__init__(*args, **kwargs)
        # A canceled event matters only if its days are closed.
        self.listed = [event for event in events if event.days or event.uid in known]
        self.fields["calendar"].initial = _packed(self.listed)
        self.fields["events"].choices = [
            (str(n), _in_words(event)) for n, event in enumerate(self.listed)
        ]
        self.fields["events"].initial = [
            str(n)
            for n, event in enumerate(self.listed)
            if event.uid in known or any(words in event.name.casefold() for words in _DAYS_OFF)
        ]

    @property
    def chosen(self) -> list[Event]:
        return [self.listed[int(n)] for n in self.cleaned_data["events"]]


def unpacked(text: str) -> list[Event] | None:
    """The events that a page carried along; None if it is too old or was changed."""
    try:
        rows = signing.loads(text, salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return [Event(uid, name, [date.fromisoformat(day) for day in days]) for uid, name, days in rows]


def _packed(events: list[Event]) -> str:
    rows = [(event.uid, event.name, [str(day) for day in event.days]) for event in events]
    return signing.dumps(rows, salt=_SALT, compress=True)


def _in_words(event: Event) -> str:
    if not event.days:
        return _("%(name)s: canceled in the calendar; its days become working days") % {
            "name": event.name
        }
    first, last = (formats.date_format(day, "M j, Y") for day in (event.days[0], event.days[-1]))
    count = ngettext("%(count)s day", "%(count)s days", len(event.days)) % {
        "count": len(event.days)
    }
    return f"{event.name}: {first}" if first == last else f"{event.name}: {first} – {last}, {count}"
