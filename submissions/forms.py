from __future__ import annotations

import contextlib
import math
import re
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.file_storage import NotStored
from editing.forms import EditFormMixin
from submissions import files, links
from submissions.answers import Answer, AnsweredItem
from submissions.media import offering
from submissions.media.offering import Offer
from submissions.media.operations.arriving import RecordingRefused
from submissions.models import EvidenceItem, RecordingUpload
from submissions.operations import MAX_ITEMS, MAX_ITEMS_PER_CRITERION, EvidenceLimitReached
from submissions.questions.answered import given_answers
from submissions.questions.fields import WordsField, fields_for
from submissions.sizes import size_words

MAX_TEXT_LENGTH = 10_000
MAX_TITLE_LENGTH = 200


def limit_reached() -> str:
    return _(
        "You have reached the limit: %(here)s items for one criterion and %(all)s in all. Remove "
        "something first."
    ) % {"here": MAX_ITEMS_PER_CRITERION, "all": MAX_ITEMS}


class LinkField(forms.CharField):
    """A URL. "example.org" becomes https://example.org."""

    def clean(self, value):
        value = "".join(super().clean(value).split())
        if not value:
            return ""
        if refusal := links.refusal_of(value):
            raise ValidationError(refusal)
        if not re.match(r"[a-z][a-z0-9+.-]*:", value, re.IGNORECASE):
            value = f"https://{value}"
        scheme = urlsplit(value).scheme.lower()
        if scheme not in {"http", "https"}:
            raise ValidationError(
                _("Paste an address that begins with https:// (this one begins with %(scheme)s:)."),
                params={"scheme": scheme},
            )
        try:
            URLValidator(schemes=["http", "https"])(value)
        except ValidationError:
            raise ValidationError(
                _("This does not look like a web address. Copy it again from your browser.")
            ) from None
        return value


class TitleField(forms.CharField):
    """One line of plain text."""

    def to_python(self, value):
        value = (value or "").replace("\0", "")
        return " ".join(super().to_python(value).split())


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    widget = SeveralFiles

    def clean(self, data, initial=None):
        """Accept all files here. `AnswerForm.clean_files` checks each one on its own."""
        return data or []


class CaptionForm(EditFormMixin, forms.Form):
    """What a file or a link shows, in the earner's words, changed in place."""

    may_be_partial = True
    typed_fields = frozenset({"title"})

    title = TitleField(
        label=gettext_lazy("Caption"),
        required=False,
        max_length=MAX_TITLE_LENGTH,
        widget=forms.TextInput(attrs={"data-autosave": "", "data-longest": MAX_TITLE_LENGTH}),
    )

    def __init__(self, data=None, *, answered: AnsweredItem):
        self.answered, self.item = answered, answered.item
        super().__init__(
            data, prefix=f"item-{self.item.public_id}", initial={"title": self.item.title}
        )
        if self.item.kind == EvidenceItem.Kind.LINK:
            self.fields["title"].label = _("What the link shows")


def _words_of(answer: Answer) -> dict:
    """What is stored for the fields that save themselves."""
    return {"text": answer.text, **given_answers(answer.criterion, answer.kept_answers)}


