"""Coordinators' forms for a drawing: rules, sources of randomness, prizes, reasons."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Membership, User
from catalog.models import BadgeClass
from editing.forms import EditFormMixin, parse_opened
from rewards.drand import operations as rounds
from rewards.drawings.operations.drafts import M2M_FIELDS, PrizeContent
from rewards.drawings.rules_text import default_rules_text
from rewards.models import DrawingRules, Sponsor
from rewards.sponsors.logos import ACCEPT, LogoUnreadable, clean_logo

MAX_PRIZES = 500
# Far above any sensible value. A typo could otherwise create millions of chances or an impossible
# date, and announced rules cannot be undone.
MAX_VALUES = {
    "confirm_days": 365, "chances_per_badge": 100, "most_chances": 10_000,
    "prizes_per_person": MAX_PRIZES,
}  # fmt: skip
DATE_FIELDS = ("opens_on", "ends_on", "closes_at", "disputes_until", "draws_at")
MAX_DISTANCE = timedelta(days=5 * 366)


class MomentInput(forms.DateTimeInput):
    def __init__(self):
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    def __init__(self):
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class BadgesField(forms.ModelMultipleChoiceField):
    """Shows badges by name."""

    def label_from_instance(self, badge_class):
        return badge_class.current_version.name


class RulesForm(EditFormMixin, forms.ModelForm):
    """The unannounced rules. `title` is shown for drafts, `agency` for new drawings only."""

    title = forms.CharField(
        label=_("Title"), max_length=150, help_text=_("For example “Spring drawing 2027”.")
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Run by"))

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
        return cleaned


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
        final_from = timezone.localdate(self.final_from)
        for form in self.forms:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            day, at = form.cleaned_data["when"], form.cleaned_data["at"]
            for name, moment in (("when", day), ("at", at)):
                if moment and not _is_near(moment):
                    form.add_error(name, _("Check the year: this is more than five years away."))
            if form.cleaned_data["kind"] == "drand":
                if at and at < self.draws_at:
                    form.add_error(
                        "at", _("Choose a time at or after the draw: only then is the list final.")
                    )
            elif day <= final_from:
                form.add_error("when", _("Choose a day after disputes end."))

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
        return {
            "name": typed["name"],
            "kind": typed["kind"],
            "where": typed["where"],
            "when": typed["when"].isoformat(),
        }


SourceFormSet = forms.formset_factory(
    SourceForm, BaseSourceFormSet, extra=2, max_num=8, can_delete=True
)


class PrizeForm(EditFormMixin, forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Prize"), max_length=150)
    worth = forms.DecimalField(
        label=_("Value in dollars"), min_value=0, max_digits=9, decimal_places=2
    )
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=500, initial=1)
    sponsor = forms.ModelChoiceField(
        Sponsor.objects.none(), label=_("Donated by"), required=False,
        empty_label=_("The program itself"),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    how_to_collect = forms.CharField(
        label=_("How to collect it"), widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text=_("Only the winner reads this."),
    )  # fmt: skip
    adults_only = forms.BooleanField(label=_("For adults only"), required=False)
    # Not an ImageField, which would decode the file here, in the web process.
    picture = forms.FileField(
        label=_("Image"), required=False, help_text=_("PNG, JPEG, or WebP, up to 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )  # fmt: skip
    picture_alt = forms.CharField(
        label=_("What the image shows"), max_length=250, required=False,
        help_text=_("For people who can’t see it."),
    )  # fmt: skip

    def __init__(self, *args, agency: Agency, **kwargs):
        super().__init__(*args, **kwargs)
        # A sponsor that was chosen before its agency changed stays with the prize.
        chosen = Q(pk=getattr(self.initial.get("sponsor"), "pk", None))
        sponsors = Sponsor.objects.filter(chosen | Q(pk__in=Sponsor.objects.usable_in(agency)))
        self.fields["sponsor"].queryset = sponsors

    def clean(self):
        cleaned = super().clean()
        if isinstance(cleaned.get("picture"), UploadedFile) and not cleaned.get("picture_alt"):
            self.add_error("picture_alt", _("Describe in a few words what the image shows."))
        return cleaned

    def clean_picture(self):
        picture = self.cleaned_data["picture"]
        if not isinstance(picture, UploadedFile):
            return None
        try:
            return clean_logo(picture)
        except LogoUnreadable as error:
            raise forms.ValidationError(str(error)) from error


class BasePrizeFormSet(forms.BaseFormSet):
    """The prizes of a draft. `stored` are the rows as `drafts.stored_prizes` gives them.

    Rows are compared by the prize that they are about, because another window may have added,
    moved or removed rows meanwhile.
    """

    def __init__(self, data=None, *args, stored: list[dict], agency: Agency, **kwargs):
        self.agency = agency
        self.stored = {row["pk"]: row for row in stored}
        self.gone: set[int] = set()
        if data is None:
            initial = stored
        else:
            keys = [self._posted_key(data, kwargs["prefix"], n) for n in range(MAX_PRIZES + 1)]
            initial = [self.stored.get(key, {}) for key in keys]
            self.gone = {n for n, key in enumerate(keys) if key and key not in self.stored}
        super().__init__(data, *args, initial=initial, **kwargs)

    def get_form_kwargs(self, index):
        # A row that another window removed is compared with nothing: all of it is this window's.
        opened = {"opened": {}} if index in self.gone else {}
        return {"agency": self.agency, **opened}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.initial.get("position"):
            form.fields["ORDER"].initial = form.initial["position"]

    def clean(self):
        for index, form in enumerate(self.forms):
            if "DELETE" in form.changed_here and form.changed_elsewhere - {"ORDER", "pk"}:
                form.add_error(
                    "DELETE",
                    _(
                        "This prize was changed in another window, as shown here. To remove it, "
                        "check the box and save again."
                    ),
                )
            if index not in self.gone or not self._is_changed_here(form):
                continue
            form.add_error(
                "name",
                _(
                    "This prize was removed in another window while you changed it. Save again to "
                    "add it again, or clear its fields."
                ),
            )
            form.data[form.add_prefix("pk")] = ""

    @property
    def contents(self) -> list[PrizeContent]:
        """In their order; of two rows with the same order, the changed one comes first.

        Prizes that another window added are kept.
        """
        posted = [
            (_sort_key(form), _content(form.cleaned_data))
            for index, form in enumerate(self.forms)
            if form.cleaned_data.get("name")
            and not form.cleaned_data.get("DELETE")
            and index not in self.gone
        ]
        known = {form.cleaned_data.get("pk") for form in self.forms}
        added = [
            ((False, row["position"], True), _content(row))
            for pk, row in self.stored.items()
            if pk not in known
        ]
        return [content for _key, content in sorted([*posted, *added], key=lambda each: each[0])]

    @staticmethod
    def _posted_key(data, prefix: str, index: int) -> int | None:
        text = data.get(f"{prefix}-{index}-pk", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def _is_changed_here(self, form: PrizeForm) -> bool:
        opened = parse_opened(self.data.get(form.add_prefix("opened"))) or {}
        return any(
            form.posted_fingerprint(name) not in (None, opened.get(name))
            for name in form.fields
            if name not in {"ORDER", "DELETE", "pk"}
        )


def _content(values: dict) -> PrizeContent:
    names = [field.name for field in fields(PrizeContent) if field.name in values]
    picture = values.get("picture")
    content = {name: values[name] for name in names if name != "picture"}
    return PrizeContent(**content, picture=picture if isinstance(picture, bytes) else None)


def _sort_key(form: PrizeForm) -> tuple[bool, int, bool]:
    order = form.cleaned_data["ORDER"]
    return order is None, order or 0, "ORDER" not in form.changed_data


PrizeFormSet = forms.formset_factory(
    PrizeForm, BasePrizeFormSet, extra=1, max_num=MAX_PRIZES, can_delete=True, can_order=True
)


def _initial_source(source: dict) -> dict:
    """Initial form values of a saved source, without what is derived from its drand round."""
    if source["kind"] != "drand":
        return source
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
