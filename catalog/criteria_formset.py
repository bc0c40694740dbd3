"""The editor of criteria, their rubrics and questions, standards and resources, as rows.

Rows can be added, removed and moved. Every button submits the whole form, so nothing typed is lost
and no script is needed. Row keys
are positions: "criterion-0", and for the second level of its rubric "criterion-0-level-1". A row's
thread is its lasting identity, by which two windows' changes are merged when they are saved.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.criteria_content import (
    AlignmentContent,
    CriterionContent,
    LevelContent,
    QuestionContent,
    ResourceContent,
)
from catalog.criteria_rows import FORMS, EditorRow, defaults_of
from catalog.editor_values import content_mark
from catalog.models import BadgeVersion
from editing.rows import merge_order, moved, parse_opened_rows

MAX_ROWS = {"criterion": 20, "level": 8, "question": 20, "alignment": 40, "resource": 30}
# The rows that belong to a row, by its kind.
PARTS = {"criterion": ("level", "question")}


class CriteriaEditor:
    """All rows of the editor, read from a version or from POST data."""

    KINDS = ("criterion", "alignment", "resource")

    def __init__(
        self, rows: dict[str, list[EditorRow]], *, version: BadgeVersion, opened: str | None = None
    ) -> None:
        self.rows = rows
        self.version = version
        self.opened = parse_opened_rows(opened)
        # The mark of the stored content that the rows were merged with.
        self.seen = ""
        self.order_conflict = False
        # The key of the row that the page scrolls to after a button was pressed.
        self.focus = ""
        self._build_forms(validate=False)

    @property
    def criteria(self) -> list[EditorRow]:
        return self.rows["criterion"]

    @property
    def alignments(self) -> list[EditorRow]:
        return self.rows["alignment"]

    @property
    def resources(self) -> list[EditorRow]:
        return self.rows["resource"]

    @classmethod
    def from_version(cls, version: BadgeVersion) -> CriteriaEditor:
        rows = stored_rows(version)
        opened = _marks_of(rows)
        if not rows["criterion"]:
            rows["criterion"] = [_new_row("criterion")]
        editor = cls(rows, version=version)
        editor.opened = opened
        return editor

    @classmethod
    def from_post(cls, data: Mapping[str, str], *, version: BadgeVersion) -> CriteriaEditor:
        threads: set[str] = set()
        rows = {kind: _parse_rows(data, kind, kind, threads) for kind in cls.KINDS}
        return cls(rows, version=version, opened=data.get("opened"))

    @property
    def opened_input(self) -> SafeString:
        """The hidden field with the marks of the rows that the page was opened with."""
        opened = self.opened or _marks_of(stored_rows(self.version))
        text = json.dumps(opened, separators=(",", ":"))
        return format_html('<input type="hidden" name="opened" value="{}">', text)

    def apply_button(self, data: Mapping[str, str]) -> bool:
        """Apply the add, remove, up or down button that was pressed; False if none was."""
        for verb in ("add", "remove", "up", "down"):
            if key := data.get(verb):
                getattr(self, f"_{verb}")(key)
                self._build_forms(validate=False)
                return True
        return False

    def is_valid(self) -> bool:
        self._drop_blank_rows()
        if self.opened is not None:
            self._merge_with_stored(self.opened)
        self._build_forms(validate=True)
        # Validate every row, so that all errors show at once.
        invalid = [row for row in self._all_rows() if row.form.errors or row.notice]
        return not invalid and not self.order_conflict

    @property
    def errors(self) -> list[dict]:
        """All errors with the ids of their fields, for the summary at the top."""
        noticed = [
            {"id": row.key, "label": row.title, "text": row.notice}
            for row in self._all_rows()
            if row.notice
        ]
        return noticed + [
            {
                "id": row.form[name].id_for_label,
                "label": f"{row.title}, {row.form[name].label}",
                "text": text,
            }
            for row in self._all_rows()
            if row.form.is_bound
            for name, texts in row.form.errors.items()
            for text in texts
        ]

    @property
    def contents(self) -> dict[str, list]:
        """The rows as arguments of `operations.save_content`. Only if they are valid."""
        return {
            "criteria": [
                CriterionContent(
                    **row.form.cleaned_data,
                    levels=_part_contents(LevelContent, row.levels),
                    questions=_part_contents(QuestionContent, row.questions),
                    thread=uuid.UUID(row.thread),
                )
                for row in self.criteria
            ],
            "alignments": [
                AlignmentContent(**row.form.cleaned_data, thread=uuid.UUID(row.thread))
                for row in self.alignments
            ],
            "resources": [
                ResourceContent(**row.form.cleaned_data, thread=uuid.UUID(row.thread))
                for row in self.resources
            ],
        }

    def _merge_with_stored(self, opened: dict[str, dict[str, dict[str, str]]]) -> None:
        """Take over what another window saved, and find what both have changed."""
        self.seen = content_mark(self.version)
        stored = stored_rows(self.version)
        for kind in self.KINDS:
            self.rows[kind] = self._merge(kind, stored[kind], opened)
        # From now on the page shows what is stored, too.
        self.opened = _marks_of(stored)

    def _merge(self, kind: str, stored: list[EditorRow], opened: dict) -> list[EditorRow]:
        return self._merge_rows(self.rows[kind], stored, opened.get(kind, {}), opened)

    def _merge_rows(
        self, typed: list[EditorRow], stored: list[EditorRow], was: dict, opened: dict
    ) -> list[EditorRow]:
        here = {row.thread: row for row in typed}
        there = {row.thread: row for row in stored}
        kept = {}
        for thread, row in here.items():
            if now := there.get(thread):
                row.stored, row.opened = now.values, was.get(thread)
                for kind, parts in row.parts.items():
                    were = opened.get(f"{kind}:{thread}", {})
                    row.parts[kind] = self._merge_rows(parts, now.parts[kind], were, opened)
            elif thread in was:
                if row.marks == was[thread]:
                    continue
                row.notice = _(
                    "This was removed in another window while you changed it. Remove it, or save "
                    "again to keep it."
                )
            kept[thread] = row
        for thread, row in there.items():
            if thread in here or was.get(thread) == row.marks:
                continue
            row.stored = row.values
            if thread in was:
                row.notice = _(
                    "You removed this while it was changed in another window. Remove it again, or "
                    "save to keep it."
                )
            kept[thread] = row
        orders = list(was), list(here), list(there)
        if moved(orders[0], orders[1]) and moved(orders[0], orders[2]):
            self.order_conflict |= moved(orders[1], orders[2])
        return [kept[thread] for thread in merge_order(*orders, keep=kept.keys())]

    def _all_rows(self) -> list[EditorRow]:
        rows = []
        for kind in self.KINDS:
            for row in self.rows[kind]:
                rows += [row, *row.all_parts]
        return rows

    def _build_forms(self, *, validate: bool) -> None:
        for kind in self.KINDS:
            for number, row in enumerate(self.rows[kind]):
                row.build_form(f"{kind}-{number}", validate=validate)
                for part_kind, parts in row.parts.items():
                    for part_number, part in enumerate(parts):
                        part.build_form(f"{row.key}-{part_kind}-{part_number}", validate=validate)

    def _drop_blank_rows(self) -> None:
        for row in self.criteria:
            for kind, parts in row.parts.items():
                row.parts[kind] = [part for part in parts if not part.form.is_blank()]
        for kind in self.KINDS:
            self.rows[kind] = [
                row for row in self.rows[kind] if row.all_parts or not row.form.is_blank()
            ]

    def _find(self, key: str) -> tuple[list[EditorRow], int] | None:
        """The list that contains the row, and the row's index in it."""
        for kind in self.KINDS:
            for number, row in enumerate(self.rows[kind]):
                if row.key == key:
                    return self.rows[kind], number
                for parts in row.parts.values():
                    for part_number, part in enumerate(parts):
                        if part.key == key:
                            return parts, part_number
        return None

    def _add(self, key: str) -> None:
        of_row, _dash, kind = key.rpartition("-")
        if key in self.KINDS:
            rows, kind = self.rows[key], key
        elif (found := self._find(of_row)) and kind in found[0][found[1]].parts:
            rows = found[0][found[1]].parts[kind]
        else:
            return
        if len(rows) < MAX_ROWS[kind]:
            rows.append(_new_row(kind))
            self.focus = f"{key}-{len(rows) - 1}"

    def _remove(self, key: str) -> None:
        if found := self._find(key):
            rows, number = found
            del rows[number]

    def _up(self, key: str) -> None:
        self._shift(key, by=-1)

    def _down(self, key: str) -> None:
        self._shift(key, by=1)

    def _shift(self, key: str, *, by: int) -> None:
        found = self._find(key)
        if found and 0 <= (to := found[1] + by) < len(found[0]):
            rows, number = found
            rows[number], rows[to] = rows[to], rows[number]
            self.focus = f"{key.rpartition('-')[0]}-{to}"


