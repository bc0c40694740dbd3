from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import ReasonForm
from editing.forms import EditFormMixin
from issuing.models import Assertion, EvidenceLink
from issuing.states import AwardStatus
from submissions.models import EvidenceItem


class ShareForm(EditFormMixin, forms.Form):
    shows_name = forms.BooleanField(
        label=_("Show my name"),
        help_text=_("If unchecked, the page says “An educator”."),
        required=False,
    )
    is_listed = forms.BooleanField(
        label=_("Let search engines find the page"),
        help_text=_("If unchecked, only people with the link can find it."),
        required=False,
    )
    items = forms.ModelMultipleChoiceField(
        label=_("Evidence to show"),
        help_text=_(
            "Choose only evidence that does not show students or anyone who has not given "
            "permission."
        ),
        queryset=EvidenceItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    links = forms.ModelMultipleChoiceField(
        label=_("Links to show"),
        help_text=_(
            "They came with the badge. Choose only links whose pages show no students and nobody "
            "who has not given permission."
        ),
        queryset=EvidenceLink.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, assertion: Assertion, **kwargs):
        super().__init__(*args, **kwargs)
        links = assertion.evidence_links.all()
        if links:
            self.fields["links"].queryset = links
        else:
            del self.fields["links"]
        if assertion.submission_id is None:
            del self.fields["items"]
            return
        attempts = assertion.submission.attempts.exclude(sent_at=None).order_by("-number")
        items = self.fields["items"]
        items.queryset = EvidenceItem.objects.filter(
            attempt__in=attempts.values("pk")[:1]
        ).select_related("criterion")
        items.label_from_instance = lambda item: f"{item.criterion}: {item}"


class RevokeForm(ReasonForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "The earner and everyone who verifies the badge will read it. Don’t name anyone else."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Explain why, in one sentence.")},
    )


class AwardFilterForm(forms.Form):
    q = forms.CharField(
        label=_("Name, email address, or badge"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("all")), *AwardStatus.choices], required=False
    )
