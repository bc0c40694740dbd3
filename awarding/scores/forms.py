from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.one_line import one_line
from awarding.lists.forms import AgencyRowsForm, BadgeField
from awarding.models import Condition, ScoreRule
from awarding.scores.columns import LONGEST_LEVEL, LONGEST_TEST
from awarding.scores.rules import level_needed
from awarding.states import Ladder
from openbadges import text

Kind = ScoreRule.Kind
MOST_FURTHER = 3


class ConditionForm(forms.Form):
    """What a result must be."""

    test = forms.CharField(
        label=_("Test or form"),
        help_text=_(
            "As it appears in the results. Use * for any text: “CASAS Reading*”. Leave blank for "
            "any test."
        ),
        max_length=LONGEST_TEST,
        required=False,
    )
    kind = forms.ChoiceField(label=_("What earns the badge"), choices=Kind, initial=Kind.SCORE)
    value = forms.CharField(
        label=_("Score, gain, or level"),
        help_text=_("For example 228, 80%, 5, or B1. Put several levels on separate lines."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_test(self):
        return one_line(self.cleaned_data["test"])

    def clean(self):
        """Sets `at_least` and `in_percent`, or `levels`, as the kind requires."""
        cleaned = super().clean()
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if not kind or not value:
            return cleaned
        cleaned.update(at_least=None, in_percent=False, levels=[])
        if kind in {Kind.SCORE, Kind.GAIN}:
            try:
                field = forms.DecimalField(max_digits=9, decimal_places=3)
                cleaned["at_least"] = field.clean(value.strip().removesuffix("%").strip())
                cleaned["in_percent"] = value.strip().endswith("%")
            except forms.ValidationError:
                self.add_error("value", _("Write a number, for example 228 or 80%."))
            return cleaned
        levels = [" ".join(line.split()) for line in value.splitlines() if line.strip()]
        if any(
            len(level) > LONGEST_LEVEL or text.has_unwritable_characters(level) for level in levels
        ):
            self.add_error("value", _("A level is a short text, for example B1 or Level 4."))
        elif kind == Kind.LEVEL:
            level = level_needed(levels[0], test=cleaned.get("test", ""))
            if len(levels) > 1 or not level:
                words = _("Write one level with a number in it, or one of A1 to C2.")
                self.add_error("value", words)
            elif not level.ladder:
                words = _("Write the ladder too: ESL Level 3, ABE Level 4, ELPAC Level 3, or B1.")
                self.add_error("value", words)
        cleaned["levels"] = levels
        return cleaned

    @property
    def condition(self) -> Condition:
        names = ("test", "kind", "at_least", "in_percent", "levels")
        return Condition(**{name: self.cleaned_data[name] for name in names})


class FurtherForm(ConditionForm):
    """A further result that a rule needs; left blank if it needs none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        self.fields["test"].help_text = self.fields["value"].help_text = ""

    def has_changed(self):
        return any((self[name].data or "").strip() for name in ("test", "value"))


class ScoreRuleForm(ConditionForm):
    """A rule: what one result must be, or several, of which all or some are needed."""

    badge_class = BadgeField()
    needed = forms.TypedChoiceField(
        label=_("How many of the results are needed"),
        choices=[
            ("", _("all of them")), (1, _("any one")), (2, _("any two")), (3, _("any three")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )  # fmt: skip

    field_order = ["badge_class", "test", "kind", "value"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["badge_class"].offer_to(user)
        self.further = [
            FurtherForm(*args, prefix=f"further-{number}") for number in range(MOST_FURTHER)
        ]

    def is_valid(self):
        # All are cleaned, so that every error is shown at once.
        return all([super().is_valid(), *(form.is_valid() for form in self.further)])

    def has_errors(self) -> bool:
        return bool(self.errors or any(form.errors for form in self.further))

    @property
    def rule(self) -> dict[str, object]:
        """The arguments of `add_rule`."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "value"}
        also = [form.condition for form in self.further if form.has_changed()]
        return values | {"also": also}


class LadderForm(forms.Form):
    """The ladder of the levels that do not name theirs."""

    ladder = forms.ChoiceField(
        label=_("These levels are on"), choices=[("", _("Choose")), *Ladder.choices]
    )


class ScoreImportForm(AgencyRowsForm):
    """A file or pasted rows, as for a list; the rules decide which badges they earn."""

    empty_message = _("Choose a file, or paste the results.")

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["agency"].help_text = _(
            "The rules of its badges apply, and those of the agencies below it."
        )
        self.fields["agency"].error_messages["required"] = _("Choose the agency whose rules apply.")
        self.fields["pasted"].help_text = _(
            "The first row names the columns: Email, Name, Test, Date, Pre-test, Post-test, "
            "Level, in any order, in English or Spanish."
        )
