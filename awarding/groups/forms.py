from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from awarding.groups.operations import LONGEST_DAYS
from awarding.lists.forms import BadgeField
from catalog.models import BadgeClass


class GroupBadgeForm(forms.Form):
    badge_class = BadgeField()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["badge_class"].offer_to(user)


class GroupCodeForm(forms.Form):
    badge_class = BadgeField()
    days = forms.IntegerField(
        label=_("Days until it closes"), min_value=1, max_value=LONGEST_DAYS, initial=1
    )

    def __init__(self, *args, badges: list[BadgeClass], **kwargs):
        super().__init__(*args, **kwargs)
        found = BadgeClass.objects.filter(pk__in=[badge.pk for badge in badges]).published()
        self.fields["badge_class"].queryset = found.select_related("current_version")
