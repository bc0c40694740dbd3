from django import forms
from django.utils.translation import gettext_lazy as _

from reviewing.forms import CommentField
from reviewing.judging import Verdict
from reviewing.models import Review
from reviewing.second_looks.words import Words, words_of


class SendBackForm(forms.Form):
    note = CommentField(
        rows=4,
        required=True,
        label=_("Your note to the reviewer"),
        help_text=_("What would you do instead, and why? The educator doesn’t read it."),
        error_messages={"required": _("Write the reviewer a sentence about why you disagree.")},
    )


class WordingForm(forms.Form):
    """What the earner reads of a review, as the approver words it. The judgments are not in it."""

    # The fields are beside the evidence, outside of the form's own element on the page.
    ELEMENT = "approve"

    summary = CommentField(rows=5, label=_("Overall comment"))

    def __init__(self, data=None, *, review: Review, words: Words | None = None) -> None:
        words = words or words_of(review)
        comments = {f"comment_{key}": comment for key, comment in words.comments.items()}
        super().__init__(data, initial={"summary": words.summary, **comments})
        self.judgments = [one for one in review.judgments.all() if one.verdict]
        for judgment in self.judgments:
            self.fields[f"comment_{judgment.criterion_id}"] = CommentField(
                rows=4,
                label=_("Comment on “%(criterion)s”") % {"criterion": judgment.criterion.name},
            )
        for field in self.fields.values():
            field.widget.attrs["form"] = self.ELEMENT

    def clean(self):
        cleaned = super().clean()
        for judgment in self.judgments:
            name = f"comment_{judgment.criterion_id}"
            if judgment.verdict == Verdict.NOT_YET and not cleaned.get(name, "").strip():
                self.add_error(name, _("Write what is missing and what to do next."))
        return cleaned

    @property
    def words(self) -> Words:
        comments = {
            judgment.criterion_id: self.cleaned_data[f"comment_{judgment.criterion_id}"]
            for judgment in self.judgments
        }
        return Words(self.cleaned_data["summary"], comments)

    def typed_text(self) -> list[tuple[str, str]]:
        """The (label, text) of everything typed, so that it can be copied elsewhere."""
        return [(str(field.label), value) for field in self if (value := field.value())]

    def comment_on(self, criterion) -> forms.BoundField | None:
        name = f"comment_{criterion.pk}"
        return self[name] if name in self.fields else None
