from django import forms
from django.utils.translation import gettext_lazy as _

from reviewing.forms import CommentField


class NoteForm(forms.Form):
    text = CommentField(
        rows=4,
        required=True,
        label=_("Note"),
        help_text=_(
            "Read by the coordinators and by the reviewers of this submission, "
            "never by the educator."
        ),
        error_messages={"required": _("Write the note first.")},
    )
