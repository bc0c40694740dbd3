from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from submissions.media import subtitles


class SubtitlesForm(forms.Form):
    file = forms.FileField(
        label=_("File with subtitles"),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
        help_text=_("A .vtt or .srt file. Programs that edit video can save one."),
        error_messages={"required": _("Choose a file first, then press the button.")},
    )

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        try:
            return subtitles.read(file.read(subtitles.LARGEST + 1))
        except subtitles.SubtitlesRefused as refusal:
            raise ValidationError(str(refusal)) from None
