"""Forms for a pathway's name and steps, and for suspending it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import SignableTextForm
from catalog.models import BadgeClass


class PathwayForm(SignableTextForm):
    """The name of a pathway, and the badge to add as the next step."""

    name = forms.CharField(
        label=_("Name of the pathway"), max_length=120, required=False,
        help_text=_("Leave blank to use the badge’s name."),
    )  # fmt: skip
    add = forms.ChoiceField(label=_("Add a badge"), required=False)

    def __init__(self, *args, badge_class: BadgeClass, steps: list[BadgeClass], **kwargs):
        super().__init__(*args, **kwargs)
        self.steps = steps
        taken = {badge_class.pk, *(step.pk for step in steps)}
        offered = BadgeClass.objects.published().exclude(pk__in=taken)
        groups: dict[str, list[tuple[str, str]]] = {}
        for category, slug, name in offered.order_by(
            "category__position", "category__name", "current_version__name", "pk"
        ).values_list("category__name", "slug", "current_version__name"):
            groups.setdefault(category, []).append((slug, name))
        self.fields["add"].choices = [("", _("Choose a badge")), *groups.items()]


class SuspendForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is suspended"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown on the pathway’s page."),
    )  # fmt: skip
