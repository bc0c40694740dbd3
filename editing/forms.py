"""A form that changes a record compares each field three times: as opened, as posted, as stored.

What this window did not change is not written. What only this window changed is written. Where
both windows changed a field, nothing is written, and the page shows both (docs/adr, record 35).

All three are compared as a browser would post them, so that "5" and Decimal("5.0") do not look
like a change, and neither does a time that a form shows without its seconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editing.fingerprints import fingerprint

LARGEST_OPENED = 200_000  # characters of the hidden field; far more than any form of ours sends
CHANGED_ELSEWHERE = gettext_lazy(
    "This was changed in another window or by another person. Both versions are shown: put what "
    "is right into the field, then save again."
)
FILE_CHANGED_ELSEWHERE = gettext_lazy(
    "Another file was saved here in another window. To replace it, choose your file again and "
    "save again."
)


class EditConflict(Exception):
    """The record was changed after the form compared itself with it, and before the lock."""


@dataclass(frozen=True)
class Edit:
    """What a valid form changes, for an operation to write under its lock.

    `changes` are the cleaned values of the fields that this window changed.
    """

    changes: dict[str, Any]
    # Empty for an edit that no form made: then there is nothing to compare with.
    seen: dict[str, str] = field(default_factory=dict, repr=False)
    form: EditFormMixin | None = field(default=None, repr=False)

    def check(self, stored: Mapping[str, Any]) -> None:
        """Raise EditConflict unless the locked record is as it was when the form compared.

        `stored` has the values of the form's fields, as `initial` gives them.
        """
        for name, was in self.seen.items():
            if self.form.fingerprint_of(name, stored.get(name)) != was:
                raise EditConflict(name)

    def only(self, names: Iterable[str]) -> dict[str, Any]:
        """The changes of these fields, in this order; unchanged ones are left out."""
        return {name: self.changes[name] for name in names if name in self.changes}


class EditFormMixin:
    """For a form whose `initial` holds the stored values when it is opened and when it is posted.

    The page renders `form.opened_input` inside its <form>. A posted form without it (not from one
    of our pages) is compared as if it had been opened just now.
    """

    # Fields that `clean` may set, although the person did not change them.
    derived_fields: frozenset[str] = frozenset()
    # A field that was not posted is unchanged, even if the page's hidden field is missing, too.
    may_be_partial = False
    # Fields that hold new input and show nothing stored.
    new_input: frozenset[str] = frozenset()

    def __init__(self, *args, opened: Mapping[str, str] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # What is stored, in words, for each field that both windows changed.
        self.conflicts: dict[str, str] = {}
        self.set_aside: dict[str, str] = {}
        self.changed_here: set[str] = set()
        self.changed_elsewhere: set[str] = set()
        self._given_opened = opened
        self._merged = False

    @property
    def stored_fingerprints(self) -> dict[str, str]:
        """By field, of what is in the database now."""
        return {name: self.fingerprint_of(name, self._stored(name)) for name in self._compared()}

    @property
    def opened_input(self) -> SafeString:
        """The hidden field with the fingerprints of what this page shows as stored.

        An unbound form that shows what was typed is given what its page was opened with.
        """
        opened = None if self.is_bound else self._given_opened
        marks = self.stored_fingerprints if opened is None else opened
        return format_html(
            '<input type="hidden" name="{}" value="{}">',
            self.add_prefix("opened"),
            json.dumps(marks, separators=(",", ":")),
        )

    @property
    def edit(self) -> Edit:
        """What this window changed. Only for a form that is valid."""
        written = {name for name in self.changed_here if name in self.cleaned_data}
        written |= self.derived_fields & self.cleaned_data.keys()
        changes = {name: self.cleaned_data[name] for name in self.fields if name in written}
        return Edit(changes, self.stored_fingerprints, self)

    def full_clean(self) -> None:
        if self.is_bound and not self._merged:
            self._merge()
        super().full_clean()
        for name in self.conflicts:
            self.add_error(name, self.conflict_sentence(name))
        self._show_conflicts()

    def conflict_sentence(self, name: str) -> str:
        return CHANGED_ELSEWHERE if self._is_text(name) else FILE_CHANGED_ELSEWHERE

    def set_conflicts_aside(self) -> bool:
        """Let the other fields be saved: those in conflict keep what is stored. False if none are.

        For scripts that save while somebody types. `answer_for_script()` still names them.
        """
        self.errors  # noqa: B018 - compares and validates
        self.set_aside |= self.conflicts
        for name in self.conflicts:
            rendered = _as_rendered(self.fields[name], self._stored(name))
            _set_data(self.data, self.add_prefix(name), rendered)
        had_any = bool(self.conflicts)
        self.changed_here -= self.conflicts.keys()
        self.conflicts = {}
        self._errors = None
        return had_any

    def answer_for_script(self) -> dict[str, dict[str, Any]]:
        """For the script of the page, by name of the posted field, after saving.

        `marks`: fingerprints of what is stored now; `theirs`: values that only another window
        changed; `conflicts`: what is stored where both did, as `words` and as the field's `value`.
        """
        conflicts = {**self.set_aside, **self.conflicts}
        unsaved = conflicts.keys() | self.errors.keys()
        marks = {}
        for name in filter(self._is_text, self._compared()):
            is_saved = name not in unsaved
            mark = self.posted_fingerprint(name) if is_saved else None
            marks[name] = mark or self.fingerprint_of(name, self._stored(name))
        shown = {
            name: {"words": words, "value": _as_rendered(self.fields[name], self._stored(name))}
            for name, words in conflicts.items()
        }
        theirs = {
            name: _as_rendered(self.fields[name], self._stored(name))
            for name in self.changed_elsewhere
        }
        parts = {"marks": marks, "theirs": theirs, "conflicts": shown}
        return {
            part: {self.add_prefix(name): value for name, value in values.items()}
            for part, values in parts.items()
        }

    def _is_text(self, name: str) -> bool:
        return not isinstance(self.fields[name], forms.FileField)

    def fingerprint_of(self, name: str, value: Any) -> str:
        return fingerprint(_as_rendered(self.fields[name], value))

    def _merge(self) -> None:
        """Put the stored value in place of each value that this window did not change."""
        self._merged = True
        opened = self._opened()
        data = self.data.copy() if hasattr(self.data, "copy") else dict(self.data)
        for name in self._compared():
            form_field, html_name = self.fields[name], self.add_prefix(name)
            stored_value = self._stored(name)
            stored = self.fingerprint_of(name, stored_value)
            posted = self.posted_fingerprint(name, opened)
            was = (opened or {}).get(name, stored)
            if posted is None or (posted == was and opened is not None):
                if was != stored:
                    self.changed_elsewhere.add(name)
                if self._is_text(name):
                    _set_data(data, html_name, _as_rendered(form_field, stored_value))
            elif posted != stored or posted == "file":
                self.changed_here.add(name)
                if was != stored:
                    self.conflicts[name] = _in_words(form_field, stored_value)
        self.data = data

    def posted_fingerprint(self, name: str, opened: Mapping[str, str] | None = None) -> str | None:
        """The fingerprint of the posted value; None if the page left the field out.

        A file that was chosen is always "file", as no page shows what is in it.
        """
        form_field, html_name = self.fields[name], self.add_prefix(name)
        value = form_field.widget.value_from_datadict(self.data, self.files, html_name)
        if isinstance(form_field, forms.FileField):
            if value is False:  # the box that clears the file
                return fingerprint("")
            return "file" if isinstance(value, UploadedFile) else None
        omitted = form_field.widget.value_omitted_from_data(self.data, self.files, html_name)
        if omitted and (opened is not None or self.may_be_partial):
            return None
        return fingerprint(_as_rendered(form_field, value, posted=True))

    def _opened(self) -> dict[str, str] | None:
        if self._given_opened is not None:
            return dict(self._given_opened)
        return parse_opened(self.data.get(self.add_prefix("opened")))

    def _compared(self) -> list[str]:
        return [name for name, each in self.fields.items()
                if not each.disabled and name not in self.new_input]  # fmt: skip

    def _stored(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    def _show_conflicts(self) -> None:
        """Give each bound field in conflict the stored value in words, for its template."""
        for name, words in self.conflicts.items():
            self[name].stored_elsewhere = words


def parse_opened(text: str | None) -> dict[str, str] | None:
    """The fingerprints that a page posted; None if there are none, or if they can't be read."""
    opened = posted_json(text)
    if not isinstance(opened, dict):
        return None
    return {name: value for name, value in opened.items() if isinstance(value, str)}


