"""Forms for a pathway's name and steps, and for suspending it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import SignableTextForm
from catalog.models import BadgeClass
from editing.forms import EditFormMixin
from program.two_languages import in_language

MAX_STEPS = 30


class PathwayForm(EditFormMixin, SignableTextForm):
    """The name of a pathway, its steps, and the badge to add as the next step."""

    new_input = frozenset({"add"})

    name = forms.CharField(
        label=_("Name of the pathway"), max_length=120, required=False,
        help_text=_("Leave blank to use the badge’s name."),
    )  # fmt: skip
    # The slugs of the steps, in their order.
    step = forms.Field(label=_("Steps"), required=False, widget=forms.MultipleHiddenInput)
    add = forms.ChoiceField(label=_("Add a badge"), required=False)

    def __init__(self, *args, badge_class: BadgeClass, **kwargs):
        super().__init__(*args, **kwargs)
        stored = badges_of(self.initial["step"])
        self.fields["step"].choices = [(step.slug, step.current_version.name) for step in stored]
        taken = {badge_class.pk, *(step.pk for step in self.steps)}
        offered = BadgeClass.objects.published().exclude(pk__in=taken)
        groups: dict[str, list[tuple[str, str]]] = {}
        for category, spanish, slug, name in offered.order_by(
            "category__position", "category__name", "current_version__name", "pk"
        ).values_list("category__name", "category__name_es", "slug", "current_version__name"):
            groups.setdefault(in_language(category, spanish), []).append((slug, name))
        self.fields["add"].choices = [("", _("Choose a badge")), *groups.items()]

    @property
    def steps(self) -> list[BadgeClass]:
        return badges_of(self["step"].value())


def badges_of(slugs: list[str]) -> list[BadgeClass]:
    """The badges of these steps, in their order. Unknown and repeated slugs are left out."""
    slugs = list(dict.fromkeys(slugs))[:MAX_STEPS]
    readable = BadgeClass.objects.readable().select_related("current_version")
    found = {badge_class.slug: badge_class for badge_class in readable.filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


class SuspendForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is suspended"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown on the pathway’s page."),
    )  # fmt: skip