def stored_rows(version: BadgeVersion) -> dict[str, list[EditorRow]]:
    """The rows as they are stored now."""

    def row(kind, stored, **parts):
        values = {name: getattr(stored, name) for name in FORMS[kind].base_fields}
        rows = {part: [row(part, each) for each in parts[part]] for part in parts}
        return EditorRow(kind, values, rows, thread=str(stored.thread))

    return {
        "criterion": [
            row("criterion", each, level=each.levels.all(), question=each.questions.all())
            for each in version.criteria.prefetch_related("levels", "questions")
        ],
        "alignment": [row("alignment", alignment) for alignment in version.alignments.all()],
        "resource": [row("resource", each) for each in version.badge_class.resources.all()],
    }


def _marks_of(rows: dict[str, list[EditorRow]]) -> dict[str, dict[str, dict[str, str]]]:
    marks = {kind: {row.thread: row.marks for row in rows[kind]} for kind in rows}
    for row in rows["criterion"]:
        for kind, parts in row.parts.items():
            marks[f"{kind}:{row.thread}"] = {part.thread: part.marks for part in parts}
    return marks


def _parse_rows(
    data: Mapping[str, str], prefix: str, kind: str, threads: set[str]
) -> list[EditorRow]:
    pattern = re.compile(rf"{prefix}-(\d{{1,3}})-")
    numbers = sorted({int(match[1]) for name in data if (match := pattern.match(name))})
    rows = []
    for number in numbers[: MAX_ROWS[kind]]:
        key = f"{prefix}-{number}"
        form = FORMS[kind](data, prefix=key)
        values = {name: form[name].data for name in form.fields}
        parts = {
            part: _parse_rows(data, f"{key}-{part}", part, threads) for part in PARTS.get(kind, ())
        }
        row = EditorRow(kind, values, parts)
        posted = data.get(f"{key}-thread", "")
        if _is_uuid(posted) and posted not in threads:
            row.thread = posted
        threads.add(row.thread)
        rows.append(row)
    return rows


def _new_row(kind: str) -> EditorRow:
    return EditorRow(kind, defaults_of(kind), {part: [] for part in PARTS.get(kind, ())})


def _part_contents(content: type, rows: list[EditorRow]) -> list:
    return [content(**row.form.cleaned_data, thread=uuid.UUID(row.thread)) for row in rows]


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None
