"""What pages have in common that take in a table, or give one away."""

from __future__ import annotations

from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from spreadsheets import reading
from spreadsheets.writing import csv_lines


def kept(form, keep, *, reader):
    """What was brought, as it is kept; None, with words at the field, when it cannot be read."""
    file, pasted = form.cleaned_data["file"], form.cleaned_data["pasted"]
    pasted_at = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    try:
        lines = reading.read(file) if file else reading.read_text(pasted)
        return keep(reading=reader(lines), name=file.name if file else _("Pasted %s") % pasted_at)
    except reading.Unreadable as why:
        form.add_error("file" if file else "pasted", str(why))
        return None


def download(table, *names):
    """It names people, so nobody on the way keeps it."""
    response = StreamingHttpResponse(_in_pieces(table), content_type="text/csv; charset=utf-8")
    file_name = "-".join(names)
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _in_pieces(table):
    lines = csv_lines(table)
    while piece := "".join(islice(lines, 500)):
        yield piece
