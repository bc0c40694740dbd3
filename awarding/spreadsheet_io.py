"""Spreadsheets that people upload or paste, and CSV files that they download."""

from __future__ import annotations

from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from spreadsheets import file_formats
from spreadsheets.writing import csv_lines


def save_uploaded(form, save, *, reader_class):
    """Save the form's file or pasted text, and return what `save` returns.

    If it cannot be read, add the reason to the field and return None.
    """
    file, pasted = form.cleaned_data["file"], form.cleaned_data["pasted"]
    pasted_at = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    try:
        table = file_formats.read(file) if file else file_formats.read_text(pasted)
        name = file.name if file else _("Pasted %s") % pasted_at
        return save(reader=reader_class(table.lines), name=name)
    except file_formats.Unreadable as error:
        form.add_error("file" if file else "pasted", str(error))
        return None


def csv_download(rows, *name_parts):
    """Stream the rows as a CSV file. It names people, so no cache may store it."""
    response = StreamingHttpResponse(_chunks(rows), content_type="text/csv; charset=utf-8")
    file_name = "-".join(name_parts)
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _chunks(rows):
    lines = csv_lines(rows)
    while chunk := "".join(islice(lines, 500)):
        yield chunk