def posted_json(text: str | None) -> Any:
    """What a hidden field holds; None if it is missing, too long or unreadable."""
    if not text or len(text) > LARGEST_OPENED:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _as_rendered(form_field: forms.Field, value: Any, *, posted: bool = False) -> str | list[str]:
    """The value as a browser would post it from an unchanged page."""
    widget = form_field.widget
    if isinstance(form_field, forms.FileField):
        return getattr(value, "name", "") or ""
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value and value not in ("False", "false") else ""
    if not posted:
        if callable(value):
            value = value()
        value = form_field.prepare_value(value)
    if isinstance(widget, forms.MultipleHiddenInput):  # their order counts
        return [str(each) for each in value or []]
    if getattr(widget, "allow_multiple_selected", False):
        return sorted({str(each) for each in value or []})
    if isinstance(widget, (forms.Select, forms.RadioSelect)):
        return "" if value is None else str(value)
    if not posted:
        value = widget.format_value(value)
    text = "" if value is None else str(value)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()


def _set_data(data, html_name: str, rendered: str | list[str]) -> None:
    if isinstance(rendered, list):
        if isinstance(data, QueryDict):
            data.setlist(html_name, rendered)
        else:
            data[html_name] = rendered
    else:
        data[html_name] = rendered


def _in_words(form_field: forms.Field, value: Any) -> str:
    """The stored value as a person reads it."""
    if isinstance(form_field, forms.FileField):
        return ""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    rendered = _as_rendered(form_field, value)
    if isinstance(form_field.widget, forms.CheckboxInput):
        return _("checked") if rendered else _("not checked")
    choices = getattr(form_field, "choices", None)
    if choices is not None:
        labels = {str(key): str(label) for key, label in _flat(choices)}
        chosen = rendered if isinstance(rendered, list) else [rendered]
        return ", ".join(labels.get(each, each) for each in chosen if each) or _("nothing")
    return rendered or _("nothing")


def _flat(choices) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield key, label
