from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import BadgeClass, Criterion
from editing.forms import EditFormMixin
from reviewing.forms import CommentField
from reviewing.judging import Verdict
from reviewing.states import AnchorUse

USES = [
    (
        AnchorUse.PRACTICE,
        gettext_lazy("Practice. Reviewers see the agreed verdicts as soon as they have answered."),
    ),
    (
        AnchorUse.QUALIFICATION,
        gettext_lazy("Qualification. What was agreed is shown to reviewers who have qualified."),
    ),
]
MOST_LINKS = 10
LONGEST_TEXT = 20_000
_VERDICTS = [("met", gettext_lazy("Met")), ("not_yet", gettext_lazy("Not yet"))]


class RulesForm(EditFormMixin, forms.Form):
    mark = forms.IntegerField(
        label=gettext_lazy("Verdicts that have to be as agreed, in percent"),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    recheck_months = forms.IntegerField(
        label=gettext_lazy("Months after which a reviewer qualifies again"),
        validators=[MinValueValidator(0), MaxValueValidator(120)],
        help_text=gettext_lazy("0: never. Reviewers get an email two weeks before."),
    )
    needs_badge = forms.BooleanField(
        label=gettext_lazy("Reviewers have to hold this badge before they can qualify"),
        required=False,
    )
    reviewer_badge_id = forms.TypedChoiceField(
        label=gettext_lazy("Badge that reviewers are awarded when they qualify"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy(
            "A published badge that expires and can be earned again. Anyone who qualifies again "
            "gets it again once it is due."
        ),
    )
    is_required = forms.BooleanField(
        label=gettext_lazy("Only reviewers who have qualified review this badge"),
        required=False,
        help_text=gettext_lazy(
            "The others don’t see its submissions in their queue, and nobody can assign one to "
            "them. Reviews that they have begun stay with them."
        ),
    )

    def __init__(self, *args, reviewer_badges: Iterable[BadgeClass], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer_badge_id"].choices = [
            ("", _("None")),
            *((badge.pk, badge.published_version.name) for badge in reviewer_badges),
        ]


class NewAnchorForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("For coordinators. Reviewers don’t see it."),
    )
    use = forms.ChoiceField(
        label=gettext_lazy("What it is for"),
        choices=USES,
        widget=forms.RadioSelect,
        initial=AnchorUse.PRACTICE,
    )


class LinksField(forms.CharField):
    """Addresses, one on each line."""

    def __init__(self, **kwargs) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINKS:
            raise ValidationError(_("At most %(most)s links.") % {"most": MOST_LINKS})
        address = forms.URLField(max_length=1000, assume_scheme="https")
        for line in lines:
            try:
                address.clean(line)
            except ValidationError:
                raise ValidationError(
                    _("“%(line)s” is not a web address.") % {"line": line}
                ) from None
        return "\n".join(map(address.clean, lines))


class AnchorForm(EditFormMixin, forms.Form):
    """The texts and links of an anchor, and what was agreed about each criterion."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("For coordinators. Reviewers don’t see it."),
    )

    def __init__(self, *args, criteria: Sequence[Criterion], **kwargs) -> None:
        self.criteria = criteria
        super().__init__(*args, **kwargs)
        for criterion in criteria:
            self._add_fields(criterion)

    def _add_fields(self, criterion: Criterion) -> None:
        thread, about = criterion.thread.hex, {"criterion": criterion.name}
        self.fields[f"text_{thread}"] = forms.CharField(
            label=_("Text as evidence of “%(criterion)s”") % about,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 6}),
        )
        self.fields[f"links_{thread}"] = LinksField(
            label=_("Links as evidence of “%(criterion)s”") % about,
            help_text=_("One address on each line."),
        )
        self.fields[f"verdict_{thread}"] = forms.ChoiceField(
            label=_("What was agreed on “%(criterion)s”") % about,
            choices=_VERDICTS,
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"why_{thread}"] = CommentField(
            rows=3,
            label=_("Why, on “%(criterion)s”") % about,
            help_text=_("What in the evidence decides it. Reviewers read this."),
        )
        if criterion.required:
            self.fields[f"must_{thread}"] = forms.BooleanField(
                label=_("Nobody qualifies who judges this one differently"), required=False
            )

    def fields_of(self, criterion: Criterion) -> dict[str, forms.BoundField | None]:
        thread = criterion.thread.hex
        return {
            part: self[name] if (name := f"{part}_{thread}") in self.fields else None
            for part in ("text", "links", "verdict", "why", "must")
        }


class AnswerForm(forms.Form):
    """What a reviewer says about an anchor: a verdict on each required criterion."""

    def __init__(self, data=None, *, criteria: Sequence[Criterion]) -> None:
        self.criteria = criteria
        super().__init__(data)
        for criterion in criteria:
            self.fields[f"verdict_{criterion.pk}"] = forms.ChoiceField(
                label=_("Your decision on “%(criterion)s”") % {"criterion": criterion.name},
                choices=[(Verdict.MET, _("Met")), (Verdict.NOT_YET, _("Not yet"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose “met” or “not yet”.")},
            )

    @property
    def verdicts(self) -> dict[Criterion, str]:
        return {one: self.cleaned_data[f"verdict_{one.pk}"] for one in self.criteria}
