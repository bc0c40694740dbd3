"""Coordinators' forms for a drawing: rules, sources of randomness, prizes, reasons."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from catalog.models import BadgeClass
from editing.forms import EditFormMixin
from mail.moments import with_zone
from rewards import sources
from rewards.drand import operations as rounds
from rewards.drawings.operations.drafts import M2M_FIELDS
from rewards.drawings.prize_forms import MAX_PRIZES
from rewards.drawings.rules_text import default_rules_text
from rewards.models import DrawingRules

# Far above any sensible value. A typo could otherwise create millions of chances or an impossible
# date, and announced rules cannot be undone.
MAX_VALUES = {
    "confirm_days": 365, "chances_per_badge": 100, "most_chances": 10_000,
    "prizes_per_person": MAX_PRIZES,
}  # fmt: skip
DATE_FIELDS = ("opens_on", "ends_on", "closes_at", "disputes_until", "draws_at")
# What a source of numbers says about them.
SHAPE = ("count", "lowest", "highest", "distinct")
MOST_NUMBERS = 30
LARGEST_NUMBER = 1_000_000_000
MAX_DISTANCE = timedelta(days=5 * 366)


class MomentInput(forms.DateTimeInput):
    def __init__(self):
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    def __init__(self):
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    def __init__(self):
        super().__init__(attrs={"type": "time"}, format="%H:%M")


class BadgesField(forms.ModelMultipleChoiceField):
    """Shows badges by name."""

    def label_from_instance(self, badge_class):
        return badge_class.current_version.name


class RulesForm(EditFormMixin, forms.ModelForm):
    """The unannounced rules. `title` is shown for drafts, `agency` for new drawings only."""

    title = forms.CharField(
        label=_("Title"), max_length=150, help_text=_("For example “Spring drawing 2027”.")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Run by"), empty_label=_("Choose an agency")
    )

    class Meta:
        model = DrawingRules
        fields = [
            "opens_on", "ends_on", "counts_by", "closes_at", "disputes_until", "draws_at",
            "confirm_days", "chances_per_badge", "most_chances", "prizes_per_person",
            "excludes_staff", "offers_free_entry", *M2M_FIELDS, "text", "change_note",
        ]  # fmt: skip
        field_classes = {"badge_classes": BadgesField, "excluded_badge_classes": BadgesField}
        widgets = {
            "opens_on": DayInput(), "ends_on": DayInput(), "closes_at": MomentInput(),
            "disputes_until": MomentInput(), "draws_at": MomentInput(),
            "agencies": forms.CheckboxSelectMultiple, "categories": forms.CheckboxSelectMultiple,
            "badge_classes": forms.SelectMultiple(attrs={"size": 8}),
            "excluded_badge_classes": forms.SelectMultiple(attrs={"size": 8}),
            "text": forms.Textarea(attrs={"rows": 24}),
            "change_note": forms.Textarea(attrs={"rows": 3}),
        }  # fmt: skip
        help_texts = {
            "ends_on": _("Both are whole days and count."),
            "closes_at": _(
                "A few days after the last day that counts, so that badges on the way can "
                "arrive. Badges issued later than this do not count."
            ),
            "disputes_until": _("Give people a few days to look for their receipts on the list."),
            "draws_at": _("Not before this time. The public numbers are entered then."),
            "most_chances": _("Leave blank for no limit."),
            "text": _("In plain language. A blank line starts a paragraph, # a heading."),
            "change_note": _("Everyone who has an entry receives this text."),
        }

    def __init__(self, *args, user: User, title: str = "", agency=None, **kwargs):
        super().__init__(*args, **kwargs)
        drawing = self.instance.drawing if self.instance.drawing_id else None
        self.fields["agency"].queryset = Agency.objects.where_user_is(
            user, Membership.Role.COORDINATOR
        )
        readable = BadgeClass.objects.readable().select_related("current_version")
        for name in ("badge_classes", "excluded_badge_classes"):
            self.fields[name].queryset = readable.order_by("current_version__name")
        for name, largest in MAX_VALUES.items():
            field = self.fields[name]
            field.validators.append(MaxValueValidator(largest))
            field.widget.attrs |= {"min": 1, "max": largest}
        if drawing is None:
            self.initial.setdefault("text", default_rules_text())
            self.fields["agency"].initial = self.fields["agency"].queryset.first()
        else:
            del self.fields["agency"]
            self.fields["title"].initial = drawing.title
        if drawing and drawing.status != drawing.Status.DRAFT:
            del self.fields["title"]
        if self.instance.number == 1:
            del self.fields["change_note"]

    @property
    def chosen_m2m(self) -> dict[str, list]:
        return {name: list(self.cleaned_data[name]) for name in M2M_FIELDS}

    def clean(self):
        cleaned = super().clean()
        for name in DATE_FIELDS:
            if cleaned.get(name) and not _is_near(cleaned[name]):
                self.add_error(name, _("Check the year: this is more than five years away."))
        opens, ends = cleaned.get("opens_on"), cleaned.get("ends_on")
        closes, disputes = cleaned.get("closes_at"), cleaned.get("disputes_until")
        draws = cleaned.get("draws_at")
        if opens and ends and ends < opens:
            self.add_error("ends_on", _("The last day is before the first."))
        if ends and closes and closes < _end_of(ends):
            self.add_error("closes_at", _("The list must close after the last day that counts."))
        if closes and disputes and disputes < closes:
            self.add_error("disputes_until", _("Disputes are possible only after the list closes."))
        if disputes and draws and draws < disputes:
            self.add_error("draws_at", _("The draw must not take place before disputes end."))
        return cleaned


class SourceForm(EditFormMixin, forms.Form):
    """One public source of randomness. Empty rows are ignored."""

    # Empty by default, so that an untouched row counts as empty.
    kind = forms.ChoiceField(
        label=_("It provides"),
        choices=[
            ("", _("choose")),
            ("numbers", _("numbers")),
            ("text", _("letters and numbers")),
            ("drand", _("a drand round, fetched and checked by the program")),
        ],
    )
    name = forms.CharField(label=_("Source"), max_length=150, required=False)
    where = forms.CharField(label=_("Where anyone can read it"), max_length=300, required=False)
    when = forms.DateField(label=_("For which day"), widget=DayInput(), required=False)
    time = forms.TimeField(
        label=_("At what time it is published"), widget=TimeInput(), required=False,
        help_text=_(
            "The list can be corrected until then. Blank: it can be corrected until that day "
            "begins, and the number is typed in once the day is over."
        ),
    )  # fmt: skip
    count = forms.IntegerField(
        label=_("How many numbers"), min_value=1, max_value=MOST_NUMBERS, required=False
    )
    lowest = forms.IntegerField(
        label=_("The lowest possible"), min_value=0, max_value=LARGEST_NUMBER, required=False,
        help_text=_("Leave both blank if any number is possible, as for a closing value."),
    )  # fmt: skip
    highest = forms.IntegerField(
        label=_("The highest possible"), min_value=0, max_value=LARGEST_NUMBER, required=False
    )
    distinct = forms.BooleanField(label=_("No number comes twice"), required=False)
    at = forms.DateTimeField(
        label=_("For drand: the first round from this time on"), widget=MomentInput(),
        required=False, help_text=_("Blank: from the time of the draw."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") in {"numbers", "text"}:
            for needed in ("name", "where", "when"):
                if needed not in self.errors and not cleaned.get(needed):
                    self.add_error(needed, self.fields["kind"].error_messages["required"])
        if cleaned.get("kind") == "numbers":
            self._check_shape(cleaned)
        return cleaned

    def _check_shape(self, cleaned):
        if "count" not in self.errors and not cleaned.get("count"):
            self.add_error("count", self.fields["kind"].error_messages["required"])
        lowest, highest = cleaned.get("lowest"), cleaned.get("highest")
        if self.errors.keys() & {"lowest", "highest"}:
            return
        if (lowest is None) != (highest is None):
            self.add_error("highest", _("Enter both the lowest and the highest, or neither."))
        elif lowest is not None and highest < lowest:
            self.add_error("highest", _("The highest is below the lowest."))
        elif (
            lowest is not None
            and cleaned["distinct"]
            and cleaned.get("count", 0) > highest - lowest + 1
        ):
            self.add_error("count", _("There are not that many different numbers."))


class BaseSourceFormSet(forms.BaseFormSet):
    """Refuses sources that could be known while the list can still change."""

    final_from: datetime | None = None
    draws_at: datetime | None = None

    def __init__(self, *args, initial=None, **kwargs):
        super().__init__(
            *args, initial=[_initial_source(source) for source in initial or []], **kwargs
        )

    def clean(self):
        if any(self.errors) or self.final_from is None or self.draws_at is None:
            return
        for form in self.forms:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            day, at = form.cleaned_data["when"], form.cleaned_data["at"]
            for name, moment in (("when", day), ("at", at)):
                if moment and not _is_near(moment):
                    form.add_error(name, _("Check the year: this is more than five years away."))
            if form.errors:
                continue
            source = self._content(form.cleaned_data)
            name = "at" if source["kind"] == "drand" else "when"
            if sources.known_from(source) <= self.final_from:
                form.add_error(name, _("Choose a moment after disputes end."))
            elif sources.known_by(source) > self.draws_at:
                form.add_error(
                    name,
                    _(
                        "Everyone can look this up from %(moment)s on, which is after the draw. "
                        "Choose an earlier day, or a later time for the draw."
                    )
                    % {"moment": with_zone(sources.known_by(source))},
                )

    @property
    def contents(self) -> list[dict]:
        return [
            self._content(form.cleaned_data)
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def _content(self, typed: dict) -> dict:
        if typed["kind"] == "drand":
            return rounds.drand_source(typed["at"] or self.draws_at, name=typed["name"])
        source = {
            "name": typed["name"],
            "kind": typed["kind"],
            "where": typed["where"],
            "when": typed["when"].isoformat(),
        }
        if typed["time"]:
            moment = timezone.make_aware(datetime.combine(typed["when"], typed["time"]))
            source["at"] = moment.isoformat()
        if typed["kind"] == "numbers":
            source |= {name: typed[name] for name in SHAPE}
        return source


SourceFormSet = forms.formset_factory(
    SourceForm, BaseSourceFormSet, extra=2, max_num=8, can_delete=True
)


def _initial_source(source: dict) -> dict:
    """Initial form values of a saved source, without what is derived from its drand round."""
    if source["kind"] != "drand":
        moment = datetime.fromisoformat(source["at"]) if "at" in source else None
        shown = {name: value for name, value in source.items() if name != "at"}
        return {**shown, "time": moment and timezone.localtime(moment).time()}
    is_own_name = str(source["round"]) not in source["name"]
    return {
        "kind": "drand",
        "name": source["name"] if is_own_name else "",
        # Sources are JSON, so the moment is saved as text.
        "at": timezone.localtime(datetime.fromisoformat(source["at"])),
    }


def _end_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _is_near(moment: date | datetime) -> bool:
    """Within the years for which dates, time zones and rounds can be computed."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return abs(day - timezone.localdate()) <= MAX_DISTANCE


class ReasonForm(forms.Form):
    """The reason for an action, sent to everyone it concerns."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
