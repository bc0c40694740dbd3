from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Agency, Group, Membership
from catalog.models import BadgeClass, Pathway
from mailings.states import SignedIn


class Audience(models.Model):
    """Which people an announcement is for. Everything that is chosen must be true of a person.

    A person is looked at with all linked accounts (ADR 62).
    """

    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("people at"),
        help_text=_("They work or have a role there, or in an agency below it."),
    )  # fmt: skip
    role = models.CharField(_("with the role"), max_length=20, blank=True, choices=Membership.Role)
    group = models.ForeignKey(
        Group, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=pgettext_lazy("filter of people", "in the group"),
    )  # fmt: skip
    has_badge = models.ForeignKey(
        BadgeClass, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who have the badge"),
    )  # fmt: skip
    lacks_badge = models.ForeignKey(
        BadgeClass, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who do not have the badge"),
    )  # fmt: skip
    pathway = models.ForeignKey(
        Pathway, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("who have begun the pathway"),
        help_text=_("They have at least one of its badges, and not all of them."),
    )  # fmt: skip
    signed_in = models.CharField(_("last signed in"), max_length=10, blank=True, choices=SignedIn)

    FILTERS = ("agency", "role", "group", "has_badge", "lacks_badge", "pathway", "signed_in")

    class Meta:
        abstract = True

    @property
    def is_filtered(self) -> bool:
        return any(getattr(self, field.attname) for field in self._filter_fields())

    def filters_in_words(self) -> list[tuple[str, str]]:
        """What is chosen, as pairs of a label and its value."""
        chosen = []
        for field in self._filter_fields():
            if not getattr(self, field.attname):
                continue
            display = getattr(self, f"get_{field.name}_display", None)
            value = display() if display else _title_of(getattr(self, field.name))
            chosen.append((str(field.verbose_name), str(value)))
        return chosen

    @classmethod
    def _filter_fields(cls) -> list[models.Field]:
        return [cls._meta.get_field(name) for name in cls.FILTERS]


def _title_of(record: models.Model) -> str:
    if isinstance(record, BadgeClass) and record.current_version:
        return record.current_version.name
    return str(record.title if isinstance(record, Pathway) else record)
