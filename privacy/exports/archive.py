"""Everything about one person as a ZIP: JSON for each kind, the files, and a page that lists them.

Which fields, and of which rows, is in the table of treatments. Nothing of other people is in it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html import escape
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from privacy.about_the_rest import TREATMENTS
from privacy.rows import Person, rows_of
from submissions.models import EvidenceItem

PIECE = 1024 * 1024


def write(person: Person, out: IO[bytes]) -> None:
    """Write the archive to a file on disk. Rows and files pass through in pieces."""
    with ZipFile(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        parts = []
        for label, treatment in TREATMENTS.items():
            if not treatment.exported:
                continue
            rows = rows_of(label, treatment, person).filter(treatment.condition)
            name = f"{label.partition('.')[2].lower()}.json"
            if number := _write_rows(archive, name, rows, treatment.exported_fields):
                parts.append((str(treatment.what), name, number))
        files = list(_write_files(archive, person))
        archive.writestr("index.html", _index(parts, files))


def _write_rows(archive: ZipFile, name: str, rows: models.QuerySet, fields: list[str]) -> int:
    number = 0
    joined = [field for field in fields if rows.model._meta.get_field(field).many_to_one]
    listed = [field for field in fields if rows.model._meta.get_field(field).many_to_many]
    found = rows.select_related(*joined).prefetch_related(*listed).order_by("pk")
    for number, row in enumerate(found.iterator(chunk_size=500), start=1):
        if number == 1:
            part = archive.open(name, "w", force_zip64=True)
        part.write(b"[\n" if number == 1 else b",\n")
        values = {field: _value(row, field) for field in fields}
        part.write(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode())
    if number:
        part.write(b"\n]\n")
        part.close()
    return number


def _value(row: models.Model, name: str) -> object:
    value = getattr(row, name)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, models.Manager):
        return [str(one) for one in value.all()]
    if isinstance(value, models.fields.files.FieldFile):
        return _name_of(row) if value else ""
    return value


def _name_of(item: EvidenceItem) -> str:
    return f"files/{item.pk}-{get_valid_filename(item.file_name or 'file')[-80:]}"


def _write_files(archive: ZipFile, person: Person) -> Iterator[tuple[str, str]]:
    """A file that is missing from the disk is left out; the page says so."""
    items = EvidenceItem.objects.filter(attempt__submission__earner__in=person.keys).files()
    for item in items.order_by("pk").iterator(chunk_size=100):
        name = _name_of(item)
        try:
            stored = item.file.open("rb")
        except FileNotFoundError:
            continue
        with stored, archive.open(name, "w", force_zip64=True) as part:
            shutil.copyfileobj(stored, part, PIECE)
        yield name, item.file_name


def _index(parts: list[tuple[str, str, int]], files: list[tuple[str, str]]) -> str:
    title = escape(_("What we keep about you"))
    rows = "".join(
        f'<li><a href="{name}">{escape(what)}</a> ({number})</li>' for what, name, number in parts
    )
    stored = "".join(
        f'<li><a href="{escape(name)}">{escape(file_name)}</a></li>' for name, file_name in files
    )
    return (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
        f"<ul>{rows}</ul><h2>{escape(_('Your files'))}</h2><ul>{stored}</ul>"
    )
