from __future__ import annotations

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Group, Membership, User
from accounts.one_line import OneLineField
from catalog.models import BadgeClass, Pathway
from editing.forms import EditFormMixin
from mailings.models import Announcement, MailingList
from mailings.states import Purpose, SignedIn


class AgencyChoice(forms.ModelChoiceField):
    """An agency, shown below those that it belongs to."""

    def label_from_instance(self, agency):
        return "\N{EM SPACE}" * agency.depth + agency.name


class GroupChoice(forms.ModelChoiceField):
    def label_from_instance(self, group):
        return f"{group.name} ({group.agency.name})"


class TitleChoice(forms.ModelChoiceField):
    def label_from_instance(self, record):
        version = record.current_version if isinstance(record, BadgeClass) else None
        return version.name if version else getattr(record, "title", str(record))


class AnnouncementForm(EditFormMixin, forms.ModelForm):
    """Says which people may be written to at all, and which of them it is for."""

    # News goes to a list. Service letters go to no list, whatever is chosen there.
    derived_fields = frozenset({"mailing_list"})

    class Meta:
        model = Announcement
        fields = [
            "purpose", "mailing_list", *Announcement.FILTERS,
            "subject", "subject_es", "body", "body_es",
        ]  # fmt: skip
        field_classes = {
            **dict.fromkeys(["subject", "subject_es"], OneLineField),
            "agency": AgencyChoice,
            "group": GroupChoice,
            **dict.fromkeys(["has_badge", "lacks_badge", "pathway"], TitleChoice),
        }
        widgets = {"purpose": forms.RadioSelect}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        coordinated = MailingList.objects.coordinated_by(user)
        agencies = Agency.objects.where_user_is(user, Membership.Role.COORDINATOR)
        badges = BadgeClass.objects.readable().select_related("current_version")
        choices = {
            "mailing_list": coordinated,
            "agency": agencies.in_the_order_of_the_tree(),
            "group": Group.objects.open().coordinated_by(user).select_related("agency"),
            "has_badge": badges.order_by("current_version__name", "pk"),
            "lacks_badge": badges.order_by("current_version__name", "pk"),
            "pathway": Pathway.objects.readable().with_badge(),
        }
        for name, queryset in choices.items():
            self.fields[name].queryset = queryset
            self.fields[name].empty_label = _("Any")
        self.fields["mailing_list"].empty_label = _("No list")
        self.fields["purpose"].choices = Purpose.choices
        for name, offered in (("role", Membership.Role), ("signed_in", SignedIn)):
            words = [(value, capfirst(str(label))) for value, label in offered.choices]
            self.fields[name].choices = [("", _("Any")), *words]
        if not self.instance.pk and (first := coordinated.first()):
            self.initial.setdefault("mailing_list", first.pk)

    def clean(self):
        cleaned = super().clean()
        purpose = cleaned.get("purpose")
        if purpose == Purpose.SERVICE:
            cleaned["mailing_list"] = None
            if not cleaned.get("agency") and "agency" not in self.errors:
                self.add_error("agency", _("Choose whose people it is for."))
        elif not cleaned.get("mailing_list") and "mailing_list" not in self.errors:
            self.add_error("mailing_list", _("News goes to a mailing list. Choose one."))
        return cleaned

    @property
    def filters(self) -> list[forms.BoundField]:
        return [self[name] for name in Announcement.FILTERS]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in ("subject", "subject_es", "body", "body_es")]