class AnswerForm(EditFormMixin, forms.Form):
    """What the earner adds for one criterion. Valid parts are saved even if others have errors."""

    new_input = frozenset({"url", "title", "files"})
    may_be_partial = True

    text = WordsField(
        label=gettext_lazy("In your own words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-autosave": ""}),
    )
    url = LinkField(
        label=gettext_lazy("Web address"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    title = TitleField(
        label=gettext_lazy("What the link shows"), required=False, max_length=MAX_TITLE_LENGTH
    )
    files = FilesField(
        label=gettext_lazy("Add files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": files.ACCEPT}),
    )

    def __init__(
        self,
        data=None,
        uploads=None,
        *,
        answer: Answer,
        too_large: Iterable[str] = (),
        no_room: Iterable[str] = (),
        read_until: float = math.inf,
        offer: Offer | None = None,
    ):
        self.answer = answer
        self.no_room = list(no_room)
        self.read_until = read_until
        self.criterion = answer.criterion
        self.too_large = list(too_large)
        self.accepted_files: list[files.CleanedFile] = []
        self.offer = offer
        self.accepted_recordings: list[UploadedFile] = []
        self.uploads: list[RecordingUpload] = []  # recordings on their way, for the page
        if answer.is_met:  # locked, so input is ignored
            data = uploads = None
        super().__init__(
            data, uploads, prefix=f"criterion-{self.criterion.pk}", initial=_words_of(answer)
        )
        self.question_fields = fields_for(self.criterion)
        self.fields |= self.question_fields
        attachments = [] if answer.is_met else answer.attachments
        self.captions = [CaptionForm(data, answered=each) for each in attachments]
        accepted = {
            "text": self.criterion.accepts_text or bool(answer.text),
            "url": self.criterion.accepts_links,
            "title": self.criterion.accepts_links,
            "files": self.criterion.accepts_files,
        }
        for name, is_accepted in accepted.items():
            if not is_accepted:
                del self.fields[name]
        if "text" in self.fields:
            self.fields["text"].widget.attrs["data-longest"] = MAX_TEXT_LENGTH
            self.fields["text"].help_text = _("Up to %(count)s characters.") % {
                "count": number_format(MAX_TEXT_LENGTH, force_grouping=True)
            }
        if "files" in self.fields:
            self.fields["files"].help_text = _(
                "PDF, images, Word, PowerPoint, Excel, OpenDocument, or text, up to %(limit)s "
                "each. We remove hidden data, such as where a photo was taken."
            ) % {"limit": size_words(settings.EVIDENCE_LARGEST_FILE)}
            if offer:
                self.fields["files"].help_text += f" {offer.help_text}"
                self.fields["files"].widget.attrs["accept"] = offering.ACCEPT

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.question_fields]

    @property
    def typed_fields(self) -> set[str]:
        """What is saved while it is typed or chosen."""
        return {"text", *self.question_fields} & self.fields.keys()

    def clean_text(self):
        text = self.cleaned_data["text"]
        if (excess := len(text) - MAX_TEXT_LENGTH) > 0:
            raise ValidationError(
                ngettext(
                    "This is %(excess)s character over the limit. Shorten it or add it as a "
                    "file. Your last saved version is kept.",
                    "This is %(excess)s characters over the limit. Shorten it or add it as a "
                    "file. Your last saved version is kept.",
                    excess,
                ),
                params={"excess": number_format(excess, force_grouping=True)},
            )
        return text

    def clean_files(self):
        for name in self.too_large:
            self.refuse_file(name, files.too_large())
        for name in self.no_room:
            self.refuse_file(name, files.no_room())
        for upload in self.files.getlist(self.add_prefix("files")):
            try:
                if time.monotonic() > self.read_until:
                    raise files.FileRefused(files.no_time())
                if self.offer and offering.is_recording(upload):
                    self.accepted_recordings.append(upload)
                else:
                    self.accepted_files.append(files.clean_upload(upload))
            except files.FileRefused as refusal:
                self.refuse_file(upload.name, str(refusal))
        return self.accepted_files

    def clean(self):
        cleaned = super().clean()
        nothing_linked = "url" in cleaned and not cleaned["url"]
        if nothing_linked and cleaned.get("title"):
            self.add_error("url", _("Paste the address that goes with this title."))
        return cleaned

    def require_input(self, action: str) -> None:
        """Add an error if "Add link" or "Add files" was pressed without a link or file."""
        self.full_clean()
        field = {"add_link": "url", "add_file": "files"}.get(action)
        if field not in self.fields or self.cleaned_data.get(field) or field in self.errors:
            return
        if field == "url":
            self.add_error("url", _("Paste the address first, then press the button."))
        else:
            self.add_error("files", _("Choose a file first, then press the button."))

    @contextlib.contextmanager
    def reporting_refusals(self, field: str, file_name: str = "") -> Iterator[None]:
        try:
            yield
        except NotStored:
            self.no_room.append(file_name)
            self.refuse_file(file_name, files.no_room())
        except RecordingRefused as refused:
            reason = offering.refusal(refused.reason, largest=refused.largest)
            self.refuse_file(file_name, reason)
        except EvidenceLimitReached:
            if file_name:
                self.refuse_file(file_name, limit_reached())
            else:
                self.add_error(field, limit_reached())

    def clear_fields(self, *fields: str) -> None:
        """Empty these fields after saving, so that the page is ready for the next input."""
        self.data = self.data.copy()
        for name in fields:
            self.data[self.add_prefix(name)] = ""

    def show_answer(self, answer: Answer) -> None:
        """Show what is stored now, after saving."""
        self.answer = answer
        self.initial |= _words_of(answer)
        refused = {form.item.pk: form for form in self.captions if form.errors}
        self.captions = [
            refused.get(each.item.pk) or CaptionForm(answered=each) for each in answer.attachments
        ]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(form.errors for form in self.captions)

    def focus_first_error(self) -> None:
        """Let the page begin at the first field that was refused."""
        for form in [self, *self.captions]:
            for name in form.fields:
                if name in form.errors:
                    form.fields[name].widget.attrs["data-focus"] = ""
                    return

    def refuse_file(self, name: str, reason: str) -> None:
        params = {"name": name, "reason": reason}
        self.add_error("files", ValidationError(_("“%(name)s”: %(reason)s"), params=params))

    def reasons_of_files(self) -> list[str]:
        """Why files were refused, for a place where each has its name as a heading."""
        errors = self.errors.as_data().get("files", [])
        return [
            words
            for error in errors
            for words in ([error.params["reason"]] if error.params else error.messages)
        ]

    @property
    def is_locked(self) -> bool:
        return self.answer.is_met
