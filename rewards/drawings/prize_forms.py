"""Coordinators' form for the prizes of a drawing: one row for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency
from editing.forms import EditFormMixin, parse_opened
from rewards.drawings.operations.drafts import PrizeContent
from rewards.models import Sponsor
from rewards.sponsors.logos import ACCEPT, FILE_IS_LOST, LogoUnreadable, clean_logo

MAX_PRIZES = 500


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

    def __init__(self, *args, agency: Agency, usable: Sequence[Sponsor], **kwargs):
        super().__init__(*args, **kwargs)
        # A sponsor that was chosen before its agency changed stays with the prize.
        chosen = self.initial.get("sponsor")
        field = self.fields["sponsor"]
        field.queryset = Sponsor.objects.filter(
            Q(pk=getattr(chosen, "pk", None)) | Q(pk__in=Sponsor.objects.usable_in(agency))
        )
        offered = [*usable, chosen] if chosen and chosen not in usable else usable
        # Listed once for all rows of the page.
        field.choices = [("", field.empty_label), *((one.pk, str(one)) for one in offered)]

    def clean(self):
        cleaned = super().clean()
        # clean_picture() has made PNG bytes of an upload.
        if isinstance(cleaned.get("picture"), bytes) and not cleaned.get("picture_alt"):
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
        self.usable = list(Sponsor.objects.usable_in(agency))
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
        return {"agency": self.agency, "usable": self.usable, **opened}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if form.initial.get("position"):
            form.fields["ORDER"].initial = form.initial["position"]

    def clean(self):
        if any(self.errors):
            for form in self.forms:
                if isinstance(form.cleaned_data.get("picture"), bytes):
                    form.add_error("picture", FILE_IS_LOST)
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
