from django import forms
from django.utils.translation import gettext_lazy as _

from reviewing.forms import CommentField


class SendBackForm(forms.Form):
    note = CommentField(
        rows=4,
        label=_("Your note to the reviewer"),
        help_text=_("What would you do instead, and why? The educator doesn’t read it."),
        error_messages={"required": _("Write the reviewer a sentence about why you disagree.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
