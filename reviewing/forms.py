from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Criterion
from editing.forms import EditFormMixin
from reviewing import judging
from reviewing.judging import Judgment, Verdict
from reviewing.models import Review
from reviewing.operations import stored_draft

MAX_COMMENT_LENGTH = 5000


class CommentField(forms.CharField):
    """A comment of several lines. A line break counts as one character."""

    def __init__(self, *, rows: int, required: bool = False, **kwargs) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=MAX_COMMENT_LENGTH, required=required, widget=widget, **kwargs)

    def widget_attrs(self, widget):
        """Omit maxlength, because browsers silently truncate pasted text."""
        return {}

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class ReviewForm(EditFormMixin, forms.Form):
    """A verdict and a comment for each open criterion, and an overall comment.

    Drafts may be incomplete; with `complete`, everything that sending needs is required.
    """

    summary = CommentField(
        rows=5,
        label=_("Overall comment"),
        help_text=_("What stands out, and what comes next. The educator reads this first."),
    )

    def __init__(
        self,
        data=None,
        *,
        criteria: Sequence[Criterion],
        draft: Review | None = None,
        complete: bool = False,
    ) -> None:
        self.criteria = criteria
        self.complete = complete
        super().__init__(data, initial=stored_draft(draft))
        for criterion in criteria:
            about = {"criterion": criterion.name}
            self.fields[f"verdict_{criterion.pk}"] = forms.ChoiceField(
                label=_("Your decision on “%(criterion)s”") % about,
                choices=[(Verdict.MET, _("Met")), (Verdict.NOT_YET, _("Not yet"))],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"comment_{criterion.pk}"] = CommentField(
                rows=4,
                label=_("Comment on “%(criterion)s”") % about,
                help_text=_("For “not yet”, say what to do next."),
            )
            if levels := criterion.levels.all():
                self.fields[f"level_{criterion.pk}"] = forms.TypedChoiceField(
                    label=_("Level reached on “%(criterion)s”") % about,
                    choices=[("", _("No level chosen")), *((row.pk, row.name) for row in levels)],
                    coerce={str(row.pk): row for row in levels}.get,
                    empty_value=None,
                    required=False,
                    help_text=_(
                        "From the rubric. The educator sees it; it does not affect the decision."
                    ),
                )

    def clean(self):
        cleaned = super().clean()
        if self.complete:
            for criterion in judging.without_verdict(self.criteria, self.judgments):
                self._require(f"verdict_{criterion.pk}", _("Choose “met” or “not yet”."))
            for criterion in judging.without_comment(self.criteria, self.judgments):
                self._require(
                    f"comment_{criterion.pk}",
                    _("Write what is missing and what to do next; one sentence can be enough."),
                )
        return cleaned

    @property
    def judgments(self) -> dict[Criterion, Judgment]:
        return {
            criterion: Judgment(
                self.cleaned_data.get(f"verdict_{criterion.pk}", ""),
                self.cleaned_data.get(f"comment_{criterion.pk}", ""),
                self.cleaned_data.get(f"level_{criterion.pk}"),
            )
            for criterion in self.criteria
        }

    @property
    def summary_text(self) -> str:
        return self.cleaned_data.get("summary", "")

    def fields_of(self, criterion: Criterion):
        """The verdict, the comment, and the level if the criterion has a rubric."""
        level = f"level_{criterion.pk}"
        return (
            self[f"verdict_{criterion.pk}"],
            self[f"comment_{criterion.pk}"],
            self[level] if level in self.fields else None,
        )

    def typed_text(self) -> list[tuple[str, str]]:
        """The (label, text) of everything typed, so that it can be copied elsewhere."""
        return [
            (str(field.label), value)
            for field in self
            if not field.name.startswith(("verdict_", "level_")) and (value := field.value())
        ]

    def _require(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)


class DeclineForm(forms.Form):
    reason = CommentField(
        rows=6,
        required=True,
        label=_("Reason"),
        help_text=_("The educator will read this. Explain why, clearly and kindly."),
        error_messages={"required": _("Write the reason so that the educator understands it.")},
    )


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("For coordinators only. You can leave it blank."),
    )


class QueueFilterForm(forms.Form):
    """Filters the queue by category and badge. Unknown values are ignored."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    badge = forms.ChoiceField(label=_("Badge"), required=False)

    def __init__(self, data, *, categories: dict[str, str], badges: dict[str, str]) -> None:
        super().__init__(data)
        self.fields["category"].choices = [("", _("All categories")), *categories.items()]
        self.fields["badge"].choices = [("", _("All badges")), *badges.items()]

    def apply(self, submissions):
        self.is_valid()
        if category := self.cleaned_data.get("category"):
            submissions = submissions.filter(badge_class__category__slug=category)
        if badge := self.cleaned_data.get("badge"):
            submissions = submissions.filter(badge_class__slug=badge)
        return submissions
