from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from catalog.signable import SignableTextMixin
from editing.forms import EditFormMixin
from office.settings.logos import ACCEPT, LogoUnreadable, clean_logo
from program import colors
from program.models import (
    FEWEST_EVIDENCE_DAYS,
    LONGEST_FOOTER,
    LONGEST_HOME_TEXT,
    LONGEST_NAME,
    LONGEST_PAGE,
    LONGEST_PURPOSE,
    LONGEST_STATEMENT,
    LONGEST_TITLE,
    MOST_EVIDENCE_DAYS,
)

MARKDOWN = _("Markdown: **bold**, *italic*, lists, and [links](https://…).")


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ProgramForm(SignableTextMixin, EditFormMixin, forms.Form):
    """What the program is called, what it is for, who runs it, and in which languages."""

    name = OneLineField(
        label=_("Name"), max_length=LONGEST_NAME,
        help_text=_("At the top of every page and email. Short enough for a phone."),
    )  # fmt: skip
    name_es = OneLineField(
        label=_("Name in Spanish"), max_length=LONGEST_NAME, required=False,
        help_text=_("Blank: the same name in both languages."),
    )  # fmt: skip
    purpose = OneLineField(
        label=_("What the program is for"), max_length=LONGEST_PURPOSE, required=False,
        widget=_lines(2),
        help_text=_("One sentence, first on the home page and in search engines."),
    )  # fmt: skip
    purpose_es = OneLineField(
        label=_("What the program is for, in Spanish"), max_length=LONGEST_PURPOSE,
        required=False, widget=_lines(2),
    )  # fmt: skip
    office_name = OneLineField(
        label=_("Office that runs the program"), max_length=200, required=False,
        help_text=_("At the foot of every page, and wherever people are told whom to ask."),
    )  # fmt: skip
    office_email = forms.EmailField(
        label=_("Email address of the office"), max_length=254, required=False,
        help_text=_("An office address, not a person’s: it is public. Answers to emails go there."),
    )  # fmt: skip
    postal_address = forms.CharField(
        label=_("Postal address"), max_length=500, required=False, widget=_lines(3),
        help_text=_("At the foot of every page. The law requires it in emails to a mailing list."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages of the pages"), choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )  # fmt: skip

    def clean_languages(self):
        """In the order of the settings, whatever order they were posted in."""
        chosen = self.cleaned_data["languages"]
        return [code for code, _name in settings.LANGUAGES if code in chosen]


class TextsForm(SignableTextMixin, EditFormMixin, forms.Form):
    """The program's own words on the home page and at the foot of every page."""

    home_text = forms.CharField(
        label=_("Text on the home page"), max_length=LONGEST_HOME_TEXT, required=False,
        widget=_lines(8), help_text=MARKDOWN,
    )  # fmt: skip
    home_text_es = forms.CharField(
        label=_("Text on the home page, in Spanish"), max_length=LONGEST_HOME_TEXT,
        required=False, widget=_lines(8),
    )  # fmt: skip
    footer_text = forms.CharField(
        label=_("Text at the foot of every page"), max_length=LONGEST_FOOTER, required=False,
        widget=_lines(3), help_text=_("Blank: the sentence that comes with the software."),
    )  # fmt: skip
    footer_text_es = forms.CharField(
        label=_("Text at the foot of every page, in Spanish"), max_length=LONGEST_FOOTER,
        required=False, widget=_lines(3),
    )  # fmt: skip


class PrivacyForm(EditFormMixin, forms.Form):
    """How long evidence is kept, and how fast requests are answered."""

    evidence_days = forms.IntegerField(
        label=_("Days after which evidence is deleted"),
        min_value=FEWEST_EVIDENCE_DAYS, max_value=MOST_EVIDENCE_DAYS, required=False,
        help_text=_(
            "Counted from the decision, or from the day it was withdrawn. Educators are told 30 "
            "days before. What they show with a badge and what is on hold stays. Blank: evidence "
            "is kept."
        ),
    )  # fmt: skip
    request_days = forms.IntegerField(
        label=_("Days for answering privacy requests"), min_value=1, max_value=365,
        help_text=_("A request is late after this time. It counts for requests from now on."),
    )  # fmt: skip


class AccentForm(EditFormMixin, forms.Form):
    accent = forms.CharField(
        label=_("Accent color"), max_length=7, required=False,
        widget=forms.TextInput(attrs={"placeholder": "#0e474a", "autocomplete": "off"}),
        help_text=_("# and six digits from 0 to 9 or a to f. Blank: the color of the software."),
    )  # fmt: skip

    def clean_accent(self):
        accent = self.cleaned_data["accent"].lower()
        if accent and not accent.startswith("#"):
            accent = f"#{accent}"
        if not accent:
            return ""
        if not colors.is_color(accent):
            raise forms.ValidationError(
                _("This is not a color. Write # and six digits, for example #0e474a.")
            )
        if not colors.is_dark_enough(accent):
            raise forms.ValidationError(
                _(
                    "This color is too light: white text on it, and links in it, can’t be read. "
                    "Choose a darker one, for example %(darker)s."
                ),
                params={"darker": colors.darkened(accent)},
            )
        return accent


class LogoForm(EditFormMixin, forms.Form):
    """`png` holds the uploaded logo, re-encoded."""

    png: bytes | None = None
    logo = forms.FileField(
        label=_("Logo"), widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": _("Choose a file first.")},
        help_text=_(
            "PNG, SVG, JPEG, or WebP, up to 5 MB. Empty margins are cut off. It is shown on white, "
            "next to the name."
        ),
    )  # fmt: skip

    def clean_logo(self):
        logo = self.cleaned_data["logo"]
        if isinstance(logo, UploadedFile):
            try:
                self.png = clean_logo(logo)
            except LogoUnreadable as error:
                raise forms.ValidationError(str(error)) from error
        return logo


class PageForm(SignableTextMixin, EditFormMixin, forms.Form):
    """The texts of one of the program's own pages."""

    title = OneLineField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST_PAGE, required=False, widget=_lines(16),
        help_text=_(
            "Markdown: # before a heading, **bold**, *italic*, - before each point of a list, and "
            "[links](https://…)."
        ),
    )  # fmt: skip
    title_es = OneLineField(
        label=_("Title in Spanish"), max_length=LONGEST_TITLE, required=False,
        help_text=_("Without a Spanish title or text, the other language is shown."),
    )  # fmt: skip
    body_es = forms.CharField(
        label=_("Text in Spanish"), max_length=LONGEST_PAGE, required=False, widget=_lines(16)
    )

    def clean(self):
        cleaned = super().clean()
        for name, words in (
            ("title", _("Write a title in at least one language.")),
            ("body", _("Write a text in at least one language. To have no page, hide it.")),
        ):
            texts = [cleaned.get(each) for each in (name, f"{name}_es")]
            if not any(texts) and None not in texts:
                self.add_error(name, words)
        return cleaned


class StatementForm(SignableTextMixin, EditFormMixin, forms.Form):
    """What people declare when they send in evidence."""

    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_STATEMENT, required=False, widget=_lines(8),
        help_text=_("Markdown: **bold**, *italic*, - before each point, and [links](https://…)."),
    )  # fmt: skip
    text_es = forms.CharField(
        label=_("Text in Spanish"), max_length=LONGEST_STATEMENT, required=False,
        widget=_lines(8),
        help_text=_("Without a Spanish text, the other language is shown."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        texts = [cleaned.get("text"), cleaned.get("text_es")]
        if not any(texts) and None not in texts:
            self.add_error("text", _("Write a text in at least one language."))
        return cleaned
